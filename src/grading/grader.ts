/** The seams behind which replies are graded: at once by a local judge, and again by a chat model that may be away. */
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

/** True for the judges of this repository, as opposed to chat models. */
export function isLocalJudge(id: string): boolean {
  return id.startsWith('statements/');
}

export interface Grader {
  /** Names the judge in grades: a verifier's or a chat model's id. */
  readonly id: string;
  /** @throws VivaError when no verdict could be reached (`llm-failed`, `timeout`, `aborted`, `embedding-failed`). */
  grade(request: GradeRequest): Promise<Grade>;
}

/** A follow-up as a model proposes it; whether it gives the answer away is not known. */
export interface Proposal {
  readonly keyPointId: string;
  readonly text: string;
  /** The model, and its prompt with the version. */
  readonly by: string;
}

export interface Refinement {
  readonly grade: Grade;
  readonly proposal: Proposal | null;
}

export interface Refiner {
  /** Names the chat model. */
  readonly id: string;
  /**
   * The grade with the chat model's reading in it.
   * @param local the local judge's grade on the same request
   * @throws VivaError `llm-failed`, `llm-invalid-output`, `timeout`, `aborted`, …: then the local grade stands
   */
  refine(request: GradeRequest, local: Grade): Promise<Refinement>;
}
