/** Measures of a ranked list when any one right answer will do. Pure. */

/** 1-based place of the first right answer; null when there is none. */
export function rankOfFirst(ranking: readonly string[], right: ReadonlySet<string>): number | null {
  const index = ranking.findIndex((id) => right.has(id));
  return index === -1 ? null : index + 1;
}

/** 1 when the first right answer is among the first `k`. */
export function recallAt(rank: number | null, k: number): number {
  return rank !== null && rank <= k ? 1 : 0;
}

/** 1 / rank within the first `k`, else 0. */
export function reciprocalRankAt(rank: number | null, k: number): number {
  return rank !== null && rank <= k ? 1 / rank : 0;
}

/**
 * Normalised discounted cumulative gain (Järvelin and Kekäläinen 2002) with one answer needed: the answers in `also` are
 * substitutes, so the ideal list has one right answer, at its top.
 */
export function ndcgAt(rank: number | null, k: number): number {
  return rank !== null && rank <= k ? 1 / Math.log2(rank + 1) : 0;
}
