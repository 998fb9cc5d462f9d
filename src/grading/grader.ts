/** The seam behind which replies are graded: locally, or by a chat model. */
import type { Entry } from '../corpus/entry.ts';
import type { Grade, Lang } from '../protocol.ts';

export interface GradeRequest {
  readonly entry: Entry;
  /** The candidate's words, as typed; spans in the grade are offsets into this string. */
  readonly reply: string;
  /** Language of the feedback and of the reference spans. */
  readonly lang: Lang;
  /** The question as it was asked (a follow-up's own words); defaults to the entry's question. */
  readonly question?: string;
  /** Judge these key points alone (a follow-up); default: all. */
  readonly keyPointIds?: readonly string[];
  readonly signal?: AbortSignal;
}

export interface Grader {
  /** Names the judge in grades: a verifier's or a chat model's id. */
  readonly id: string;
  /** @throws VivaError when no verdict could be reached (`llm-failed`, `timeout`, `aborted`, `embedding-failed`). */
  grade(request: GradeRequest): Promise<Grade>;
}
