/** What a chat model does beside grading and answering: it words, and it looks again; put together from the settings. */
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import type { AppealJudge } from '../grading/appeals.ts';
import { createLeakCheck, createLocalAppeals } from '../grading/create-local-grader.ts';
import { ModelAppeals } from '../grading/model-appeals.ts';
import type { ChatModel } from '../llm/chat-model.ts';
import { ModelPhraser } from '../talk/model-phraser.ts';
import { outcomeOf, type OnTalk } from '../talk/outcomes.ts';
import type { Phraser } from '../talk/phraser.ts';
import { TalkCheck } from '../talk/talk-check.ts';

export interface Talk {
  readonly check: TalkCheck;
  readonly phraser: Phraser;
}

/** Who words what the coach says; null without a chat model: then the coach does. */
export function createTalk(
  model: ChatModel | null,
  embeddings: VivaEmbeddings,
  onOutcome: OnTalk,
): Talk | null {
  if (!model) return null;
  const check = new TalkCheck({ leaks: createLeakCheck(embeddings), embeddings });
  return { check, phraser: new ModelPhraser({ model, check, onOutcome }) };
}

/**
 * Who judges what a candidate disputes: a chat model beside the local judge, or the local judge alone.
 * @param model best one that does not grade
 */
export function createAppeals(
  model: ChatModel | null,
  embeddings: VivaEmbeddings,
  onOutcome: OnTalk,
): AppealJudge {
  const local = createLocalAppeals(embeddings);
  if (!model) return local;
  const onDone = (error: unknown) => {
    if (error === null) onOutcome('appeal', 'used');
    else onOutcome('appeal', outcomeOf(error), error);
  };
  return new ModelAppeals({ model, embeddings, local, onDone });
}
