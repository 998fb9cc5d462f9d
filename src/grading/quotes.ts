/** Which quotes of a chat model are evidence: in the reply, said in earnest, and about what they are said to show. */
import type { KeyPoint, Misconception } from '../corpus/entry.ts';
import type { Relatedness } from '../embedding/relatedness.ts';
import type { Span } from '../protocol.ts';
import { splitClauses, type Clause } from './clauses.ts';
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

export type Refusal = 'not-in-reply' | 'earns-nothing' | 'unrelated';

/** What a refusal is called in the second round. */
export const refusalWords: Readonly<Record<Refusal, string>> = {
  'not-in-reply': 'these characters are not in the reply',
  'earns-nothing': 'taken back, asked, a bare list, the question again, or addressed to the examiner',
  unrelated: 'has nothing to do with this point',
};

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

/** Checks quotes against one reply. */
export class QuoteCheck {
  readonly #reply: string;
  readonly #relatedness: Relatedness;
  readonly #standing: readonly Clause[];
  readonly #retracted: readonly Clause[];

  /** @param questions the question in both languages and as it was asked */
  constructor(reply: string, questions: readonly string[], relatedness: Relatedness) {
    this.#reply = reply;
    this.#relatedness = relatedness;
    const clauses = splitClauses(reply);
    this.#retracted = clauses.filter((clause) => clause.retracted);
    this.#standing = worthyClauses(reply, clauses, questions).filter((clause) => !clause.retracted);
  }

  /** One result per quote, in order. */
  async check(
    quotes: readonly { readonly quote: string; readonly subject: Subject }[],
    signal?: AbortSignal,
  ): Promise<CheckedQuote[]> {
    const located = quotes.map(({ quote, subject }) => {
      const span = findQuote(quote, this.#reply);
      const pieces = span ? this.#piecesOf(span) : [];
      return { span, pieces, subject };
    });
    const pairs = located.flatMap(({ pieces, subject }) =>
      pieces.map((text) => ({ text, wordings: subject.wordings })),
    );
    const measured = await this.#relatedness.measure(pairs, signal);
    let next = 0;
    return located.map(({ span, pieces, subject }) => {
      const nearness = Math.max(-1, ...measured.slice(next, (next += pieces.length)));
      if (!span) return { refusal: 'not-in-reply' };
      if (pieces.length === 0) return { refusal: 'earns-nothing' };
      return nearness < subject.threshold ? { refusal: 'unrelated' } : { span };
    });
  }

  /** The quote, and the clauses it touches (a long quote may hold its point in one of them); none when it earns nothing. */
  #piecesOf(span: Span): string[] {
    const touched = (clause: Clause) => clause.start < span.end && span.start < clause.end;
    const clauses = this.#standing.filter(touched);
    if (clauses.length === 0 || this.#retracted.some(touched)) return [];
    return [...new Set([span.text, ...clauses.map((clause) => clause.text)])];
  }
}
