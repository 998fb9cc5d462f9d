/** The seam of the model that says how a clause of a reply stands to a key point. */
import type { Entry, KeyPoint } from '../corpus/entry.ts';
import type { Clause } from './clauses.ts';

/** Probabilities of the four verdicts; they sum to 1. */
export interface VerdictProbabilities {
  readonly covered: number;
  readonly partial: number;
  readonly missing: number;
  readonly contradicted: number;
  /** A rule (a denial, an exchange, a number) and not nearness says `contradicted`: as sure as it is what the clause is about. */
  readonly ruled?: boolean;
}

/** Credit in a clause, 0–1: what is covered, and half of what is partial. */
export function support(probabilities: VerdictProbabilities): number {
  return probabilities.covered + probabilities.partial / 2;
}

export interface Claim {
  readonly keyPoint: KeyPoint;
  readonly clause: Clause;
}

export interface Verifier {
  /** Names the judge in grades and in the trust card. */
  readonly id: string;
  /** One result per claim, in order. The entry gives the question and the labelled statements. */
  judge(
    entry: Entry,
    question: string,
    claims: readonly Claim[],
    signal?: AbortSignal,
  ): Promise<readonly VerdictProbabilities[]>;
}
