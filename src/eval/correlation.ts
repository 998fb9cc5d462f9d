/** Correlations of two lists of numbers of the same length. Pure. */
import { mean } from './bootstrap.ts';

export function meanSquare(values: readonly number[]): number {
  return mean(values.map((value) => value * value));
}

/** Pearson's r; null for fewer than two pairs, or when either list does not vary. */
export function pearson(a: readonly number[], b: readonly number[]): number | null {
  if (!varies(a) || !varies(b)) return null;
  const [meanA, meanB] = [mean(a), mean(b)];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (const [index, value] of a.entries()) {
    const left = value - meanA;
    const right = (b[index] ?? 0) - meanB;
    ab += left * right;
    aa += left * left;
    bb += right * right;
  }
  return ab / Math.sqrt(aa * bb);
}

/** By the values themselves: their distance from a rounded mean is not exactly 0 even when all are equal. */
function varies(values: readonly number[]): boolean {
  return values.some((value) => value !== values[0]);
}

/** Spearman's ρ: Pearson's r of the ranks, ties sharing their mean rank. */
export function spearman(a: readonly number[], b: readonly number[]): number | null {
  return pearson(ranks(a), ranks(b));
}

/** 1-based ranks; equal values share the mean of their places. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const found = values.map(() => 0);
  let from = 0;
  while (from < order.length) {
    let to = from;
    while (to + 1 < order.length && order[to + 1]?.value === order[from]?.value) to++;
    for (let place = from; place <= to; place++) found[order[place]?.index ?? 0] = (from + to) / 2 + 1;
    from = to + 1;
  }
  return found;
}
