/** What retrieval gives to the rest of the house. */
import type { Lang } from '../protocol.ts';
import type { Chunk } from './chunk.ts';

/** A chunk that stands for its entry. */
export interface Hit {
  readonly chunk: Chunk;
  /** Cosine similarity to the query, −1…1; null where words alone found the entry. */
  readonly similarity: number | null;
}

/** An entry as a query found it. */
export interface EntryHit {
  readonly entryId: string;
  /** Higher is better; may be below 0; comparable within one query only. */
  readonly score: number;
  /** The entry's chunks that the query found, the nearest first; its question where words alone found the entry. */
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
