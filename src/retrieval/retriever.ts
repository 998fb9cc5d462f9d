/** What retrieval gives to the rest of the house. */
import type { Lang } from '../protocol.ts';
import type { Chunk } from './chunk.ts';

/** A retrieved chunk with each signal's score; a signal that did not find the chunk is null. */
export interface Hit {
  readonly chunk: Chunk;
  /** Fused score; higher is better; comparable within one query only. */
  readonly score: number;
  readonly signals: {
    /** Cosine similarity, −1…1. */
    readonly vector: number | null;
    /** BM25+ score, ≥ 0. */
    readonly lexical: number | null;
  };
}

/** An entry as a query found it. */
export interface EntryHit {
  readonly entryId: string;
  readonly score: number;
  /** The entry's chunks that the query found, the best first; at least one. */
  readonly hits: readonly [Hit, ...Hit[]];
}

export interface RetrieveOptions {
  /** Most entries to return; default 10. */
  readonly limit?: number;
  /** Keep only entries that this accepts (a module, a difficulty, …). */
  readonly accept?: (entryId: string) => boolean;
  readonly signal?: AbortSignal;
}

export interface Retriever {
  /**
   * Entries for a query in either language, the best first. An empty query finds nothing.
   * `lang` is the asker's language: it breaks ties between an entry's chunks, it filters nothing.
   */
  retrieve(query: string, lang: Lang, options?: RetrieveOptions): Promise<readonly EntryHit[]>;
}
