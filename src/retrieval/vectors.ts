/** The chunks as a LangChain vector store. */
import { Document } from '@langchain/core/documents';
import { VectorStore } from '@langchain/core/vectorstores';
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import { VivaError } from '../errors.ts';
import type { Chunk } from './chunk.ts';
import type { NearestNeighbours, Neighbour } from './nearest-neighbours.ts';

/**
 * Read only: `viva ingest` makes the index. Works wherever LangChain takes a vector store (`asRetriever()` included); Viva
 * itself calls `nearest`.
 */
export class ChunkVectorStore extends VectorStore {
  declare FilterType: (chunk: Chunk) => boolean;
  /** Row `n` of the neighbours is chunk `n`. */
  readonly chunks: readonly Chunk[];
  readonly neighbours: NearestNeighbours;

  constructor(embeddings: VivaEmbeddings, chunks: readonly Chunk[], neighbours: NearestNeighbours) {
    super(embeddings, {});
    if (neighbours.size !== chunks.length || neighbours.dims !== embeddings.dims) {
      throw new VivaError(
        'internal',
        `${neighbours.size} vectors of ${neighbours.dims} numbers do not belong to ${chunks.length} chunks of ${embeddings.dims}.`,
      );
    }
    this.chunks = chunks;
    this.neighbours = neighbours;
  }

  override _vectorstoreType(): string {
    return 'viva';
  }

  /** Rows nearest to a vector, the nearest first. */
  nearest(query: Float32Array, k: number, accept?: (chunk: Chunk) => boolean): Neighbour[] {
    if (accept === undefined) return this.neighbours.search(query, k);
    return this.neighbours.search(query, k, (row) => {
      const chunk = this.chunks[row];
      return chunk !== undefined && accept(chunk);
    });
  }

  /** Documents with their cosine similarity (−1…1), the nearest first; the chunk is in the metadata. */
  override async similaritySearchVectorWithScore(
    query: number[],
    k: number,
    filter?: this['FilterType'],
  ): Promise<[Document<Chunk>, number][]> {
    return this.nearest(Float32Array.from(query), k, filter).flatMap(({ row, similarity }) => {
      const chunk = this.chunks[row];
      return chunk
        ? [[new Document<Chunk>({ id: chunk.id, pageContent: chunk.text, metadata: chunk }), similarity]]
        : [];
    });
  }

  override addVectors(): Promise<never> {
    return Promise.reject(readOnly());
  }

  override addDocuments(): Promise<never> {
    return Promise.reject(readOnly());
  }
}

function readOnly(): VivaError {
  return new VivaError('usage', "The index is read only: add entries to the corpus and run 'viva ingest'.");
}
