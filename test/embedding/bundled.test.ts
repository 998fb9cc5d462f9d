import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BundledEmbeddings } from '../../src/embedding/bundled.ts';
import { conforms, dot, failure } from './conformance.ts';

const dir = fileURLToPath(new URL('../../models/embedding', import.meta.url));

conforms('BundledEmbeddings', () => BundledEmbeddings.load({ dir }));

describe('BundledEmbeddings', () => {
  let model: BundledEmbeddings;

  beforeAll(async () => {
    model = await BundledEmbeddings.load({ dir });
  });

  afterAll(() => model.close());

  it('is the model its manifest names', () => {
    expect(model.id).toBe('e5-small-q4-40k');
    expect(model.dims).toBe(384);
  });

  it('tells queries from passages', async () => {
    const [query] = await model.embed(['dropout'], { kind: 'query' });
    const [passage] = await model.embed(['dropout'], { kind: 'passage' });
    expect(dot(query!, passage!)).toBeLessThan(0.99);
  });

  it('finds an answer in the other language', async () => {
    const [query] = await model.embed(["How are LoRA's two matrices initialised?"], { kind: 'query' });
    const passages = await model.embed(
      [
        'A 用随机高斯初始化，B 初始化为全 0',
        '批归一化在推理时用滑动平均',
        '扩散模型逐步加噪声',
        'NMS 去掉重叠的框',
      ],
      { kind: 'passage' },
    );
    const scores = passages.map((passage) => dot(query!, passage));
    expect(scores.indexOf(Math.max(...scores))).toBe(0);
  });

  it('takes a text of nothing, and one of characters it has no piece for', async () => {
    const vectors = await model.embed(['', ' ', 'Привет, мир', '\u0000\u0001'], { kind: 'passage' });
    for (const vector of vectors) expect(dot(vector, vector)).toBeCloseTo(1, 5);
  });

  it('says where it looked when the model is not there', async () => {
    const error = await failure(BundledEmbeddings.load({ dir: '/nonexistent/models' }));
    expect(error.code).toBe('model-missing');
    expect(error.message).toContain('/nonexistent/models');
  });
});
