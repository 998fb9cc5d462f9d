import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';
import { maxFigureBytes } from '../../src/corpus/load-figures.ts';
import { entryText } from './entry-text.ts';
import { svgText } from './svg-text.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viva-figures-'));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), text);
}

/** An entry that shows this figure, and what the corpus then says of it. */
async function entryWith(file: string, more = '') {
  const figure = `figures:\n  - { file: ${file}, alt: { zh: 两个方框, en: two boxes }${more} }\n`;
  await write('llm/language/05-x.md', entryText({ extraFront: figure }));
  const { entries, problems, unusedFigures } = await loadCorpus(folder);
  return { entry: entries[0], problems, unusedFigures };
}

describe('a figure of an entry', () => {
  it('is found in both languages', async () => {
    await write('vision/figures/two-boxes.zh.svg', svgText('<text>二</text>'));
    await write('vision/figures/two-boxes.en.svg', svgText('<text>two</text>', 'viewBox="0 0 700 300"'));
    const { entry, problems, unusedFigures } = await entryWith(
      'vision/two-boxes',
      ', caption: { zh: 图, en: Boxes }',
    );
    expect(problems).toEqual([]);
    expect(unusedFigures).toEqual([]);
    expect(entry?.figures).toMatchObject([
      {
        file: 'vision/two-boxes',
        alt: { zh: '两个方框', en: 'two boxes' },
        caption: { zh: '图', en: 'Boxes' },
        images: {
          zh: { file: 'vision/figures/two-boxes.zh.svg', width: 680, height: 320 },
          en: { file: 'vision/figures/two-boxes.en.svg', width: 700, height: 300 },
        },
      },
    ]);
    expect(entry?.figures[0]?.images.zh.hash).not.toBe(entry?.figures[0]?.images.en.hash);
  });

  it('without words is the same in both', async () => {
    await write('llm/figures/curves.svg', svgText());
    const { entry, problems } = await entryWith('llm/curves');
    expect(problems).toEqual([]);
    expect(entry?.figures[0]?.images.zh).toEqual(entry?.figures[0]?.images.en);
  });

  it('that is not there is missed where it is named, and the entry stays', async () => {
    const { entry, problems } = await entryWith('llm/curves');
    expect(entry?.figures).toEqual([]);
    expect(problems).toEqual([
      {
        file: 'llm/language/05-x.md',
        line: 25,
        severity: 'error',
        message: expect.stringMatching(/there is no llm\/figures\/curves\.svg, nor/) as string,
      },
    ]);
  });

  it.each([
    '../secrets',
    'llm/../../x',
    '/etc/passwd',
    'llm/a/b',
    'curves',
    'LLM/Curves',
    'llm/curves.svg',
    'llm/..%2fx',
  ])('cannot be %s', async (file) => {
    await write('llm/figures/curves.svg', svgText());
    const { entry, problems } = await entryWith(file);
    expect(entry).toBeUndefined();
    expect(problems).toMatchObject([{ message: expect.stringMatching(/^figures\.0\.file: like vision/) }]);
  });

  it.each([
    [
      'one language of alternative text',
      'figures: [{ file: llm/x, alt: { zh: 图 } }]\n',
      /figures\.0\.alt\.en/,
    ],
    [
      'empty alternative text',
      "figures: [{ file: llm/x, alt: { zh: 图, en: ' ' } }]\n",
      /figures\.0\.alt\.en/,
    ],
    ['no alternative text', 'figures: [{ file: llm/x }]\n', /figures\.0\.alt/],
  ])('with %s is refused', async (_, extraFront, message) => {
    await write('llm/language/05-x.md', entryText({ extraFront }));
    const { problems } = await loadCorpus(folder);
    expect(problems).toMatchObject([{ message: expect.stringMatching(message) }]);
  });

  it('is left out when it is not sound, is too large, or lacks a language; each is said once', async () => {
    await write('llm/figures/bad.svg', svgText('<script/>'));
    await write('llm/figures/large.svg', svgText(`<!--${'x'.repeat(maxFigureBytes)}-->`));
    await write('llm/figures/half.zh.svg', svgText());
    await write('llm/figures/both.svg', svgText());
    await write('llm/figures/both.zh.svg', svgText());
    await write('llm/figures/both.en.svg', svgText());
    const names = ['bad', 'large', 'half', 'both'];
    const list = names.map((name) => `  - { file: llm/${name}, alt: { zh: 图, en: figure } }\n`).join('');
    await write('llm/language/05-x.md', entryText({ extraFront: `figures:\n${list}` }));
    const { entries, problems } = await loadCorpus(folder);
    expect(entries[0]?.figures).toEqual([]);
    expect(problems.map(({ file, line, message }) => `${file}:${line}: ${message}`)).toEqual([
      expect.stringMatching(/bad\.svg:7: <script> is refused/),
      expect.stringMatching(/both\.svg:1: .*keep one or the other/),
      expect.stringMatching(/half\.zh\.svg:1: .*add llm\/figures\/half\.en\.svg/),
      expect.stringMatching(/large\.svg:1: \d+ bytes: a figure may have 30000/),
    ]);
  });
});

describe('the folders of figures', () => {
  it('hold nothing but figures, and no figure stands elsewhere', async () => {
    await write('llm/language/05-x.md', entryText());
    await write('llm/figures/photo.png', 'x');
    await write('llm/figures/Upper_Case.svg', svgText());
    await write('llm/figures/x.fr.svg', svgText());
    await write('llm/language/x.svg', svgText());
    const { problems } = await loadCorpus(folder);
    expect(problems.map(({ file }) => file).sort()).toEqual([
      'llm/figures/Upper_Case.svg',
      'llm/figures/photo.png',
      'llm/figures/x.fr.svg',
      'llm/language/x.svg',
    ]);
    for (const { message } of problems) expect(message).toMatch(/no name of a figure/);
  });

  it('are not left by a link', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'viva-outside-'));
    await writeFile(join(outside, 'x.svg'), svgText());
    await mkdir(join(folder, 'llm/figures'), { recursive: true });
    await symlink(join(outside, 'x.svg'), join(folder, 'llm/figures/x.svg'));
    const { entry, problems } = await entryWith('llm/x');
    expect(entry?.figures).toEqual([]);
    expect(problems[0]?.message).toMatch(/leads out of the corpus/);
    await rm(outside, { recursive: true });
  });

  it('tell which figure no entry shows', async () => {
    await write('llm/figures/used.svg', svgText());
    await write('llm/figures/unused.zh.svg', svgText());
    await write('llm/figures/unused.en.svg', svgText());
    const { problems, unusedFigures } = await entryWith('llm/used');
    expect(problems).toEqual([]);
    expect(unusedFigures).toEqual(['llm/figures/unused.zh.svg']);
  });
});
