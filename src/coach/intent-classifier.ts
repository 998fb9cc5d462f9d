/** Finds out what a message is: a few rules, then the intent model over the message's vector. */
import { dot } from '../embedding/dot.ts';
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import { containment } from '../corpus/content-tokens.ts';
import { isAbort } from '../errors.ts';
import { intentFeatures } from './intent-features.ts';
import type { IntentModel } from './intent-model.ts';
import { ruledIntent } from './intent-rules.ts';
import type { Classification, ClassifyRequest, IntentClassifier } from './intent.ts';

export interface RuledIntentClassifierOptions {
  readonly model: IntentModel;
  /** The model's own embedder; with null, or when it fails, pieces and marks decide alone. */
  readonly embeddings: VivaEmbeddings | null;
  /** Told when the embedder failed and the message was classified without it. */
  readonly onFailure?: (error: unknown) => void;
}

/**
 * From this cosine on, a question that shares this much of its words with the open one is the open question
 * thrown back, and its answer is the reference. Words too, because short questions are near any question.
 */
const sameQuestion = { similarity: 0.94, share: 0.3 };

export class RuledIntentClassifier implements IntentClassifier {
  readonly #model: IntentModel;
  readonly #embeddings: VivaEmbeddings | null;
  readonly #onFailure: (error: unknown) => void;

  /** @throws Error when the embedder is not the one that the model was trained on. */
  constructor(options: RuledIntentClassifierOptions) {
    if (options.embeddings && options.embeddings.id !== options.model.embedding) {
      throw new Error(
        `the intent model was trained on ${options.model.embedding}, not on ${options.embeddings.id}: give it the bundled embedder, or null`,
      );
    }
    this.#model = options.model;
    this.#embeddings = options.embeddings;
    this.#onFailure = options.onFailure ?? (() => undefined);
  }

  async classify(request: ClassifyRequest): Promise<Classification> {
    const ruled = ruledIntent(request.message);
    if (ruled) return { intent: ruled, confidence: 1, runnerUp: null };
    const { message, phase, openQuestion } = request;
    // A bare number or formula can only be an answer.
    if (openQuestion !== null && /^[\d\s.,%×x*/^()=+\-~≈≤≥<>]+$/iu.test(message) && /\d/.test(message)) {
      return { intent: 'reply', confidence: 1, runnerUp: null };
    }
    const [vector, open] = await this.#embed(request);
    const similarity = vector && open ? dot(vector, open) : null;
    const features = intentFeatures({ message, phase, openQuestion, similarity });
    const [first, second] = this.#model.score(vector ?? new Float32Array(0), features, phase);
    if (!first) throw new Error('the intent model knows no intent');
    const near = similarity !== null && similarity >= sameQuestion.similarity;
    if (
      first.intent === 'question' &&
      near &&
      containment(message, openQuestion ?? '') >= sameQuestion.share
    ) {
      return { intent: 'explain', confidence: first.probability, runnerUp: 'question' };
    }
    return { intent: first.intent, confidence: first.probability, runnerUp: second?.intent ?? null };
  }

  async #embed(request: ClassifyRequest): Promise<readonly (Float32Array | undefined)[]> {
    if (!this.#embeddings) return [];
    const texts = request.openQuestion === null ? [request.message] : [request.message, request.openQuestion];
    try {
      return await this.#embeddings.embed(texts, { kind: 'query', signal: request.signal });
    } catch (error) {
      if (isAbort(error)) throw error;
      this.#onFailure(error);
      return [];
    }
  }
}
