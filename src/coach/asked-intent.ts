/** The local recogniser decides; of what it is unsure, a chat model may be asked before the candidate is. */
import { z } from 'zod';
import { VivaError } from '../errors.ts';
import type { ChatModel } from '../llm/chat-model.ts';
import { markerCode } from '../llm/prompts.ts';
import { intentKinds, intentPrompt, type IntentKind } from '../llm/prompts/intent-v1.ts';
import type { Intent } from '../protocol.ts';
import { outcomeOf, type OnTalk } from '../talk/outcomes.ts';
import type { Classification, ClassifyRequest, IntentClassifier } from './intent.ts';
import { inDoubt } from './unsure.ts';

/** Milliseconds: the message is acknowledged only after this. */
const patience = 2_000;
/** Characters of a message that a model is shown. */
const shownCharacters = 1_500;
/** Of a model's word: above every bound below which the coach asks back. */
const askedConfidence = 0.9;

export interface AskedIntentOptions {
  readonly local: IntentClassifier;
  readonly model: ChatModel;
  readonly onOutcome?: OnTalk;
  /** Default 2,000. */
  readonly patienceMs?: number;
}

export class AskedIntentClassifier implements IntentClassifier {
  readonly #options: AskedIntentOptions;

  constructor(options: AskedIntentOptions) {
    this.#options = options;
  }

  async classify(request: ClassifyRequest): Promise<Classification> {
    const { local, onOutcome } = this.#options;
    const found = await local.classify(request);
    const { message, openQuestion, signal } = request;
    const doubt = inDoubt({ ...found, text: message });
    if (openQuestion === null || !doubt) return found;
    try {
      const kind = await this.#ask(message, openQuestion, doubt.filter(isKind), signal);
      onOutcome?.('intent', kind === 'unsure' ? 'none' : 'used');
      return kind === 'unsure' ? found : { intent: kind, confidence: askedConfidence, runnerUp: null };
    } catch (error) {
      if (signal?.aborted === true) {
        throw new VivaError('aborted', 'The message was given up before it was understood.', {
          cause: error,
        });
      }
      onOutcome?.('intent', outcomeOf(error), error);
      return found;
    }
  }

  async #ask(
    message: string,
    question: string,
    kinds: readonly IntentKind[],
    outer: AbortSignal | undefined,
  ): Promise<IntentKind | 'unsure'> {
    const deadline = AbortSignal.timeout(this.#options.patienceMs ?? patience);
    const prompt = intentPrompt(
      { question, message: message.slice(0, shownCharacters), kinds },
      markerCode(),
    );
    const { kind } = await this.#options.model.complete(
      {
        ...prompt,
        purpose: 'intent',
        maxTokens: 200,
        signal: outer ? AbortSignal.any([outer, deadline]) : deadline,
      },
      z.object({ kind: z.enum([...kinds, 'unsure']) }),
      'kind',
    );
    return kind;
  }
}

function isKind(intent: Intent): intent is IntentKind {
  return intent in intentKinds;
}
