/** The embedding model that ships with Viva: multilingual-e5-small in 4 bits, run locally. */
import { z } from 'zod';
import { readManifest, textModelManifestSchema } from '../inference/manifest.ts';
import type { InferenceCounts } from '../inference/messages.ts';
import { TextModel } from '../inference/text-model.ts';
import { VivaEmbeddings, type EmbedOptions } from './viva-embeddings.ts';

const manifestSchema = textModelManifestSchema.extend({
  kind: z.literal('embedding'),
  dims: z.number().int().positive(),
  /** What is put in front of a text, by its kind. */
  prefixes: z.object({ query: z.string(), passage: z.string() }),
});

type EmbeddingManifest = z.infer<typeof manifestSchema>;

export interface BundledEmbeddingsOptions {
  /** The model's folder, `models/embedding`. */
  readonly dir: string;
  /** Threads inside one operation. Default 1; 2 is faster on an idle machine with as many cores. */
  readonly threads?: number;
}

/** Needs no network. Texts longer than 512 tokens are cut at the end. */
export class BundledEmbeddings extends VivaEmbeddings {
  override readonly id: string;
  override readonly dims: number;
  readonly #manifest: EmbeddingManifest;
  readonly #model: TextModel;

  private constructor(manifest: EmbeddingManifest, model: TextModel) {
    super();
    this.id = manifest.id;
    this.dims = manifest.dims;
    this.#manifest = manifest;
    this.#model = model;
  }

  /**
   * Checks the files and starts the model's thread (about 0.3 s).
   * @throws VivaError `model-missing` or `model-corrupt`, naming the file.
   */
  static async load(options: BundledEmbeddingsOptions): Promise<BundledEmbeddings> {
    const manifest = await readManifest(options.dir, manifestSchema);
    const model = await TextModel.load({ ...options, manifest });
    return new BundledEmbeddings(manifest, model);
  }

  get counts(): InferenceCounts {
    return this.#model.counts;
  }

  override embed(texts: readonly string[], options: EmbedOptions): Promise<Float32Array[]> {
    const prefix = this.#manifest.prefixes[options.kind];
    return this.#model.run(
      texts.map((text) => prefix + text),
      options.signal,
    );
  }

  override close(): Promise<void> {
    return this.#model.close();
  }
}
