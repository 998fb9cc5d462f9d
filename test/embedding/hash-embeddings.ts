/** A stand-in for an embedding model: texts that share words or Han pairs get near vectors. Records what it is asked. */
import { createHash } from 'node:crypto';
import { contentTokens } from '../../src/corpus/content-tokens.ts';
import { VivaError } from '../../src/errors.ts';
import { VivaEmbeddings, type EmbedOptions } from '../../src/embedding/viva-embeddings.ts';

export class HashEmbeddings extends VivaEmbeddings {
  override readonly id: string;
  override readonly dims: number;
  /** Every text embedded so far, as `kind:text`. */
  readonly asked: string[] = [];
  /** Runs before each call; throw here to fail it. */
  beforeEmbed: (texts: readonly string[], options: EmbedOptions) => void | Promise<void> = () => undefined;

  constructor(id = 'hash-64', dims = 64) {
    super();
    this.id = id;
    this.dims = dims;
  }

  override async embed(texts: readonly string[], options: EmbedOptions): Promise<Float32Array[]> {
    await this.beforeEmbed(texts, options);
    if (options.signal?.aborted) throw new VivaError('aborted', 'given up');
    this.asked.push(...texts.map((text) => `${options.kind}:${text}`));
    return texts.map((text) => this.vector(text));
  }

  vector(text: string): Float32Array {
    const vector = new Float32Array(this.dims);
    vector[0] = 0.01;
    for (const token of contentTokens(text)) {
      const hash = createHash('sha256').update(token).digest();
      vector[hash.readUInt16LE(0) % this.dims]! += hash[2]! % 2 === 0 ? 1 : -1;
    }
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  }

  override async close(): Promise<void> {}
}
