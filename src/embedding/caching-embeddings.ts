/** An embedding model with a memory on disk. */
import { VivaError } from '../errors.ts';
import { VectorCache } from './cache.ts';
import { quantise, restore } from './quantise.ts';
import { VivaEmbeddings, type EmbedOptions } from './viva-embeddings.ts';

export interface CachingEmbeddingsOptions {
  /** Vectors known beforehand; default none. */
  readonly cache?: VectorCache;
  /** Add what is embedded to `cache`, to be saved by whoever opened it. Default false: the cache is only read. */
  readonly record?: boolean;
}

/**
 * Reads through a cache. Every vector, cached or not, goes through the cache's rounding to one byte a number, so that a text
 * has one vector, whichever way it came. Id and dimensions are those of the model behind it.
 */
export class CachingEmbeddings extends VivaEmbeddings {
  override readonly id: string;
  override readonly dims: number;
  readonly #model: VivaEmbeddings;
  readonly #record: boolean;
  #cache: VectorCache;

  constructor(model: VivaEmbeddings, options: CachingEmbeddingsOptions = {}) {
    super();
    this.id = model.id;
    this.dims = model.dims;
    this.#model = model;
    this.#cache = fitting(model, options.cache ?? VectorCache.empty(model));
    this.#record = options.record ?? false;
  }

  /** The cache that is read. Replace it after an ingestion to know the new texts. */
  get cache(): VectorCache {
    return this.#cache;
  }

  set cache(cache: VectorCache) {
    this.#cache = fitting(this.#model, cache);
  }

  override async embed(texts: readonly string[], options: EmbedOptions): Promise<Float32Array[]> {
    const cache = this.#cache;
    const rows = new Map<string, Int8Array>();
    const unknown: string[] = [];
    for (const text of new Set(texts)) {
      const row = cache.get({ kind: options.kind, text });
      if (row === undefined) unknown.push(text);
      else rows.set(text, row);
    }
    if (unknown.length > 0) {
      const vectors = await this.#model.embed(unknown, options);
      for (const [index, text] of unknown.entries()) {
        const row = quantise(this.#checked(vectors[index]));
        rows.set(text, row);
        if (this.#record) cache.add({ kind: options.kind, text }, row);
      }
    }
    return texts.map((text) => restore(rows.get(text) ?? new Int8Array(this.dims)));
  }

  override close(): Promise<void> {
    return this.#model.close();
  }

  #checked(vector: Float32Array | undefined): Float32Array {
    if (vector?.length === this.dims) return vector;
    throw new VivaError(
      'embedding-failed',
      `The model ${this.id} gave ${vector?.length ?? 'no'} numbers for a text, ${this.dims} were expected.`,
    );
  }
}

function fitting(model: VivaEmbeddings, cache: VectorCache): VectorCache {
  if (cache.model.id === model.id && cache.model.dims === model.dims) return cache;
  throw new VivaError(
    'internal',
    `A cache of ${cache.model.id} was given to ${model.id}: vectors of two models never mix.`,
  );
}
