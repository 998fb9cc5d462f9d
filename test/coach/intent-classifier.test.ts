import { describe, expect, test } from 'vitest';
import { RuledIntentClassifier } from '../../src/coach/intent-classifier.ts';
import { intentFeatures, markNames, pieceBuckets } from '../../src/coach/intent-features.ts';
import type { ClassifyRequest } from '../../src/coach/intent.ts';
import { VivaEmbeddings } from '../../src/embedding/viva-embeddings.ts';
import { loadIntentModel } from '../../src/engine/load-intent-model.ts';
import { VivaError } from '../../src/errors.ts';

class BrokenEmbeddings extends VivaEmbeddings {
  readonly id: string;
  readonly dims = 384;
  constructor(id: string) {
    super();
    this.id = id;
  }
  async embed(): Promise<Float32Array[]> {
    throw new VivaError('embedding-failed', 'no thread');
  }
  async close(): Promise<void> {}
}

const model = await loadIntentModel('models/intent');
const alone = new RuledIntentClassifier({ model, embeddings: null });
const openQuestion = 'LoRA 的两个低秩矩阵分别怎么初始化？';
const request = (message: string, change: Partial<ClassifyRequest> = {}): ClassifyRequest => ({
  message,
  phase: 'question',
  lang: 'zh',
  openQuestion,
  ...change,
});

describe('the classifier without vectors', () => {
  test.each([
    ['给我一点思路上的提示吧', 'hint'],
    ['could you give me another clue', 'hint'],
    ['这道题我们跳过吧', 'skip'],
    ['完全没有印象了', 'dont-know'],
    ['刚才的题目是什么来着', 'repeat'],
    ['直接把参考答案给我看', 'explain'],
    ['我明明说了 B 是零,凭什么扣分', 'dispute'],
    ['后面都用英语问我', 'change-language'],
    ['看看我目前的成绩', 'report'],
    ['不想面了,结束吧', 'end'],
    ['考考我目标检测', 'change-topic'],
    ['A 用高斯随机初始化，B 全零，这样一开始增量 BA 等于零，输出和原模型一样', 'reply'],
    ['B starts at zero and A is random, so the update is zero at first', 'reply'],
  ])('%j is %s', async (message, intent) => {
    expect((await alone.classify(request(message))).intent).toBe(intent);
  });

  test('never takes a message for a reply when no question is open', async () => {
    for (const phase of ['lobby', 'finished'] as const) {
      const found = await alone.classify(request('A 随机，B 全零', { phase, openQuestion: null }));
      expect(['reply', 'clarify', 'dont-know']).not.toContain(found.intent);
    }
  });

  test('takes any text whatever', async () => {
    for (const message of ['x'.repeat(20_000), '\u202e\u0301', '🏳️‍🌈'.repeat(50), '```\n```', '\n\t']) {
      const found = await alone.classify(request(message));
      expect(found.confidence).toBeGreaterThan(0);
      expect(found.confidence).toBeLessThanOrEqual(1);
    }
  });
});

test('a failing embedder is reported, and pieces and marks decide alone', async () => {
  const failures: unknown[] = [];
  const classifier = new RuledIntentClassifier({
    model,
    embeddings: new BrokenEmbeddings(model.embedding),
    onFailure: (error) => failures.push(error),
  });
  expect((await classifier.classify(request('这道题我们跳过吧'))).intent).toBe('skip');
  expect(failures).toHaveLength(1);
});

test('an embedder that the model was not trained on is refused', () => {
  expect(() => new RuledIntentClassifier({ model, embeddings: new BrokenEmbeddings('other') })).toThrow(
    /trained on/,
  );
});

test('a missing or broken model file is named', async () => {
  await expect(loadIntentModel('nowhere')).rejects.toMatchObject({ code: 'model-missing' });
});

test('features are bounded, whatever the message', () => {
  for (const message of ['', 'x'.repeat(20_000), '为什么？'.repeat(5_000), '=(){}[]'.repeat(2_000)]) {
    const features = intentFeatures({ ...request(message), similarity: 0.99 });
    expect(features.marks).toHaveLength(markNames.length);
    for (const mark of features.marks) expect(Math.abs(mark)).toBeLessThanOrEqual(1.2);
    expect(features.pieces.every((piece) => piece >= 0 && piece < pieceBuckets)).toBe(true);
    expect(features.pieces.length).toBeLessThan(2_000);
  }
});
