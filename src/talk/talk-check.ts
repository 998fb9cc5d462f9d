/** Whether a text that a chat model wrote for the coach may be said: its form, its subject, and what it gives away. */
import type { Entry, KeyPoint } from '../corpus/entry.ts';
import { Relatedness } from '../embedding/relatedness.ts';
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import type { LeakCheck } from '../grading/leak-check.ts';
import { echoesQuestion } from '../grading/worthless.ts';
import type { Lang } from '../protocol.ts';
import { misshape, misshapes, type Misshape, type Shape } from './shape.ts';

export type SpokenKind = 'follow-up' | 'hint' | 'clarify';

/** Why a text is not said. */
export type Objection = Misshape | 'echo' | 'off-topic' | 'other-point' | 'leak';
export const objections: readonly Objection[] = [...misshapes, 'echo', 'off-topic', 'other-point', 'leak'];

export interface TalkCheckRequest {
  readonly kind: SpokenKind;
  readonly entry: Entry;
  readonly lang: Lang;
  /** Tidy. */
  readonly text: string;
  /** The open question, as asked. */
  readonly question: string;
  /** What the candidate has been asked, told and has said to this question. */
  readonly known: readonly string[];
  /** Key points not made yet. */
  readonly unmet: readonly string[];
  /** The key point that a follow-up is after. */
  readonly keyPointId?: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Relatedness (see `Relatedness`) below which a text is about something else. Of the corpus's own hints and follow-ups
 * 98 % lie above the first, taken to question and key points (of chatter and commands a tenth); of its follow-ups 99 %
 * above the second, taken to all wordings of the key point that they are after.
 */
const related = { toEntry: 0.22, toPoint: 0.18 };

const widest: Readonly<Record<SpokenKind, number>> = { 'follow-up': 360, hint: 360, clarify: 480 };
const termWidth: Readonly<Record<SpokenKind, number>> = { 'follow-up': 0, hint: 14, clarify: 14 };

export class TalkCheck {
  readonly #leaks: LeakCheck;
  readonly #relatedness: Relatedness;

  constructor(options: { readonly leaks: LeakCheck; readonly embeddings: VivaEmbeddings }) {
    this.#leaks = options.leaks;
    this.#relatedness = new Relatedness(options.embeddings);
  }

  /** Why the text must not be said; null when it may. */
  async objection(request: TalkCheckRequest): Promise<Objection | null> {
    const { kind, entry, lang, text, known, unmet, signal } = request;
    const shape: Shape = {
      lang,
      question: kind === 'follow-up',
      widest: widest[kind],
      quotable: [...known, entry.question.zh, entry.question.en],
      termWidth: termWidth[kind],
      ownCode: kind === 'follow-up',
    };
    const wrong = misshape(text, shape);
    if (wrong !== null) return wrong;
    // The question again helps nobody, and the coach can repeat it without a model.
    if (echoesQuestion(text, [entry.question.zh, entry.question.en, request.question])) return 'echo';
    const own = entry.keyPoints.filter(({ id }) => id === request.keyPointId);
    const [toEntry = -1, toPoint = -1] = await this.#relatedness.measure(
      [
        { text, wordings: [entry.question.zh, entry.question.en, ...entry.keyPoints.flatMap(claimsOf)] },
        {
          text,
          wordings: own.flatMap((point) => [...claimsOf(point), ...point.statements.map((one) => one.text)]),
        },
      ],
      signal,
    );
    if (toEntry < related.toEntry) return 'off-topic';
    if (request.keyPointId !== undefined && toPoint < related.toPoint) return 'other-point';
    const leak = await this.#leaks.find({ entry, text, unmet, known, signal });
    return leak ? 'leak' : null;
  }
}

function claimsOf(point: KeyPoint): string[] {
  return [point.zh, point.en];
}
