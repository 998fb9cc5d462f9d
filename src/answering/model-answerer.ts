/** Answers free questions by a chat model that may use the found passages alone and is checked sentence by sentence. */
import { Relatedness } from '../embedding/relatedness.ts';
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import { isAbort } from '../errors.ts';
import type { ChatModel } from '../llm/chat-model.ts';
import { answerPrompt, markerCode, noAnswerMark } from '../llm/prompts.ts';
import type { Answer, AnswerSentence } from '../protocol.ts';
import type { Answerer, AnswerRequest } from './answerer.ts';
import { CitationCheck, citedSentences } from './citations.ts';
import { longestAnswer } from './compose.ts';
import { refusal, type Findings, type LocalAnswerer } from './local-answerer.ts';
import { passagesFor, type Passage } from './passages.ts';

/** Log-odds above the threshold from which a model's "the passages do not say" is not believed. */
const certain = 3;

export interface ModelAnswererOptions {
  readonly model: ChatModel;
  readonly local: LocalAnswerer;
  readonly embeddings: VivaEmbeddings;
  /** Told why the local answer was given instead of the model's. */
  readonly onFallback?: (why: unknown) => void;
  /** Told how many of a model's sentences were dropped. */
  readonly onDropped?: (count: number, of: number) => void;
}

export class ModelAnswerer implements Answerer {
  readonly #options: ModelAnswererOptions;
  readonly #relatedness: Relatedness;

  constructor(options: ModelAnswererOptions) {
    this.#options = options;
    this.#relatedness = new Relatedness(options.embeddings);
  }

  async answer(request: AnswerRequest): Promise<Answer> {
    const { local, model, onFallback } = this.#options;
    const findings = await local.lookUp(request);
    const localAnswer = () => local.answerFrom(findings, request.lang);
    if (!findings.judgement.covered) return localAnswer();
    const { judgement, material } = findings;
    const passages = passagesFor(judgement.entries, (id) => material.get(id), request.lang);
    let sentences: AnswerSentence[] | null;
    try {
      sentences = await this.#write(request, findings, passages);
    } catch (error) {
      if (isAbort(error) || request.signal?.aborted === true) throw error;
      onFallback?.(error);
      return localAnswer();
    }
    if (sentences === null) {
      return judgement.certainty >= certain ? localAnswer() : refusal(findings, request.lang);
    }
    if (sentences.length > 0)
      return { kind: 'answered', sentences: sentences.slice(0, longestAnswer), author: model.id };
    onFallback?.('no sentence was supported by the passage it cites');
    return localAnswer();
  }

  /** The supported sentences; null when the model says that the passages do not hold the answer. */
  async #write(
    { lang, signal, onDelta }: AnswerRequest,
    { question, words }: Findings,
    passages: readonly Passage[],
  ): Promise<AnswerSentence[] | null> {
    const prompt = answerPrompt(
      { question, lang, passages: passages.map((passage) => passage.text) },
      markerCode(),
    );
    let text = '';
    let shown = 0;
    for await (const piece of this.#options.model.stream({
      ...prompt,
      purpose: 'answer',
      maxTokens: 700,
      ...(signal ? { signal } : {}),
    })) {
      text += piece;
      // Nobody should see the beginning of the mark that means "no answer".
      if (noAnswerMark.startsWith(text.trimStart().slice(0, noAnswerMark.length))) continue;
      onDelta?.(text.slice(shown));
      shown = text.length;
    }
    if (text.includes(noAnswerMark)) return null;
    const written = citedSentences(text);
    const check = new CitationCheck(this.#relatedness, words);
    const kept = await check.keepSupported(written, passages, question, lang, signal);
    this.#options.onDropped?.(written.length - kept.length, written.length);
    return kept;
  }
}
