/** Grades a reply by a chat model that must quote the reply for everything it says of it. */
import { z } from 'zod';
import type { KeyPoint, Misconception } from '../corpus/entry.ts';
import { Relatedness } from '../embedding/relatedness.ts';
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import { isAbort, VivaError } from '../errors.ts';
import type { ChatModel } from '../llm/chat-model.ts';
import { gradingPrompt, markerCode, type GradingPromptInput } from '../llm/prompts.ts';
import {
  verdictValueSchema,
  type AssertedMisconception,
  type Grade,
  type Span,
  type Verdict,
} from '../protocol.ts';
import { totalOf } from './arithmetic.ts';
import type { GradeRequest, Grader } from './grader.ts';
import { overlaps } from './overlaps.ts';
import {
  keyPointSubject,
  misconceptionSubject,
  QuoteCheck,
  refusalWords,
  type Refusal,
  type Subject,
} from './quotes.ts';

/**
 * Chat models give no probabilities. These say how a verdict came about:
 * its quote stood the first or the second time, nothing was found, or what was found did not stand.
 */
const confidences = { quoted: 0.9, quotedAgain: 0.75, missing: 0.85, refused: 0.4 };

/** Tokens per judged point: an id, a verdict and a quote of a long sentence. */
const tokensPerPoint = 160;

export interface ModelGraderOptions {
  readonly model: ChatModel;
  readonly embeddings: VivaEmbeddings;
  /** Told of every quote that was refused, for the log and the trust card. */
  readonly onRefused?: (refused: {
    readonly subject: string;
    readonly reason: Refusal;
    readonly round: 1 | 2;
  }) => void;
}

/** What stands to be judged: a key point or a misconception under a short id. */
interface Item {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly subject: Subject;
}

/** What the model said of an item: `claimed` when it says that the reply holds something. */
interface Saying {
  readonly value: Verdict['value'];
  readonly quote: string;
}

interface Finding {
  readonly value: Verdict['value'];
  readonly span: Span | null;
  readonly confidence: number;
}

export class ModelGrader implements Grader {
  readonly id: string;
  readonly #options: ModelGraderOptions;
  readonly #relatedness: Relatedness;

  constructor(options: ModelGraderOptions) {
    this.#options = options;
    this.#relatedness = new Relatedness(options.embeddings);
    this.id = options.model.id;
  }

  async grade(request: GradeRequest): Promise<Grade> {
    const { entry, reply, lang } = request;
    const points = entry.keyPoints.filter((point) => request.keyPointIds?.includes(point.id) ?? true);
    // A follow-up's reply may be about another point, which then is the nearer one.
    const subjects = new Map(entry.keyPoints.map((point) => [point.id, keyPointSubject(point)]));
    const items: Item[] = [
      ...points.map((point, index) => ({
        id: `K${index + 1}`,
        name: point.id,
        text: point[lang],
        subject: subjects.get(point.id) ?? keyPointSubject(point),
      })),
      ...entry.misconceptions.map((misconception, index) => ({
        id: `M${index + 1}`,
        name: misconception.id,
        text: misconception[lang],
        subject: misconceptionSubject(misconception),
      })),
    ];
    const findings = /[\p{L}\p{N}]/u.test(reply)
      ? await this.#judge(request, items, [...subjects.values()])
      : new Map<string, Finding>();
    return assemble(this.id, points, entry.misconceptions, findings, lang);
  }

