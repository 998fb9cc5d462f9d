/**
 * Judges a disputed verdict by a chat model: another prompt, the key points in another order and without the verdicts
 * that they got. What the model says needs a quote, as always; without the model the local judge looks again.
 */
import { z } from 'zod';
import type { Entry, KeyPoint } from '../corpus/entry.ts';
import { Relatedness } from '../embedding/relatedness.ts';
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import { VivaError } from '../errors.ts';
import type { ChatModel, ModelUsage } from '../llm/chat-model.ts';
import { markerCode } from '../llm/prompts.ts';
import { appealPrompt, appealPromptId } from '../llm/prompts/appeal-v1.ts';
import { verdictValueSchema, type Span, type Verdict, type VerdictValue } from '../protocol.ts';
import type { AppealJudge, AppealRequest, Opinion } from './appeals.ts';
import { splitClauses } from './clauses.ts';
import { keyPointSubject, QuoteCheck } from './quotes.ts';
import { findQuote } from './span-check.ts';

/** How a verdict came about says how sure it is. */
const confidences = { quoted: 0.9, alone: 0.7, missing: 0.85, refused: 0.4, opposed: 0.5 };

/** Other key points that are asked about too, so that the disputed one is none that stands out. */
const companions = 3;
/** Milliseconds that a candidate who disputes a verdict waits for the model. */
const patience = 20_000;
/** Shortest piece of an argument that is looked for in the replies, in characters. */
const pieceChars = 4;

export interface ModelAppealsOptions {
  /** Best a model that did not write the first verdict. */
  readonly model: ChatModel;
  readonly embeddings: VivaEmbeddings;
  /** Looks again beside the model, and alone when the model is away. */
  readonly local: AppealJudge;
  /** Told when the local judge alone decided, with the error; `null` when the model was heard. */
  readonly onDone?: (error: unknown) => void;
  /** Default 20,000. */
  readonly patienceMs?: number;
}

const opinionSchema = z.object({
  keyPoints: z.array(z.object({ id: z.string(), verdict: verdictValueSchema, quote: z.string() })),
});

interface Said {
  readonly verdict: VerdictValue;
  readonly quote: string;
  /** The model that answered: another one may have stood in. */
  readonly model: string;
}

export class ModelAppeals implements AppealJudge {
  readonly #options: ModelAppealsOptions;
  readonly #relatedness: Relatedness;

  constructor(options: ModelAppealsOptions) {
    this.#options = options;
    this.#relatedness = new Relatedness(options.embeddings);
  }

