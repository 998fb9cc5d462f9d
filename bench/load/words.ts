/** Results in words. */
import { quantile } from '../../src/eval/bootstrap.ts';
import type { LoadResult, Outcome } from './orders.ts';

export const print = (text: string) => void process.stdout.write(`${text}\n`);
export const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
const ms = (value: number) => `${value.toFixed(0)} ms`;

export const graded = ({ outcomes }: Pick<LoadResult, 'outcomes'>): Outcome[] =>
  outcomes.filter(({ end }) => end === 'graded');

/** The quantile of the latencies; NaN when there are none. */
export function latency(outcomes: readonly Outcome[], share: number): number {
  return outcomes.length === 0
    ? Number.NaN
    : quantile(
        outcomes.map((one) => one.ms),
        share,
      );
}

export function latencies(outcomes: readonly Outcome[]): string {
  if (outcomes.length === 0) return 'none';
  return `p50 ${ms(latency(outcomes, 0.5))}, p99 ${ms(latency(outcomes, 0.99))}, longest ${ms(Math.max(...outcomes.map((one) => one.ms)))}`;
}

/** How the messages ended, and what was amiss. */
export function ends({ outcomes, accidents }: LoadResult): string {
  const counted = new Map<string, number>();
  for (const { end, code } of outcomes) {
    const name = code === undefined ? end : `${end} (${code})`;
    counted.set(name, (counted.get(name) ?? 0) + 1);
  }
  const parts = [...counted].map(([name, count]) => `${name} ${count}`);
  const amiss = [...new Set(accidents)].slice(0, 3);
  if (accidents.length > 0) parts.push(`ACCIDENTS ${accidents.length}: ${amiss.join('; ')}`);
  return parts.join(', ');
}
