/** What every provider of `VivaEmbeddings` must do. Called by the test file of each. */
import { Embeddings } from '@langchain/core/embeddings';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VivaError } from '../../src/errors.ts';
import type { VivaEmbeddings } from '../../src/embedding/viva-embeddings.ts';

/** The error of a call that must fail with a VivaError. */
export async function failure(promise: Promise<unknown>): Promise<VivaError> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof VivaError) return error;
  throw error;
}

export function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * b[at]!, 0);
}

/** @param open a fresh, independent instance each time */
export function conforms(name: string, open: () => Promise<VivaEmbeddings>): void {
  describe(`${name}, as any embedding model`, () => {
    let model: VivaEmbeddings;

    beforeAll(async () => {
      model = await open();
    });

    afterAll(() => model.close());

    it('is a LangChain Embeddings with an id and dimensions', () => {
      expect(model).toBeInstanceOf(Embeddings);
      expect(model.id).not.toBe('');
      expect(model.dims).toBeGreaterThan(0);
    });

    it('gives one vector of length 1 per text, in the order of the texts', async () => {
      const texts = ['梯度下降', 'gradient descent', 'a\nb', '梯度下降', '词'.repeat(600)];
      const vectors = await model.embed(texts, { kind: 'passage' });
      expect(vectors).toHaveLength(texts.length);
      for (const vector of vectors) {
        expect(vector).toBeInstanceOf(Float32Array);
        expect(vector).toHaveLength(model.dims);
        expect(dot(vector, vector)).toBeCloseTo(1, 4);
      }
      expect(dot(vectors[0]!, vectors[3]!)).toBeCloseTo(1, 3);
      expect(dot(vectors[0]!, vectors[2]!)).toBeLessThan(0.999);
    });

    it('keeps the order over more texts than fit in one batch', async () => {
      const texts = Array.from({ length: 70 }, (_, at) => `text number ${at}`);
      const all = await model.embed(texts, { kind: 'passage' });
      for (const at of [0, 1, 33, 69]) {
        const [alone] = await model.embed([texts[at]!], { kind: 'passage' });
        expect(dot(alone!, all[at]!)).toBeGreaterThan(0.999);
      }
    });

    it('gives nothing for nothing', async () => {
      expect(await model.embed([], { kind: 'query' })).toEqual([]);
    });

    it('says the same through LangChain', async () => {
      const [query] = await model.embed(['What is LoRA?'], { kind: 'query' });
      const [passage] = await model.embed(['What is LoRA?'], { kind: 'passage' });
      expect(dot(Float32Array.from(await model.embedQuery('What is LoRA?')), query!)).toBeCloseTo(1, 3);
      const documents = await model.embedDocuments(['What is LoRA?']);
      expect(dot(Float32Array.from(documents[0]!), passage!)).toBeCloseTo(1, 3);
    });

    it('answers calls made at the same time each with its own', async () => {
      const texts = ['one', 'two', 'three', 'four'];
      const together = await Promise.all(texts.map((text) => model.embed([text], { kind: 'query' })));
      const expected = await model.embed(texts, { kind: 'query' });
      for (const [at, [vector]] of together.entries())
        expect(dot(vector!, expected[at]!)).toBeGreaterThan(0.999);
    });

    it('gives up when the signal fires, before or meanwhile', async () => {
      const early = model.embed(['x'], { kind: 'query', signal: AbortSignal.abort() });
      expect((await failure(early)).code).toBe('aborted');
      const controller = new AbortController();
      const texts = Array.from({ length: 200 }, (_, at) => `a text to give up ${at}`);
      const late = failure(model.embed(texts, { kind: 'passage', signal: controller.signal }));
      setImmediate(() => {
        controller.abort();
      });
      expect((await late).code).toBe('aborted');
      expect(await model.embed(['still there'], { kind: 'query' })).toHaveLength(1);
    });

    it('fails after close, and may be closed twice', async () => {
      const other = await open();
      const texts = Array.from({ length: 100 }, (_, at) => `under way ${at}`);
      const running = failure(other.embed(texts, { kind: 'passage' }));
      await other.close();
      await other.close();
      expect((await running).code).toBe('aborted');
      expect((await failure(other.embed(['x'], { kind: 'query' }))).code).toBe('aborted');
    });
  });
}
