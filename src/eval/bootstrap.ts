/** Intervals without assumptions about how scores are spread. Pure: the same seed gives the same interval. */
import { mulberry32 } from '../coach/random.ts';

/** Both ends of a 95 % interval. */
export type Interval = readonly [low: number, high: number];

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The value below which a share (0–1) of the values lies, by nearest rank; 0 for no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0;
}

/**
 * 95 % percentile interval of a statistic over cases drawn again with replacement (Efron 1979).
 * @param statistic default: the mean
 * @param groups cases that were made together (two queries for one entry) share a name and are drawn together; default:
 * every case on its own
 */
export function bootstrapInterval(
  values: readonly number[],
  options: {
    seed?: number;
    rounds?: number;
    statistic?: (sample: readonly number[]) => number;
    groups?: readonly string[];
  } = {},
): Interval {
  const { seed = 1, rounds = 2_000, statistic = mean, groups } = options;
  const byGroup = new Map<string, number[]>();
  for (const [index, value] of values.entries()) {
    const name = groups?.[index] ?? String(index);
    byGroup.set(name, [...(byGroup.get(name) ?? []), value]);
  }
  const clusters = [...byGroup.values()];
  if (clusters.length === 0) return [0, 0];
  const random = mulberry32(seed);
  const statistics: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const sample: number[] = [];
    for (let draw = 0; draw < clusters.length; draw++) {
      sample.push(...(clusters[Math.floor(random() * clusters.length)] ?? []));
    }
    statistics.push(statistic(sample));
  }
  return [quantile(statistics, 0.025), quantile(statistics, 0.975)];
}
