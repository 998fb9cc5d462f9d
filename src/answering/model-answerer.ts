/** Answers free questions by a chat model that may use what it found in the material alone and is checked sentence by sentence. */
import { Relatedness } from '../embedding/relatedness.ts';
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import { isAbort } from '../errors.ts';
import type { ChatModel } from '../llm/chat-model.ts';
import { answerPrompt, markerCode, noAnswerMark } from '../llm/prompts.ts';
import { askPrompt } from '../llm/prompts/ask-v1.ts';
import type { Answer, AnswerSentence } from '../protocol.ts';
import type { Answerer, AnswerRequest } from './answerer.ts';
import { CitationCheck, citedSentences } from './citations.ts';
import { longestAnswer } from './compose.ts';
import { refusal, type Findings, type LocalAnswerer } from './local-answerer.ts';
import type { Retriever } from '../retrieval/retriever.ts';
import { materialTools } from './material-tools.ts';
import { asksOwnResults, ownResultsAnswer } from './own-results.ts';
import { passagesFor, type Passage } from './passages.ts';
import { ReadingDesk } from './reading-desk.ts';

/** Log-odds above the threshold from which a model's "the passages do not say" is not believed. */
const certain = 3;

export interface ModelAnswererOptions {
  readonly model: ChatModel;
  readonly local: LocalAnswerer;
  readonly embeddings: VivaEmbeddings;
  /** For the model's own searches; without it the model gets the found passages and no tools. */
  readonly retriever?: Retriever;
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
    const { results = [] } = request;
    if (results.length > 0 && asksOwnResults(request.question)) {
      request.onStage?.({ kind: 'results' });
      return ownResultsAnswer(results, request.lang);
    }
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
    request: AnswerRequest,
    findings: Findings,
    passages: readonly Passage[],
  ): Promise<AnswerSentence[] | null> {
    const { lang, signal } = request;
    const { question, words } = findings;
    const desk = new ReadingDesk(lang, passages);
    const text =
      (await this.#withTools(request, findings, desk)) ?? (await this.#atOnce(request, findings, desk));
    if (text.includes(noAnswerMark)) return null;
    const written = citedSentences(text);
    const check = new CitationCheck(this.#relatedness, words);
    const kept = await check.keepSupported(written, desk.passages, question, lang, signal);
    this.#options.onDropped?.(written.length - kept.length, written.length);
    return kept;
  }

  /** What the model writes after it looked up what it wanted; null when its server cannot call tools. */
  async #withTools(
    request: AnswerRequest,
    { question, material }: Findings,
    desk: ReadingDesk,
  ): Promise<string | null> {
    const { model, retriever, onFallback } = this.#options;
    if (!model.useTools || !retriever) return null;
    const { lang, signal, onStage, openEntryId = null } = request;
    const code = markerCode();
    let shown = new ShownText(request);
    const use = await model.useTools({
      ...askPrompt({ question, lang, passages: desk.listed() }, code),
      code,
      purpose: 'answer',
      maxTokens: 700,
      tools: materialTools({
        retriever,
        material,
        lang,
        desk,
        openEntryId,
        results: request.results ?? [],
        ...(onStage ? { onStage } : {}),
      }),
      onModelCall: () => {
        shown = new ShownText(request);
        onStage?.({ kind: 'thinking' });
      },
      onText: (piece) => shown.push(piece),
      ...(onFallback ? { onToolFailure: onFallback } : {}),
      ...(signal ? { signal } : {}),
    });
    return use?.text ?? null;
  }

  /** What the model writes from the found passages alone. */
  async #atOnce(request: AnswerRequest, { question }: Findings, desk: ReadingDesk): Promise<string> {
    const { lang, signal } = request;
    const prompt = answerPrompt(
      { question, lang, passages: desk.passages.map((passage) => passage.text) },
      markerCode(),
    );
    const shown = new ShownText(request);
    for await (const piece of this.#options.model.stream({
      ...prompt,
      purpose: 'answer',
      maxTokens: 700,
      ...(signal ? { signal } : {}),
    }))
      shown.push(piece);
    return shown.text;
  }
}

/** Text on its way to whoever reads along. */
class ShownText {
  readonly #request: AnswerRequest;
  #shown = 0;
  text = '';

  constructor(request: AnswerRequest) {
    this.#request = request;
  }

  push(piece: string): void {
    this.text += piece;
    // Nobody should see the beginning of the mark that means "no answer".
    if (noAnswerMark.startsWith(this.text.trimStart().slice(0, noAnswerMark.length))) return;
    if (this.#shown === 0) this.#request.onStage?.({ kind: 'writing' });
    this.#request.onDelta?.(this.text.slice(this.#shown));
    this.#shown = this.text.length;
  }
}
