import { describe, expect, it } from 'vitest';
import { poissonArrivals } from '../../bench/load/arrivals.ts';

describe('arrivals', () => {
  it('are the same for a seed, others for another, in order and in time', () => {
    const times = poissonArrivals(5, 60, 7);
    expect(poissonArrivals(5, 60, 7)).toEqual(times);
    expect(poissonArrivals(5, 60, 8)).not.toEqual(times);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    expect(times.every((time) => time > 0 && time < 60_000)).toBe(true);
  });

  it('come as often as asked, with gaps as of a Poisson process', () => {
    const times = poissonArrivals(10, 2_000, 1);
    expect(times.length / 2_000).toBeCloseTo(10, 0);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    // An exponential gap is as wide as it is long.
    expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1);
  });
});
