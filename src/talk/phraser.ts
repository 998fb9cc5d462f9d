/** The seam of whoever words what the coach has decided to say. */
import type { Entry } from '../corpus/entry.ts';
import type { Lang } from '../protocol.ts';

export interface PhraseRequest {
  readonly kind: 'hint' | 'clarify';
  readonly entry: Entry;
  readonly lang: Lang;
  /** The open question, as asked; `main` is the main question when a follow-up is open. */
  readonly question: string;
  readonly main: string | null;
  /** What the candidate said just now. */
  readonly message: string;
  /** The candidate's replies to this question so far. */
  readonly said: readonly string[];
  /** 1–3; of a hint. */
  readonly level: number;
  /** Key points not made yet. */
  readonly unmet: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

export interface Phrased {
  readonly text: string;
  /** Who worded it: a model and the version of its prompt. */
  readonly by: string;
}

export interface Phraser {
  /** Null when there is nothing better than the coach's own words. @throws VivaError `aborted`, and nothing else. */
  phrase(request: PhraseRequest): Promise<Phrased | null>;
}
