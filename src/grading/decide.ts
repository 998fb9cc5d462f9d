/** From a key point's probabilities over all clauses to one verdict. Pure. */
import type { VerdictValue } from '../protocol.ts';
import type { Clause } from './clauses.ts';
import type { VerdictThresholds } from './statement-model.ts';
import { support, type VerdictProbabilities } from './verifier.ts';

export interface JudgedClause {
  readonly clause: Clause;
  readonly probabilities: VerdictProbabilities;
}

export interface Decision {
  readonly value: VerdictValue;
  /** Where the evidence stands; null for `missing`. */
  readonly clause: Clause | null;
  /** 0–1. */
  readonly confidence: number;
}

/** A shorter span is preferred when it holds this share of the best one's evidence. */
const shorterSpanShare = 0.985;

/**
 * The clause with the most credit speaks for the point, the one with the highest probability of
 * `contradicted` against it; the thresholds say which of the two is heard. A hedged clause earns
 * `partial` at most.
 */
export function decide(judged: readonly JudgedClause[], thresholds: VerdictThresholds): Decision {
  const forIt = strongest(judged, (one) => support(one.probabilities));
  const against = strongest(judged, (one) => one.probabilities.contradicted);
  const credit = forIt ? support(forIt.probabilities) : 0;
  const contradiction = against?.probabilities.contradicted ?? 0;
  if (
    against &&
    contradiction >= thresholds.contradicted &&
    contradiction >= credit * thresholds.contradictedOverCredit
  ) {
    return { value: 'contradicted', clause: against.clause, confidence: contradiction };
  }
  if (forIt && credit >= thresholds.covered) {
    return { value: forIt.clause.hedged ? 'partial' : 'covered', clause: forIt.clause, confidence: credit };
  }
  if (forIt && credit >= thresholds.partial)
    return { value: 'partial', clause: forIt.clause, confidence: credit };
  return { value: 'missing', clause: null, confidence: 1 - Math.max(credit, contradiction) };
}

function strongest(
  judged: readonly JudgedClause[],
  score: (one: JudgedClause) => number,
): JudgedClause | undefined {
  const best = judged.reduce((most, one) => Math.max(most, score(one)), 0);
  if (best === 0) return undefined;
  return judged
    .filter((one) => score(one) >= best * shorterSpanShare)
    .sort((a, b) => a.clause.text.length - b.clause.text.length || score(b) - score(a))[0];
}
