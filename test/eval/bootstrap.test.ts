import { describe, expect, it } from 'vitest';
import { bootstrapInterval, mean, quantile } from '../../src/eval/bootstrap.ts';

describe('intervals', () => {
  it('are the same for the same seed', () => {
    const values = [0, 1, 1, 0, 1, 1, 1];
    expect(bootstrapInterval(values, { seed: 3 })).toEqual(bootstrapInterval(values, { seed: 3 }));
  });

  it('hold the mean, and come close to the formula for shares', () => {
    const values = Array.from({ length: 200 }, (_, index) => (index < 160 ? 1 : 0));
    const [low, high] = bootstrapInterval(values);
    // 0.8 ± 1.96 · √(0.8 · 0.2 / 200)
    expect(low).toBeCloseTo(0.8 - 0.0554, 1.7);
    expect(high).toBeCloseTo(0.8 + 0.0554, 1.7);
  });

  it('are a point when all values are equal, and zero for none', () => {
    expect(bootstrapInterval([1, 1, 1])).toEqual([1, 1]);
    expect(bootstrapInterval([])).toEqual([0, 0]);
  });

  it('are wider when cases come in groups that stand and fall together', () => {
    const values = Array.from({ length: 80 }, (_, index) => (Math.floor(index / 4) % 4 === 0 ? 0 : 1));
    const groups = values.map((_, index) => `g${Math.floor(index / 4)}`);
    const width = ([low, high]: readonly [number, number]) => high - low;
    expect(width(bootstrapInterval(values, { groups }))).toBeGreaterThan(
      1.5 * width(bootstrapInterval(values)),
    );
  });

  it('take another statistic', () => {
    const [low, high] = bootstrapInterval([1, 2, 3, 100], { statistic: (sample) => quantile(sample, 0.5) });
    expect([low, high]).toEqual([1, 100]);
  });
});

describe('the numbers below them', () => {
  it('mean and quantile', () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(mean([])).toBe(0);
    expect([0, 0.5, 0.99, 1].map((share) => quantile([4, 1, 3, 2], share))).toEqual([1, 2, 4, 4]);
    expect(quantile([], 0.5)).toBe(0);
  });
});
