/** Which quotes of a chat model are evidence: in the reply, said in earnest, and about what they are said to show. */
import type { KeyPoint, Misconception } from '../corpus/entry.ts';
import type { Relatedness } from '../embedding/relatedness.ts';
import type { Span } from '../protocol.ts';
import { splitClauses, type Clause } from './clauses.ts';
import { overlaps } from './overlaps.ts';
import { findQuote } from './span-check.ts';
import { worthyClauses } from './worthless.ts';

/**
 * Relatedness below which a quote counts as unrelated to its subject. Chosen on the corpus's statements, each
 * against its own key point without itself (98 % kept) and against others': docs/decisions/0005-chat-model.md.
 */
export const relatedThresholds = {
  /** Subjects with labelled statements, which wordings can be compared with. */
  taught: 0.32,
  /** Subjects that are known by their two wordings alone. */
  untaught: 0.2,
};

/**
 * How much nearer than to its own key point a quote may come to another one of the entry. A piece that is quoted for
 * several points is held to more. Covered statements keep to 0.25 in 98 % and to 0.1 in 92 % of cases; statements of
 * other points are refused in 48 and 82 %.
 */
const rivalLead = { once: 0.25, reused: 0.1 };

export type Refusal = 'not-in-reply' | 'earns-nothing' | 'unrelated';

/** Something a quote may be evidence for. */
export interface Subject {
  readonly wordings: readonly string[];
  readonly threshold: number;
}

export type CheckedQuote = { readonly span: Span } | { readonly refusal: Refusal };

export function keyPointSubject(point: KeyPoint): Subject {
  const taught = point.statements.length > 0;
  return {
    // Contradicted statements too: a contradiction is about the point as well.
    wordings: [point.zh, point.en, ...point.statements.map((statement) => statement.text)],
    threshold: taught ? relatedThresholds.taught : relatedThresholds.untaught,
  };
}

export function misconceptionSubject(misconception: Misconception): Subject {
  return { wordings: [misconception.zh, misconception.en], threshold: relatedThresholds.untaught };
}

export interface QuoteCheckOptions {
  readonly reply: string;
  /** The question in both languages and as it was asked. */
  readonly questions: readonly string[];
  /** All key points of the entry: a quote belongs to the one it comes nearest to. */
  readonly rivals: readonly Subject[];
  readonly relatedness: Relatedness;
}

interface Located {
  readonly span: Span | null;
  /** The quote and the clauses it touches; none when it earns nothing. */
  readonly pieces: readonly string[];
  readonly subject: Subject;
}

/** Checks quotes against one reply. */
export class QuoteCheck {
  readonly #options: QuoteCheckOptions;
  readonly #standing: readonly Clause[];
  readonly #retracted: readonly Clause[];

  constructor(options: QuoteCheckOptions) {
    const { reply, questions } = options;
    this.#options = options;
    const clauses = splitClauses(reply);
    this.#retracted = clauses.filter((clause) => clause.retracted);
    this.#standing = worthyClauses(reply, clauses, questions).filter((clause) => !clause.retracted);
  }

  /** One result per quote, in order. */
  async check(
    quotes: readonly { readonly quote: string; readonly subject: Subject }[],
    signal?: AbortSignal,
  ): Promise<CheckedQuote[]> {
    const located = quotes.map(({ quote, subject }): Located => {
      const span = findQuote(quote, this.#options.reply);
      return { span, pieces: span ? this.#piecesOf(span) : [], subject };
    });
    const nearness = await this.#measure(located, signal);
    const isRival = (subject: Subject) => this.#options.rivals.includes(subject);
    const sharing = (one: Located) =>
      located.filter(
        (other) =>
          isRival(other.subject) &&
          other.span?.start === one.span?.start &&
          other.span?.end === one.span?.end,
      );
    const own = ({ pieces, subject }: Located) =>
      Math.max(-1, ...pieces.map((piece) => nearness(piece, subject)));
    return located.map((one) => {
      const { span, pieces, subject } = one;
      if (!span) return { refusal: 'not-in-reply' };
      if (pieces.length === 0) return { refusal: 'earns-nothing' };
      if (!isRival(subject)) return own(one) >= subject.threshold ? { span } : { refusal: 'unrelated' };
      const uses = sharing(one);
      const lead = uses.length > 1 ? rivalLead.reused : rivalLead.once;
      const stands = pieces.some((piece) => {
        const near = nearness(piece, subject);
        const rival = Math.max(...this.#options.rivals.map((other) => nearness(piece, other)));
        return near >= subject.threshold && near >= rival - lead;
      });
      const nearer = uses.filter((other) => own(other) > own(one)).length;
      return stands && nearer < mostClaims(span.text) ? { span } : { refusal: 'unrelated' };
    });
  }

  /** Relatedness of every piece to its own subject and to all rivals. */
  async #measure(
    located: readonly Located[],
    signal: AbortSignal | undefined,
  ): Promise<(piece: string, subject: Subject) => number> {
    const wanted = new Map<string, Set<Subject>>();
    for (const { pieces, subject } of located) {
      for (const piece of pieces) {
        wanted.set(piece, new Set([...(wanted.get(piece) ?? this.#options.rivals), subject]));
      }
    }
    const pairs = [...wanted].flatMap(([text, subjects]) =>
      [...subjects].map((subject) => ({ text, subject })),
    );
    const measured = await this.#options.relatedness.measure(
      pairs.map(({ text, subject }) => ({ text, wordings: subject.wordings })),
      signal,
    );
    const found = new Map<string, Map<Subject, number>>();
    for (const [index, { text, subject }] of pairs.entries()) {
      const row = found.get(text) ?? new Map<Subject, number>();
      found.set(text, row.set(subject, measured[index] ?? -1));
    }
    return (piece, subject) => found.get(piece)?.get(subject) ?? -1;
  }

  /** The quote, and the clauses it touches (a long quote may hold its point in one of them); none when it earns nothing. */
  #piecesOf(span: Span): string[] {
    const clauses = this.#clausesIn(span);
    if (clauses.length === 0 || this.#retracted.some((clause) => overlaps(clause, span))) return [];
    return [...new Set([span.text, ...clauses.map((clause) => clause.text)])];
  }

  #clausesIn(span: Span): Clause[] {
    return this.#standing.filter((clause) => overlaps(clause, span));
  }
}

/** How many points a piece can make: one, and one more per 40 half-width characters (20 Han characters). */
function mostClaims(text: string): number {
  const width = [...text].reduce((sum, character) => sum + (character >= '\u2e80' ? 2 : 1), 0);
  return 1 + Math.floor(width / 40);
}
