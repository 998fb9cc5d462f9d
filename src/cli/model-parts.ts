/** Everything that asks the chat model, or stands in for it: put together for the model of now, and anew for another one. */
import type { Answerer } from '../answering/answerer.ts';
import type { Material } from '../answering/material-words.ts';
import { AskedIntentClassifier } from '../coach/asked-intent.ts';
import type { IntentClassifier } from '../coach/intent.ts';
import type { AppealJudge } from '../grading/appeals.ts';
import type { Grader, Refiner } from '../grading/grader.ts';
import type { SteadyChatModel } from '../llm/steady-chat-model.ts';
import type { OnTalk } from '../talk/outcomes.ts';
import { createAppeals, createTalk, type Talk } from './create-talk.ts';
import { createAnswerer, createGraders } from './graders-and-answerers.ts';
import type { OpenRetrieval } from './open-retrieval.ts';

export interface ModelParts {
  /** The local judge, which always answers first. */
  readonly grader: Grader;
  /** Reads replies after it; null without a chat model. */
  readonly refiner: Refiner | null;
  readonly appeals: AppealJudge;
  readonly answerer: Answerer;
  readonly classifier: IntentClassifier;
  /** Undefined without a chat model. */
  readonly phraser: Talk['phraser'] | undefined;
  readonly talkCheck: Talk['check'] | undefined;
}

export interface ModelPartsDeps {
  readonly retrieval: Pick<OpenRetrieval, 'retriever' | 'embeddings' | 'tokenizer'>;
  readonly entries: () => Material;
  /** Knows intents without a model. */
  readonly recogniser: IntentClassifier;
  readonly onTalk: OnTalk;
  readonly onFailure: (error: unknown, doing: string) => void;
}

export function createModelParts(model: SteadyChatModel | null, deps: ModelPartsDeps): ModelParts {
  const { retrieval, entries, recogniser, onTalk, onFailure } = deps;
  const { embeddings } = retrieval;
  const { local, refiner } = createGraders(model, embeddings);
  const talk = createTalk(model, embeddings, onTalk);
  return {
    grader: local,
    refiner,
    // Whoever looks again should not be who judged first.
    appeals: createAppeals(model?.second ?? null, embeddings, onTalk),
    answerer: createAnswerer(model, retrieval, entries, (error) => onFailure(error, 'answer')),
    classifier: model
      ? new AskedIntentClassifier({ local: recogniser, model, onOutcome: onTalk })
      : recogniser,
    phraser: talk?.phraser,
    talkCheck: talk?.check,
  };
}
