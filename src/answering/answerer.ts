/** The seam behind which free questions are answered: from reference spans, or by a chat model held to them. */
import type { Answer, AnswerStage, Lang } from '../protocol.ts';
import type { OwnResult } from './own-results.ts';

export interface AnswerRequest {
  readonly question: string;
  readonly lang: Lang;
  readonly signal?: AbortSignal;
  /** Called with pieces of text while a model writes; the returned answer is what counts. */
  readonly onDelta?: (text: string) => void;
  /** Told what is being done; pieces of text before a stage were not the answer. */
  readonly onStage?: (stage: AnswerStage) => void;
  /** The entry of the question that is open in an interview. */
  readonly openEntryId?: string | null;
  /** The asker's own graded questions; nobody else's. */
  readonly results?: readonly OwnResult[];
}

export interface Answerer {
  answer(request: AnswerRequest): Promise<Answer>;
}
