/** Remembers the last vectors, so that the parts of one turn do not embed the same clause twice. */
import { VivaEmbeddings, type EmbedOptions } from './viva-embeddings.ts';

export class RecentEmbeddings extends VivaEmbeddings {
  override readonly id: string;
  override readonly dims: number;
  readonly #source: VivaEmbeddings;
  readonly #capacity: number;
  readonly #recent = new Map<string, Float32Array>();

  /** @param capacity vectors kept; default 2,000 (3 MB at 384 dimensions) */
  constructor(source: VivaEmbeddings, capacity = 2_000) {
    super();
    this.id = source.id;
    this.dims = source.dims;
    this.#source = source;
    this.#capacity = capacity;
  }

  override async embed(texts: readonly string[], options: EmbedOptions): Promise<Float32Array[]> {
    const keys = texts.map((text) => `${options.kind}:${text}`);
    const found = keys.map((key) => this.#recent.get(key));
    const wanted = [...new Set(texts.filter((_, index) => found[index] === undefined))];
    const made = new Map<string, Float32Array>();
    if (wanted.length > 0) {
      const vectors = await this.#source.embed(wanted, options);
      for (const [index, text] of wanted.entries()) {
        const vector = vectors[index];
        if (vector) made.set(text, vector);
      }
    }
    return texts.flatMap((text, index) => {
      const vector = found[index] ?? made.get(text);
      if (!vector) return [];
      this.#remember(keys[index] ?? '', vector);
      return [vector];
    });
  }

  override close(): Promise<void> {
    return this.#source.close();
  }

  #remember(key: string, vector: Float32Array): void {
    this.#recent.delete(key);
    this.#recent.set(key, vector);
    const oldest = this.#recent.size > this.#capacity ? this.#recent.keys().next().value : undefined;
    if (oldest !== undefined) this.#recent.delete(oldest);
  }
}
