import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Bank } from '../ingest/bank.ts';
import { entryText } from '../corpus/entry-text.ts';
import { svgText } from '../corpus/svg-text.ts';
import { viva } from './run-viva.ts';

let bank: Bank;
beforeEach(() => {
  bank = new Bank();
  vi.stubEnv('VIVA_CORPUS', bank.corpus);
});
afterEach(() => {
  vi.unstubAllEnvs();
  bank.remove();
});

async function lintProblems(...argv: string[]) {
  const { status, stdout } = await viva('corpus', 'lint', ...argv, '--json');
  return { status, report: JSON.parse(stdout) as { files: number; entries: number; problems: object[] } };
}

describe('viva corpus lint', () => {
  // An entry may have no statements; once it has some, the linter wants enough of them.
  beforeEach(() => {
    rmSync(join(bank.corpus, 'llm/language/05-lora.statements.yaml'));
  });

  it('passes a bank without problems, and says so beside the data', async () => {
    const { status, stdout, stderr } = await viva('corpus', 'lint');
    expect(stdout).toBe('');
    expect(stderr).toBe('corpus lint: 2 entries, no problems\n');
    expect(status).toBe(0);
    expect(await lintProblems()).toEqual({
      status: 0,
      report: { files: 2, entries: 2, problems: [], drafts: [] },
    });
  });

  it('ends with status 3 for a broken bank, one problem a line with file and line', async () => {
    bank.write('vision/03-broken.md', entryText({ id: 'vision/03', extraFront: 'colour: red\n' }));
    const { status, stdout, stderr } = await viva('corpus', 'lint');
    expect(status).toBe(3);
    expect(stdout).toMatch(/^vision\/03-broken\.md:\d+: .*'colour'.*\n$/);
    expect(stderr).toBe('corpus lint: 1 problem in 3 entry files\n');
  });

  it('names a figure that cannot be shown, and one that no entry shows', async () => {
    bank.write('vision/figures/hostile.svg', svgText('<script>alert(1)</script>'));
    bank.write('vision/figures/lonely.svg', svgText());
    const { status, stdout } = await viva('corpus', 'lint');
    expect(status).toBe(3);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^vision\/figures\/hostile\.svg:7: <script> is refused/),
      expect.stringMatching(/^vision\/figures\/hostile\.svg:7: text in <script>/),
      expect.stringMatching(/^vision\/figures\/lonely\.svg:1: no entry shows this figure/),
      '',
    ]);
  });

  it('gives the same as one JSON object', async () => {
    bank.write('vision/03-broken.md', 'nothing');
    const { status, report } = await lintProblems();
    expect(status).toBe(3);
    expect(report).toEqual({
      files: 3,
      entries: 2,
      drafts: [],
      problems: [
        {
          file: 'vision/03-broken.md',
          line: expect.any(Number),
          message: expect.any(String),
          severity: 'error',
        },
      ],
    });
  });

  it('takes another folder, and fails for one that is not there or holds nothing', async () => {
    const other = join(bank.folder, 'other');
    expect(await viva('corpus', 'lint', other)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^viva: No corpus folder at .*other: .*\n$/),
    });
    mkdirSync(other);
    expect(await viva('corpus', 'lint', other)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^viva: .*other holds no entry: .*\n$/),
    });
    writeFileSync(join(other, '01-x.md'), entryText({ id: 'vision/01' }));
    expect((await lintProblems(other)).report).toMatchObject({ files: 1, entries: 1 });
  });
});

describe('viva corpus stats', () => {
  it('counts', async () => {
    const { status, stdout, stderr } = await viva('corpus', 'stats', '--json');
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({
      entries: 2,
      keyPoints: 8,
      misconceptions: 2,
      statements: {
        covered: { zh: 2, en: 1 },
        partial: { zh: 1, en: 0 },
        contradicted: { zh: 1, en: 2 },
      },
      answerTokens: { zh: expect.any(Number), en: expect.any(Number) },
      byModule: { llm: 1, vision: 1 },
      byKind: { concept: 2 },
    });
    expect((await viva('corpus', 'stats')).stdout).toMatch(/^entries +2\n {2}llm +1\n {2}vision +1\n/);
  });

  it('against a list of questions names those without an entry', async () => {
    const seed = join(bank.folder, 'seed.json');
    writeFileSync(
      seed,
      JSON.stringify([
        { id: 'llm/language/05', module: 'llm', question: 'more fields are fine' },
        { id: 'llm/language/06', module: 'llm' },
        { id: 'vision/02', module: 'vision' },
        { id: 'code/01', module: 'code' },
      ]),
    );
    const { stdout } = await viva('corpus', 'stats', '--against', seed, '--json');
    expect((JSON.parse(stdout) as { against: object }).against).toEqual({
      questions: 4,
      present: 2,
      byModule: {
        llm: { present: 1, of: 2, missing: ['llm/language/06'] },
        vision: { present: 1, of: 1, missing: [] },
        code: { present: 0, of: 1, missing: ['code/01'] },
      },
    });
    const table = (await viva('corpus', 'stats', '--against', seed)).stdout;
    expect(table).toContain('2 of 4 questions have an entry');
    expect(table).toMatch(/code +0\/1 +missing: code\/01/);
  });

  it('refuses a list that is missing, no JSON, or no list', async () => {
    const seed = join(bank.folder, 'seed.json');
    expect(await viva('corpus', 'stats', '--against', seed)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^viva: --against .*seed\.json: cannot be read/),
    });
    for (const text of ['[', '{}', '[{"id":1}]']) {
      writeFileSync(seed, text);
      expect(await viva('corpus', 'stats', '--against', seed)).toMatchObject({
        status: 1,
        stdout: '',
        stderr: expect.stringMatching(/^viva: .*seed\.json: .*give a list of .*\n$/),
      });
    }
  });

  it('says when there are files that it could not count', async () => {
    bank.write('vision/03-broken.md', 'nothing');
    const { status, stdout, stderr } = await viva('corpus', 'stats', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ entries: 2 });
    expect(stderr).toBe('corpus stats: 1 problem in files that are not counted: run `viva corpus lint`\n');
  });
});
