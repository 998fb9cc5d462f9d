import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VectorCache, type CachedText } from '../../src/embedding/cache.ts';

const model = { id: 'm', dims: 4 };
const one: CachedText = { kind: 'query', text: '什么是 LoRA' };
const two: CachedText = { kind: 'passage', text: '什么是 LoRA' };
const three: CachedText = { kind: 'query', text: 'three' };

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viva-cache-'));
  path = join(folder, 'embeddings.bin');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function saved(...texts: CachedText[]): Promise<void> {
  const cache = VectorCache.empty(model);
  for (const [index, text] of texts.entries()) cache.add(text, Int8Array.of(index, -index, 127, -128));
  await cache.save(path);
}

describe('the cache of vectors', () => {
  it('gives back what was saved, the kinds apart', async () => {
    await saved(one, two, three);
    const cache = await VectorCache.open(path, model);
    expect(cache.origin).toBe('read');
    expect(cache.size).toBe(3);
    expect([...cache.get(one)!]).toEqual([0, 0, 127, -128]);
    expect([...cache.get(two)!]).toEqual([1, -1, 127, -128]);
    expect([...cache.get(three)!]).toEqual([2, -2, 127, -128]);
    expect(cache.get({ kind: 'query', text: 'four' })).toBeUndefined();
  });

  it('finds each of many', async () => {
    const texts = Array.from({ length: 500 }, (_, index): CachedText => ({
      kind: 'query',
      text: `text ${index}`,
    }));
    const cache = VectorCache.empty(model);
    for (const [index, text] of texts.entries()) cache.add(text, Int8Array.of(index % 100, 1, 2, 3));
    await cache.save(path);
    const read = await VectorCache.open(path, model);
    expect(texts.map((text) => read.get(text)?.[0])).toEqual(texts.map((_, index) => index % 100));
  });

  it('writes the same bytes whatever the order in which texts came', async () => {
    await saved(one);
    const grown = await VectorCache.open(path, model);
    grown.add(three, Int8Array.of(9, 9, 9, 9));
    await grown.save(path);
    const bytes = readFileSync(path);
    const other = VectorCache.empty(model);
    other.add(three, Int8Array.of(9, 9, 9, 9));
    other.add(one, Int8Array.of(0, -0, 127, -128));
    await other.save(path);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('leaves the file alone when nothing changed', async () => {
    await saved(one, two);
    const cache = await VectorCache.open(path, model);
    expect(await cache.save(path)).toBe(false);
    cache.add(three, new Int8Array(4));
    expect(await cache.save(path)).toBe(true);
    expect(readdirSync(folder)).toEqual(['embeddings.bin']);
  });

  it('drops what is not asked to be kept', async () => {
    await saved(one, two, three);
    const cache = await VectorCache.open(path, model);
    await cache.save(path, [three]);
    const kept = await VectorCache.open(path, model);
    expect([kept.size, kept.get(one), kept.get(three)?.[0]]).toEqual([1, undefined, 2]);
  });

  it('is empty without a file, and for another model or other dimensions', async () => {
    expect(await VectorCache.open(path, model)).toMatchObject({ origin: 'missing', size: 0 });
    await saved(one);
    expect(await VectorCache.open(path, { id: 'n', dims: 4 })).toMatchObject({
      origin: 'other-model',
      size: 0,
    });
    expect(await VectorCache.open(path, { id: 'm', dims: 5 })).toMatchObject({
      origin: 'other-model',
      size: 0,
    });
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['cut off by a byte', (bytes) => bytes.subarray(0, -1)],
    ['a byte too long', (bytes) => Buffer.concat([bytes, Buffer.of(0)])],
    ['cut off in its header', (bytes) => bytes.subarray(0, 20)],
    ['empty', () => Buffer.alloc(0)],
    ['something else', () => Buffer.from('{"hello":1}\nworld')],
    ['without any line end', () => Buffer.alloc(10_000, 7)],
    [
      'damaged in one byte',
      (bytes) => {
        const copy = Buffer.from(bytes);
        copy[copy.length - 2]! ^= 1;
        return copy;
      },
    ],
    [
      'of a later format',
      (bytes) => Buffer.from(bytes.toString('latin1').replace('"version":1', '"version":9'), 'latin1'),
    ],
  ])('refuses a file that is %s, and says what to run', async (_, damage) => {
    await saved(one, two);
    writeFileSync(path, damage(readFileSync(path)));
    const error = await VectorCache.open(path, model).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'index-corrupt',
      message: expect.stringContaining("run 'viva ingest"),
    });
    expect(error).toMatchObject({ message: expect.stringContaining(path) });
  });

  it('reports a folder that cannot be written', async () => {
    writeFileSync(path, 'a file');
    const cache = VectorCache.empty(model);
    await expect(cache.save(join(path, 'embeddings.bin'))).rejects.toMatchObject({ code: 'data-unwritable' });
  });
});
