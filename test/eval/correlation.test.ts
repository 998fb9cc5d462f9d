import { describe, expect, it } from 'vitest';
import { meanSquare, pearson, ranks, spearman } from '../../src/eval/correlation.ts';

describe('correlation', () => {
  it('is 1 for a line that rises, −1 for one that falls', () => {
    expect(pearson([1, 2, 3], [10, 20, 30])).toBeCloseTo(1, 12);
    expect(pearson([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
  });

  it('agrees with a calculation by hand', () => {
    // means 2.5 and 3.5; Σab = 4, Σaa = 5, Σbb = 5
    expect(pearson([1, 2, 3, 4], [3, 2, 4, 5])).toBeCloseTo(4 / 5, 12);
    // ranks 1 2 3 4 against 1 2.5 2.5 4: Σab = 4.5, Σaa = 5, Σbb = 4.5
    expect(spearman([1, 2, 3, 4], [0, 7, 7, 9])).toBeCloseTo(4.5 / Math.sqrt(5 * 4.5), 12);
  });

  it('by ranks is 1 for any curve that rises', () => {
    expect(spearman([1, 2, 3, 4], [1, 10, 100, 1_000])).toBeCloseTo(1, 12);
    expect(pearson([1, 2, 3, 4], [1, 10, 100, 1_000])).toBeLessThan(0.9);
  });

  it('does not exist for fewer than two pairs, or where a list does not vary', () => {
    for (const correlation of [pearson, spearman]) {
      expect(correlation([], [])).toBeNull();
      expect(correlation([1], [2])).toBeNull();
      expect(correlation([1, 2, 3], [5, 5, 5])).toBeNull();
      // The mean of three times 0.1 is not 0.1 in binary: the distances are tiny, and not 0.
      expect(correlation([0.1, 0.1, 0.1], [1, 2, 3])).toBeNull();
    }
  });
});

describe('the numbers below it', () => {
  it('equal values share the mean of their ranks', () => {
    expect(ranks([30, 10, 20, 10])).toEqual([4, 1.5, 3, 1.5]);
    expect(ranks([5, 5, 5])).toEqual([2, 2, 2]);
    expect(ranks([])).toEqual([]);
  });

  it('the mean square is 0 for no values', () => {
    expect(meanSquare([3, -4])).toBe(12.5);
    expect(meanSquare([])).toBe(0);
  });
});
