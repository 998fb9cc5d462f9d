/**
 * Whether a text that the coach is about to say gives a key point away. Judged by what judges replies: a text that
 * would earn its reader the point must not be said before the point is made.
 */
import type { Entry } from '../corpus/entry.ts';
import { Relatedness } from '../embedding/relatedness.ts';
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import { claimWindows, splitClauses, type Clause } from './clauses.ts';
import { givenNumber, leakEvidence, verbatimRun, type LeakWeights } from './leak-evidence.ts';
import { leakWeights } from './leak-weights.ts';
import { findQuote } from './span-check.ts';
import { weigh } from './statement-model.ts';
import type { Verifier } from './verifier.ts';

/** Most pieces of a text that are looked at: a text of the coach has few sentences. */
const maxPieces = 24;

export interface LeakRequest {
  readonly entry: Entry;
  /** What is about to be said. */
  readonly text: string;
  /** Key points that the candidate has not made: only these can be given away. */
  readonly unmet: readonly string[];
  /** What the candidate was asked and has said: it is no secret. */
  readonly known: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

export interface Leak {
  readonly keyPointId: string;
  /** Word for word, by a number, or in other words. */
  readonly how: 'verbatim' | 'number' | 'stated';
  /** The run or number; the piece of the text that states the point. */
  readonly piece: string;
}

/** How far a piece of a text goes towards stating a key point. */
export interface Stating {
  readonly keyPointId: string;
  readonly piece: string;
  readonly evidence: readonly number[];
}

export class LeakCheck {
  readonly #verifier: Verifier;
  readonly #relatedness: Relatedness;
  readonly #weights: LeakWeights;

  /** @param weights default: the committed calibration */
  constructor(options: {
    readonly verifier: Verifier;
    readonly embeddings: VivaEmbeddings;
    readonly weights?: LeakWeights;
  }) {
    this.#verifier = options.verifier;
    this.#relatedness = new Relatedness(options.embeddings);
    this.#weights = options.weights ?? leakWeights;
  }

  /** The first key point that the text gives away; null when it gives none away. */
  async find(request: LeakRequest): Promise<Leak | null> {
    const { entry, unmet } = request;
    const text = withoutQuotations(request.text, request.known);
    const known = [entry.question.zh, entry.question.en, ...request.known];
    const points = entry.keyPoints.filter((point) => unmet.includes(point.id));
    for (const point of points) {
      const run = verbatimRun(text, point, known);
      if (run !== null) return { keyPointId: point.id, how: 'verbatim', piece: run };
      const number = givenNumber(text, point, known);
      if (number !== null) return { keyPointId: point.id, how: 'number', piece: number };
    }
    const statings = await this.evidence({ ...request, text });
    let worst: { stating: Stating; score: number } | null = null;
    for (const stating of statings) {
      const score = weigh(this.#weights.weights, stating.evidence) + this.#weights.bias;
      if (score >= this.#weights.threshold && score > (worst?.score ?? -Infinity)) worst = { stating, score };
    }
    return worst ? { keyPointId: worst.stating.keyPointId, how: 'stated', piece: worst.stating.piece } : null;
  }

  /** The evidence of every piece against every unmet key point. */
  async evidence({ entry, text, unmet, signal }: Omit<LeakRequest, 'known'>): Promise<Stating[]> {
    const pieces = piecesOf(text);
    const points = entry.keyPoints.filter((point) => unmet.includes(point.id));
    if (pieces.length === 0 || points.length === 0) return [];
    const claims = points.flatMap((keyPoint) => pieces.map((clause) => ({ keyPoint, clause })));
    const probabilities = await this.#verifier.judge(entry, entry.question.zh, claims, signal);
    const related = await this.#relatedness.matrix(
      pieces.map((piece) => ({
        text: piece.text,
        wordings: [entry.question.zh, entry.question.en, ...points.flatMap((point) => [point.zh, point.en])],
      })),
      signal,
    );
    return points.flatMap((point, row) =>
      pieces.map((piece, column): Stating => {
        const near = related[column] ?? [];
        const measured = {
          touch: 1 - (probabilities[row * pieces.length + column]?.missing ?? 1),
          toPoint: Math.max(near[2 + 2 * row] ?? -1, near[3 + 2 * row] ?? -1),
          toQuestion: Math.max(near[0] ?? -1, near[1] ?? -1),
        };
        return {
          keyPointId: point.id,
          piece: piece.text,
          evidence: leakEvidence(piece.text, point, entry, measured),
        };
      }),
    );
  }
}

/** The text without what it quotes of the known ones: a candidate's own words give nothing away. */
function withoutQuotations(text: string, known: readonly string[]): string {
  return text.replace(quotation, (whole, ...groups: unknown[]) => {
    const words = groups.slice(0, 4).find((one): one is string => typeof one === 'string') ?? '';
    return known.some((one) => findQuote(words, one)) ? ' ' : whole;
  });
}

const quotation = /“([^”\n]*)”|「([^」\n]*)」|『([^』\n]*)』|"([^"\n]*)"/gu;

/** The clauses of a text, neighbours together, and the text as a whole. What is taken back or denied has been said too. */
function piecesOf(text: string): Clause[] {
  const said = splitClauses(text).map((clause) => ({ ...clause, retracted: false, denied: false }));
  const windows = claimWindows(text, said).slice(0, maxPieces);
  const whole = text.trim();
  if (windows.length === 0 || windows.some((one) => one.text === whole)) return windows;
  return [
    ...windows,
    { start: 0, end: whole.length, text: whole, retracted: false, hedged: false, denied: false },
  ];
}