  /** Two rounds at most: what was quoted wrongly is asked for once more. */
  async #judge(
    request: GradeRequest,
    items: readonly Item[],
    rivals: readonly Subject[],
  ): Promise<Map<string, Finding>> {
    const { entry, reply, lang, signal } = request;
    const questions = [
      entry.question.zh,
      entry.question.en,
      ...(request.question === undefined ? [] : [request.question]),
    ];
    const check = new QuoteCheck({ reply, questions, rivals, relatedness: this.#relatedness });
    const findings = new Map<string, Finding>();

    const round = async (asked: readonly Item[], refusedBefore: GradingPromptInput['refused']) => {
      const sayings = await this.#ask(
        request,
        request.question ?? entry.question[lang],
        asked,
        refusedBefore,
      );
      const claimed = asked.flatMap((item) => {
        const saying = sayings.get(item.id);
        return saying && saying.value !== 'missing' ? [{ item, saying }] : [];
      });
      const checked = await check.check(
        claimed.map(({ item, saying }) => ({ quote: saying.quote, subject: item.subject })),
        signal,
      );
      const refused: { item: Item; quote: string; reason: Refusal }[] = [];
      for (const [index, { item, saying }] of claimed.entries()) {
        const result = checked[index];
        if (result && 'span' in result) {
          const confidence = refusedBefore ? confidences.quotedAgain : confidences.quoted;
          findings.set(item.id, { value: saying.value, span: result.span, confidence });
        } else {
          const reason = result?.refusal ?? 'not-in-reply';
          refused.push({ item, quote: saying.quote, reason });
          findings.set(item.id, { value: 'missing', span: null, confidence: confidences.refused });
          this.#options.onRefused?.({
            subject: `${entry.id}#${item.name}`,
            reason,
            round: refusedBefore ? 2 : 1,
          });
        }
      }
      return refused;
    };

    const refused = await round(items, undefined);
    if (refused.length > 0) {
      try {
        await round(
          refused.map(({ item }) => item),
          refused.map(({ item, quote, reason }) => ({
            id: item.id,
            quote: quote.slice(0, 200),
            reason: refusalWords[reason],
          })),
        );
      } catch (error) {
        // The first round stands: verdicts without evidence are missing already.
        if (isAbort(error)) throw error;
      }
    }
    const quoted = [...findings.values()].filter((finding) => finding.span !== null).length;
    const lost = refused.filter(({ item }) => findings.get(item.id)?.span === null).length;
    if (lost > 1 && lost > quoted) {
      // Zero because a judge cannot quote, or takes everything back when asked for a quote, would be an invented score.
      throw new VivaError(
        'llm-invalid-output',
        `Chat model ${this.id} gave ${lost} verdicts without evidence in the reply.`,
        { context: { model: this.id, entry: entry.id, lost, quoted } },
      );
    }
    return findings;
  }

  async #ask(
    request: GradeRequest,
    question: string,
    asked: readonly Item[],
    refused: GradingPromptInput['refused'],
  ): Promise<Map<string, Saying>> {
    const keyPoints = asked.filter((item) => item.id.startsWith('K'));
    const misconceptions = asked.filter((item) => item.id.startsWith('M'));
    const prompt = gradingPrompt(
      {
        question,
        reply: request.reply,
        keyPoints: keyPoints.map((item) => ({ id: item.id, claim: item.text })),
        misconceptions: misconceptions.map((item) => ({ id: item.id, belief: item.text })),
        ...(refused ? { refused } : {}),
      },
      markerCode(),
    );
    const judgement = await this.#options.model.complete(
      {
        ...prompt,
        purpose: 'grade',
        maxTokens: 512 + tokensPerPoint * asked.length,
        ...(request.signal ? { signal: request.signal } : {}),
      },
      judgementSchema(keyPoints.map((item) => item.id)),
      'judgement',
    );
    return new Map([
      ...judgement.keyPoints.map(({ id, verdict, quote }): [string, Saying] => [
        id,
        { value: verdict, quote },
      ]),
      ...judgement.misconceptions.map(({ id, asserted, quote }): [string, Saying] => [
        id,
        { value: asserted ? 'covered' : 'missing', quote },
      ]),
    ]);
  }
}

/**
 * One object per key point, each exactly once: a judge that skips a point has not judged. A misconception that it does
 * not name it does not accuse of, which does no harm.
 */
function judgementSchema(keyPoints: readonly string[]) {
  return z.object({
    keyPoints: z
      .array(z.object({ id: z.string(), verdict: verdictValueSchema, quote: z.string() }))
      .superRefine((found, context) => {
        for (const id of keyPoints) {
          const count = found.filter((one) => one.id === id).length;
          if (count !== 1) context.addIssue(`${id} stands ${count} times here: every id stands exactly once`);
        }
      }),
    misconceptions: z
      .array(z.object({ id: z.string(), asserted: z.boolean(), quote: z.string() }))
      .default([]),
  });
}

function assemble(
  judge: string,
  points: readonly KeyPoint[],
  misconceptions: readonly Misconception[],
  findings: ReadonlyMap<string, Finding>,
  lang: GradeRequest['lang'],
): Grade {
  const verdicts = points.map((point, index): Verdict => {
    const found = findings.get(`K${index + 1}`) ?? {
      value: 'missing',
      span: null,
      confidence: confidences.missing,
    };
    return {
      keyPointId: point.id,
      claim: point[lang],
      weight: point.weight,
      value: found.value,
      confidence: found.confidence,
      replySpan: found.span,
      referenceSpan: { lang, ...point.reference[lang] },
    };
  });
  const refuted = verdicts.filter((verdict) => verdict.value === 'contradicted');
  const asserted = misconceptions.flatMap((misconception, index): AssertedMisconception[] => {
    const found = findings.get(`M${index + 1}`);
    const span = found?.span;
    if (!found || !span) return [];
    // A contradicted key point at the same place has cost its weight already.
    const charged = refuted.some(({ replySpan }) => replySpan && overlaps(replySpan, span));
    return [
      {
        misconceptionId: misconception.id,
        belief: misconception[lang],
        correction: misconception.correction[lang],
        replySpan: span,
        cost: charged ? 0 : misconception.weight,
        confidence: found.confidence,
      },
    ];
  });
  const penalties = asserted.reduce((sum, one) => sum + one.cost, 0);
  return { state: 'graded', total: totalOf(verdicts, penalties), verdicts, misconceptions: asserted, judge };
}
