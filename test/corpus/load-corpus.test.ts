import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCorpus, maxFileBytes } from '../../src/corpus/load-corpus.ts';
import { entryText, statementsText } from './entry-text.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viva-corpus-'));
  await mkdir(join(folder, 'llm/language'), { recursive: true });
  await writeFile(join(folder, 'llm/language/05-good.md'), entryText());
  await writeFile(join(folder, 'llm/language/05-good.statements.yaml'), statementsText);
  await writeFile(join(folder, 'README.md'), '# not an entry');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function problemOf(name: string, content: string | Buffer) {
  await writeFile(join(folder, 'llm/language', name), content);
  const corpus = await loadCorpus(folder);
  expect(corpus.entries.map((entry) => entry.id)).toEqual(['llm/language/05']);
  return corpus.problems.filter((problem) => problem.file.endsWith(name));
}

describe('a corpus folder', () => {
  it('loads entries with their statements and leaves README files out', async () => {
    const corpus = await loadCorpus(folder);
    expect(corpus.problems).toEqual([]);
    expect(corpus.fileCount).toBe(1);
    expect(corpus.entries[0]!.keyPoints[0]!.statements.length).toBeGreaterThan(0);
  });

  it.each([
    ['a duplicate id', '06-twin.md', entryText(), /is taken by llm\/language\/05-good\.md/],
    ['a huge file', '06-huge.md', 'x'.repeat(maxFileBytes + 1), /at most/],
    ['a binary file', '06-binary.md', Buffer.from([0x2d, 0x2d, 0x2d, 0x00, 0x01]), /NUL/],
    ['bad UTF-8', '06-latin.md', Buffer.from([0x2d, 0xff, 0xfe, 0x41]), /UTF-8/],
    ['a malformed file', '06-bad.md', '---\n: : :\n---\n', /./],
    ['statements without an entry', '09-lost.statements.yaml', statementsText, /no entry beside it/],
  ])('reports %s and keeps the others', async (_, name, content, message) => {
    const problems = await problemOf(name, content);
    expect(problems[0]!.message).toMatch(message);
    expect(problems[0]!.severity).toBe('error');
  });

  it('does not follow a link out of the corpus', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'viva-outside-'));
    await writeFile(join(outside, '07-secret.md'), entryText({ id: 'llm/language/07' }));
    await symlink(join(outside, '07-secret.md'), join(folder, 'llm/language/07-secret.md'));
    await symlink(outside, join(folder, 'llm/more'));
    const corpus = await loadCorpus(folder);
    expect(corpus.entries.map((entry) => entry.id)).toEqual(['llm/language/05']);
    expect(corpus.problems.map((problem) => problem.message)).toEqual([
      expect.stringMatching(/leads out of the corpus/),
      expect.stringMatching(/leads out of the corpus/),
    ]);
    await rm(outside, { recursive: true });
  });

  it('says so when there is no folder', async () => {
    await expect(loadCorpus(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'corpus-missing' });
  });

  it('says so when it is given a file', async () => {
    await expect(loadCorpus(join(folder, 'README.md'))).rejects.toMatchObject({
      code: 'corpus-missing',
      message: expect.stringMatching(/README\.md is a file, not a corpus folder: .*VIVA_CORPUS/),
    });
  });
});