  async judge(request: AppealRequest): Promise<Opinion> {
    const { local, onDone, patienceMs = patience } = this.#options;
    const { signal: outer } = request;
    const deadline = AbortSignal.timeout(patienceMs);
    const signal = outer ? AbortSignal.any([outer, deadline]) : deadline;
    const [beside, said] = await Promise.all([
      local.judge(request),
      this.#ask(request, signal).catch((error: unknown) => {
        if (outer?.aborted === true) throw error;
        onDone?.(error);
        return null;
      }),
    ]);
    if (!said) return beside;
    const verdicts = await this.#verdicts(request, said, beside);
    onDone?.(null);
    return { verdicts, by: `${said.model} ${appealPromptId}` };
  }

  async #ask(request: AppealRequest, signal: AbortSignal): Promise<Said> {
    const { entry, keyPointId, replies, argument, lang } = request;
    const statements = askedPoints(entry, keyPointId).map((point, index) => ({
      id: `K${index + 1}`,
      text: point[lang],
      point,
    }));
    const texts = replies.map(({ text }) => text);
    const prompt = appealPrompt(
      {
        question: entry.question[lang],
        reply: texts.join('\n\n'),
        pointedAt: pointedAt(argument, texts),
        statements,
      },
      markerCode(),
    );
    let model = this.#options.model.id;
    const onUsage = (usage: ModelUsage) => void (model = usage.model);
    const opinion = await this.#options.model.complete(
      { ...prompt, purpose: 'appeal', maxTokens: 256 + 160 * statements.length, signal, onUsage },
      opinionSchema,
      'opinion',
    );
    const own = statements.find(({ point }) => point.id === keyPointId)?.id;
    const said = opinion.keyPoints.filter(({ id }) => id === own);
    const [only] = said;
    if (only && said.length === 1) return { ...only, model };
    throw new VivaError(
      'llm-invalid-output',
      `Chat model ${this.#options.model.id} gave no second opinion.`,
      {
        context: { model: this.#options.model.id, entry: entry.id, keyPointId },
      },
    );
  }

  /** The model's word for the reply that its quote stands in; of the other replies it says nothing. */
  async #verdicts(
    { entry, keyPointId, replies, lang, signal }: AppealRequest,
    said: Said,
    beside: Opinion,
  ): Promise<Verdict[]> {
    const point = entry.keyPoints.find(({ id }) => id === keyPointId);
    if (!point) throw new VivaError('internal', `No key point ${keyPointId} in ${entry.id}.`);
    const subjects = new Map(entry.keyPoints.map((one) => [one.id, keyPointSubject(one)]));
    const subject = subjects.get(keyPointId) ?? keyPointSubject(point);
    const spans = await Promise.all(
      replies.map(async ({ text, question }): Promise<Span | null> => {
        if (said.verdict === 'missing') return null;
        const check = new QuoteCheck({
          reply: text,
          questions: [entry.question.zh, entry.question.en, question],
          rivals: [...subjects.values()],
          relatedness: this.#relatedness,
        });
        const [found] = await check.check([{ quote: said.quote, subject }], signal);
        return found && 'span' in found ? found.span : null;
      }),
    );
    const shown = spans.some((span) => span !== null);
    const silent = said.verdict === 'missing' || shown ? confidences.missing : confidences.refused;
    return spans.map((span, index): Verdict => {
      const local = beside.verdicts[index]?.value ?? 'missing';
      return {
        keyPointId,
        claim: point[lang],
        weight: point.weight,
        referenceSpan: { lang, ...point.reference[lang] },
        replySpan: span,
        ...(span === null ? { value: 'missing' as const, confidence: silent } : weighed(said.verdict, local)),
      };
    });
  }
}

/**
 * What the model shows by a quote, beside what the local judge sees on its second look. What one of them alone hears
 * earns half; where one hears the opposite of the other, nothing is settled.
 */
function weighed(model: VerdictValue, local: VerdictValue): Pick<Verdict, 'value' | 'confidence'> {
  if (model !== 'contradicted' && local === 'contradicted') {
    return { value: model, confidence: confidences.opposed };
  }
  if (model === 'covered' && local === 'missing') return { value: 'partial', confidence: confidences.alone };
  return { value: model, confidence: confidences.quoted };
}

/** The disputed key point among some others, the last ones first: another order than the first judge saw. */
function askedPoints(entry: Entry, keyPointId: string): KeyPoint[] {
  const backwards = entry.keyPoints.toReversed();
  const others = backwards.filter(({ id }) => id !== keyPointId).slice(0, companions);
  return backwards.filter((point) => point.id === keyPointId || others.includes(point));
}

/** What the argument quotes of the replies, or says in their words. */
function pointedAt(argument: string, replies: readonly string[]): string[] {
  const quoted = [...argument.matchAll(/“([^”]*)”|「([^」]*)」|"([^"]*)"|‘([^’]*)’/gu)].map(
    (match) => match.slice(1).find((one) => one !== undefined) ?? '',
  );
  const pieces = [...quoted, ...splitClauses(argument).map(({ text }) => text)];
  const found = pieces
    .filter((piece) => piece.length >= pieceChars)
    .flatMap((piece) => replies.map((reply) => findQuote(piece, reply)?.text ?? '').filter(Boolean));
  return [...new Set(found)].slice(0, 5);
}
