import { describe, expect, it } from 'vitest';
import { VectorCache } from '../../src/embedding/cache.ts';
import { CachingEmbeddings } from '../../src/embedding/caching-embeddings.ts';
import { HashEmbeddings } from './hash-embeddings.ts';

describe('embeddings with a cache', () => {
  it('asks the model for unknown texts only, each once', async () => {
    const model = new HashEmbeddings();
    const cached = new CachingEmbeddings(model, { record: true });
    const first = await cached.embed(['a b', 'c', 'a b'], { kind: 'query' });
    expect(model.asked).toEqual(['query:a b', 'query:c']);
    expect(first[0]).toEqual(first[2]);
    expect(await cached.embed(['c', 'd'], { kind: 'query' })).toHaveLength(2);
    expect(model.asked).toEqual(['query:a b', 'query:c', 'query:d']);
  });

  it('keeps queries and passages apart', async () => {
    const model = new HashEmbeddings();
    const cached = new CachingEmbeddings(model, { record: true });
    await cached.embed(['a'], { kind: 'query' });
    await cached.embed(['a'], { kind: 'passage' });
    expect(model.asked).toEqual(['query:a', 'passage:a']);
  });

  it('gives a text the same vector before and after it is cached, recording or not', async () => {
    const cache = VectorCache.empty(new HashEmbeddings());
    const recording = new CachingEmbeddings(new HashEmbeddings(), { cache, record: true });
    const reading = new CachingEmbeddings(new HashEmbeddings());
    const text = 'low-rank adaptation 低秩适配 of large models';
    const [before] = await recording.embed([text], { kind: 'query' });
    const [after] = await recording.embed([text], { kind: 'query' });
    const [never] = await reading.embed([text], { kind: 'query' });
    expect(after).toEqual(before);
    expect(never).toEqual(before);
  });

  it('does not add to the cache unless told to', async () => {
    const model = new HashEmbeddings();
    const cache = VectorCache.empty(model);
    await new CachingEmbeddings(model, { cache }).embed(['a'], { kind: 'query' });
    expect(cache.size).toBe(0);
  });

  it('passes failures on', async () => {
    const model = new HashEmbeddings();
    const cached = new CachingEmbeddings(model, { record: true });
    await expect(cached.embed(['a'], { kind: 'query', signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(cached.cache.size).toBe(0);
  });

  it('refuses vectors of other dimensions than the model promises', async () => {
    const model = new HashEmbeddings('liar', 8);
    model.vector = () => new Float32Array([1, 0]);
    const cached = new CachingEmbeddings(model);
    await expect(cached.embed(['a'], { kind: 'query' })).rejects.toMatchObject({
      code: 'embedding-failed',
      message: expect.stringMatching(/liar gave 2 numbers .* 8 were expected/),
    });
  });

  it('refuses the cache of another model', () => {
    const cache = VectorCache.empty({ id: 'other', dims: 64 });
    expect(() => new CachingEmbeddings(new HashEmbeddings(), { cache })).toThrow(/never mix/);
  });
});
