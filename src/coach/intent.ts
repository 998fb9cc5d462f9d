/** The seam behind which a message's intent is found out. */
import type { Intent, Lang, Phase } from '../protocol.ts';

export interface ClassifyRequest {
  readonly message: string;
  /** Where the interview stands; `confirm` is told apart by the coach and never comes here. */
  readonly phase: Phase;
  /** The session's language. */
  readonly lang: Lang;
  /** The question that waits for a reply, as asked. */
  readonly openQuestion: string | null;
  readonly signal?: AbortSignal;
}

export interface Classification {
  readonly intent: Intent;
  /** 0–1: how sure the classifier is; compared with `runnerUp` alone it decides whether to ask back. */
  readonly confidence: number;
  /** The second most likely intent; null when a rule left no doubt. */
  readonly runnerUp: Intent | null;
}

export interface IntentClassifier {
  classify(request: ClassifyRequest): Promise<Classification>;
}
