/** A chunk: one indexed piece of an entry, in one language. */
import type { Lang } from '../protocol.ts';

export type ChunkPart = 'question' | 'wording' | 'key-point' | 'answer';

export interface Chunk {
  /** Unique in an index: entry id, part, language, ordinal. */
  readonly id: string;
  readonly entryId: string;
  readonly part: ChunkPart;
  readonly lang: Lang;
  /** What is embedded and indexed. */
  readonly text: string;
  /** Entry file relative to the corpus folder, and UTF-16 offsets of the piece in it (`end` exclusive). */
  readonly file: string;
  readonly start: number;
  readonly end: number;
  /** For key points. */
  readonly keyPointId?: string;
  /** For answer passages: offsets into `Entry.answer[lang]`, `end` exclusive. */
  readonly answerSpan?: { readonly start: number; readonly end: number };
}
