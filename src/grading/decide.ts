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
  /** 0–1: the judge's own probability, not calibrated. */
  readonly raw: number;
  /** Which confidence curve `raw` goes by: a contradiction by rule is as sure as a covering clause. */
  readonly curve: VerdictValue;
}

/** A shorter span is preferred when it holds this share of the best one's evidence. */
const shorterSpanShare = 0.985;

/**
 * From this probability on, a later clause that contradicts the point takes back what was said of it before. Of points
 * that right development replies make, 0.7 % are taken back by mistake; of those whose heart is contradicted in words
 * that the entry knows, 71 % are.
 */
const takesBack = 0.75;

/**
 * The clause with the most credit speaks for the point, the one with the highest probability of `contradicted` against
 * it; the thresholds say which of the two is heard. The last word counts: a clause behind the one that makes the point
 * may take it back. A hedged clause earns `partial` at most.
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
    return contradictedBy(against);
  }
  const last = strongest(
    judged.filter(({ clause }) => forIt && clause.start >= forIt.clause.end),
    (one) => one.probabilities.contradicted,
  );
  if (last && last.probabilities.contradicted >= takesBack) {
    return contradictedBy(last);
  }
  if (forIt && credit >= thresholds.covered) {
    const value = forIt.clause.hedged ? 'partial' : 'covered';
    return { value, clause: forIt.clause, raw: credit, curve: value };
  }
  if (forIt && credit >= thresholds.partial)
    return { value: 'partial', clause: forIt.clause, raw: credit, curve: 'partial' };
  return {
    value: 'missing',
    clause: null,
    raw: 1 - Math.max(credit, contradiction),
    curve: 'missing',
  };
}

function contradictedBy({ clause, probabilities }: JudgedClause): Decision {
  return {
    value: 'contradicted',
    clause,
    raw: probabilities.contradicted,
    curve: probabilities.ruled === true ? 'covered' : 'contradicted',
  };
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
