/** Which of an entry's misconceptions a reply asserts. */
import type { Misconception } from '../corpus/entry.ts';
import { dot } from '../embedding/dot.ts';
import type { Clause } from './clauses.ts';
import { readClause } from './clause-reading.ts';
import { dice } from './lexical-evidence.ts';
import type { Wording } from './teaching.ts';

/** How close a clause must come to a belief, and by how much closer than to its correction. */
const assertionThresholds = {
  /** Cosine of the bundled embedder, whose unrelated texts lie near 0.8. */
  similarity: 0.92,
  /** Dice coefficient of words, in the same script. */
  overlap: 0.42,
  /** Share of the belief's words that the clause has: a clause that stops short of the error does not make it. */
  recall: 0.55,
  lead: 0.01,
};

export interface Assertion {
  readonly misconception: Misconception;
  readonly clause: Clause;
  /** 0–1. */
  readonly confidence: number;
}

/**
 * A misconception counts as asserted when a clause is near its wording both by vector and by words,
 * nearer than to the correction, and negated as it is. Strict on purpose: an accusation must be right.
 */
export function assertedMisconceptions(
  clauses: readonly { readonly clause: Clause; readonly vector: Float32Array }[],
  misconceptions: readonly Misconception[],
  wordings: ReadonlyMap<
    string,
    { readonly belief: readonly Wording[]; readonly correction: readonly Wording[] }
  >,
): Assertion[] {
  const found: Assertion[] = [];
  const readings = clauses
    .filter(({ clause }) => !clause.hedged && !clause.denied)
    .map(({ clause, vector }) => ({ clause, ...readClause(clause.text, vector) }));
  for (const misconception of misconceptions) {
    const taught = wordings.get(misconception.id);
    if (!taught) continue;
    let best: Assertion | null = null;
    for (const { clause, vector, ...reading } of readings) {
      for (const belief of taught.belief) {
        if (belief.han !== reading.han || belief.negated !== reading.negated) continue;
        const similarity = dot(belief.vector, vector);
        const correction = Math.max(...taught.correction.map((one) => dot(one.vector, vector)));
        const overlap = dice(belief.words, reading.words);
        if (
          similarity < assertionThresholds.similarity ||
          overlap < assertionThresholds.overlap ||
          recall(belief.words, reading.words) < assertionThresholds.recall ||
          similarity < correction + assertionThresholds.lead
        ) {
          continue;
        }
        if (!best || similarity > best.confidence)
          best = { misconception, clause, confidence: Math.min(1, similarity) };
      }
    }
    if (best) found.push(best);
  }
  return found;
}

/** Share of the first set's words that the second has, 0–1. */
function recall(wanted: ReadonlySet<string>, present: ReadonlySet<string>): number {
  let met = 0;
  for (const word of wanted) if (present.has(word)) met++;
  return wanted.size === 0 ? 0 : met / wanted.size;
}
