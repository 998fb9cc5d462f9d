/** The seam to embedding models: LangChain's `Embeddings` class, plus what Viva needs beyond it. */
import { Embeddings } from '@langchain/core/embeddings';

export interface EmbedOptions {
  /** What the texts are: something asked, or something to be found. Models are trained to tell them apart. */
  readonly kind: 'query' | 'passage';
  readonly signal?: AbortSignal | undefined;
}

/** An embedding model. Works wherever LangChain takes an `Embeddings`; Viva itself calls `embed`. */
export abstract class VivaEmbeddings extends Embeddings {
  /** Names the model; vectors of different ids must never meet. Written into manifests. */
  abstract readonly id: string;
  /** Numbers in a vector. */
  abstract readonly dims: number;

  constructor() {
    super({});
  }

  /**
   * One vector of length 1 per text, in order; an empty list gives an empty list.
   * @throws VivaError `aborted`, or `embedding-failed` when the model does not give proper vectors.
   */
  abstract embed(texts: readonly string[], options: EmbedOptions): Promise<Float32Array[]>;

  /** Frees what the model holds. Idempotent; `embed` fails afterwards. */
  abstract close(): Promise<void>;

  override async embedQuery(text: string): Promise<number[]> {
    const [vector] = await this.embed([text], { kind: 'query' });
    return vector === undefined ? [] : [...vector];
  }

  override async embedDocuments(texts: string[]): Promise<number[][]> {
    return (await this.embed(texts, { kind: 'passage' })).map((vector) => [...vector]);
  }
}
