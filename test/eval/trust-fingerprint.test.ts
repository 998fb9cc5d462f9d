import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/config.ts';
import type { Entry } from '../../src/corpus/entry.ts';
import type { GradingCase } from '../../src/eval/grading-eval.ts';
import { staleParts, takeFingerprint } from '../../src/eval/trust-fingerprint.ts';
import { lora, material } from '../coach/fixtures.ts';

const cases: GradingCase[] = [
  { id: lora.id, lang: 'zh', kind: 'good', gold: 7, answer: 'one' },
  { id: 'vision/99', lang: 'en', kind: 'wrong', gold: 1, answer: 'two' },
];
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'viva-trust-'));
  await cp(join(packageRoot, 'src'), join(root, 'src'), { recursive: true });
  await mkdir(join(root, 'models', 'embedding'), { recursive: true });
  await writeFile(join(root, 'models', 'embedding', 'manifest.json'), '{"id":"a"}');
});

afterEach(async () => rm(root, { recursive: true }));

async function staleAfter(
  change: () => Promise<unknown> = async () => {},
  later: { cases?: GradingCase[]; entry?: Entry } = {},
) {
  const before = await takeFingerprint(root, cases, material);
  await change();
  const entries = new Map(material).set(lora.id, later.entry ?? lora);
  return staleParts(before, await takeFingerprint(root, later.cases ?? cases, entries));
}

const edit = async (file: string, from: string, to: string) => {
  const path = join(root, 'src', file);
  const text = await readFile(path, 'utf8');
  expect(text).toContain(from);
  await writeFile(path, text.replace(from, to));
};

describe('a trust card grows old', () => {
  it.each([
    ['weights', 'grading/calibration.ts', 'touchBias: ', 'touchBias: 1 + '],
    ['a part of the judge far down', 'grading/lexical-evidence.ts', 'export ', 'const more = 1;\nexport '],
    ['how words are cut', 'corpus/content-tokens.ts', 'export ', 'const more = 1;\nexport '],
  ])('by the judge: %s', async (_what, file, from, to) => {
    expect(await staleAfter(async () => edit(file, from, to))).toEqual([
      'the local judge (src/grading) is another',
    ]);
  });

  it('by a model file', async () => {
    const file = join(root, 'models', 'embedding', 'manifest.json');
    expect(await staleAfter(async () => writeFile(file, '{"id":"b"}'))).toHaveLength(1);
  });

  it('by a test reply or its gold', async () => {
    expect(await staleAfter(undefined, { cases: [{ ...cases[0]!, gold: 8 }, cases[1]!] })).toEqual([
      'the test replies (eval/grading/*.jsonl) or their labelled verdicts (eval/verdicts) are others',
    ]);
  });

  it('by what the judge reads of an entry that has test replies, named', async () => {
    const [point, ...rest] = lora.keyPoints;
    const statements = [{ label: 'covered', lang: 'zh', text: '新的一句' }] as const;
    expect(
      await staleAfter(undefined, { entry: { ...lora, keyPoints: [{ ...point!, statements }, ...rest] } }),
    ).toEqual([`entries with test replies changed: ${lora.id}`]);
    const before = await takeFingerprint(root, cases, material);
    expect(before.entries['vision/99']).toBeNull();
    const arrived = new Map(material).set('vision/99', { ...lora, id: 'vision/99' });
    expect(staleParts(before, await takeFingerprint(root, cases, arrived))).toEqual([
      'entries with test replies changed: vision/99',
    ]);
  });
});

describe('a trust card stays young', () => {
  it('through comments and layout, and what only shares a folder with the judge', async () => {
    expect(
      await staleAfter(async () => {
        await edit('grading/decide.ts', 'export ', '// a word more\n\n    export ');
        await edit('grading/model-grader.ts', 'export ', 'const more = 1;\nexport ');
        await edit('protocol.ts', 'export ', 'const more = 1;\nexport ');
      }),
    ).toEqual([]);
  });

  it('through the order of replies, hints, and entries without test replies', async () => {
    const hints = [{ zh: '别的提示', en: 'another hint' }];
    expect(await staleAfter(undefined, { cases: cases.toReversed(), entry: { ...lora, hints } })).toEqual([]);
    const before = await takeFingerprint(root, cases, material);
    const more = new Map(material).set('code/77', { ...lora, id: 'code/77' });
    expect(staleParts(before, await takeFingerprint(root, cases, more))).toEqual([]);
  });
});
