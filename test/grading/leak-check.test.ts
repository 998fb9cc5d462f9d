import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/config.ts';
import type { Entry } from '../../src/corpus/entry.ts';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';
import { BundledEmbeddings } from '../../src/embedding/bundled.ts';
import { VectorCache } from '../../src/embedding/cache.ts';
import { CachingEmbeddings } from '../../src/embedding/caching-embeddings.ts';
import { RecentEmbeddings } from '../../src/embedding/recent-embeddings.ts';
import { isEven } from '../../src/eval/leak-cases.ts';
import { evaluateLeaks } from '../../src/eval/leak-eval.ts';
import { createLeakCheck } from '../../src/grading/create-local-grader.ts';
import { LeakCheck, type LeakRequest } from '../../src/grading/leak-check.ts';
import { HashEmbeddings } from '../embedding/hash-embeddings.ts';
import { entryOf } from '../coach/fixtures.ts';

describe('what is given away word for word', () => {
  const entry = entryOf({
    id: 'x/01',
    question: { zh: '秩怎么选？', en: 'How is the rank of 16 bits chosen?' },
    points: [
      {
        id: 'rank',
        weight: 3,
        zh: '秩通常取 8 到 64 之间，任务越难取得越大',
        en: 'The rank is usually between 8 and 64 and grows with the difficulty of the task',
      },
      { id: 'other', weight: 1, zh: '偏置不训练', en: 'Biases are not trained' },
    ],
  });
  // Nothing is ever stated in other words here.
  const check = new LeakCheck({
    embeddings: new HashEmbeddings(),
    verifier: {
      id: 'deaf',
      judge: async (_entry, _question, claims) =>
        claims.map(() => ({ covered: 0, partial: 0, missing: 1, contradicted: 0 })),
    },
    weights: { weights: [1, 0, 0, 0, 0, 0, 0], bias: 0, threshold: 0.5 },
  });
  const find = (text: string, change: Partial<LeakRequest> = {}) =>
    check.find({ entry, text, unmet: ['rank', 'other'], known: [], ...change });

  it('is found, by a run of the wording', async () => {
    const text = 'Have you considered that it grows with the difficulty of the task?';
    expect(await find(text)).toMatchObject({ keyPointId: 'rank', how: 'verbatim' });
    const signs = 'It grows – with *the* difficulty, of. the. task?';
    expect(await find(signs)).toMatchObject({ keyPointId: 'rank', how: 'verbatim' });
  });

  it('is found, by a number that the point alone states', async () => {
    expect(await find('为什么不超过 64？')).toEqual({ keyPointId: 'rank', how: 'number', piece: '64' });
    expect(await find('16 bits or more?')).toBeNull();
  });

  it('is no secret once the point is made', async () => {
    expect(await find('Why not more than 64?', { unmet: ['other'] })).toBeNull();
  });

  it('is no secret when the candidate said it', async () => {
    const known = ['I would take 64, and it grows with the difficulty of the task'];
    expect(await find('Why 64, and how does it grow with the difficulty of the task?', { known })).toBeNull();
  });
});

describe('what is given away in other words', () => {
  let embeddings: RecentEmbeddings;
  let entries: readonly Entry[];
  let check: LeakCheck;
  let lora: Entry;
  beforeAll(async () => {
    const model = await BundledEmbeddings.load({ dir: join(packageRoot, 'models/embedding'), threads: 2 });
    const cache = await VectorCache.open(join(packageRoot, 'index/embeddings.bin'), model);
    embeddings = new RecentEmbeddings(new CachingEmbeddings(model, { cache }));
    check = createLeakCheck(embeddings);
    ({ entries } = await loadCorpus(join(packageRoot, 'corpus')));
    lora = entries.find(({ id }) => id === 'llm/language/05')!;
  }, 120_000);
  afterAll(() => embeddings.close());

  const find = (text: string, known: readonly string[] = [], unmet = lora.keyPoints.map(({ id }) => id)) =>
    check.find({ entry: lora, text, unmet, known });

  it.each([
    '你有没有想过，A 随机、B 全零的话，刚开始训练时模型和原来的一模一样？',
    "Isn't it that A is drawn at random while B is all zeros, which leaves the pretrained model as it was?",
  ])('is found: %s', async (text) => {
    expect(await find(text)).toMatchObject({ how: 'stated' });
  });

  it.each(['两个矩阵的初始值会怎样影响第一步？', 'What happens to each matrix at the very first step?'])(
    'passes when it only asks: %s',
    async (text) => {
      expect(await find(text)).toBeNull();
    },
  );

  it("passes when it is the candidate's own words, quoted", async () => {
    const said = '我觉得 A 是随机的，B 全是零，所以训练刚开始的时候模型跟原来的预训练模型没有区别';
    const text =
      '你刚才说“A 是随机的，B 全是零，所以训练刚开始的时候模型跟原来的预训练模型没有区别”。为什么？';
    expect(await find(text)).not.toBeNull();
    expect(await find(text, [said])).toBeNull();
  });

  it('is found in most claims dressed as questions, and in few questions of the corpus', async () => {
    const sample = entries.filter((entry) => !isEven(entry)).filter((_, index) => index % 22 === 7);
    const { odd } = await evaluateLeaks(sample, check);
    expect(odd.passed.n).toBeGreaterThan(60);
    expect(odd.caught.n).toBeGreaterThan(60);
    expect(odd.passed.share).toBeGreaterThanOrEqual(0.9);
    expect(odd.caught.share).toBeGreaterThanOrEqual(0.85);
  }, 120_000);
});
