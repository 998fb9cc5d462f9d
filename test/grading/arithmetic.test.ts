import { describe, expect, it } from 'vitest';
import { totalOf } from '../../src/grading/arithmetic.ts';

describe('the total', () => {
  it.each([
    ['nothing judged', [], 0, 0],
    [
      'everything covered',
      [
        [3, 'covered'],
        [2, 'covered'],
      ],
      0,
      10,
    ],
    [
      'everything missing',
      [
        [3, 'missing'],
        [2, 'missing'],
      ],
      0,
      0,
    ],
    [
      'half of the weight: ½ / 0.9',
      [
        [2, 'covered'],
        [2, 'missing'],
      ],
      0,
      5.5,
    ],
    [
      'partial is worth half',
      [
        [2, 'partial'],
        [2, 'missing'],
      ],
      0,
      3,
    ],
    // (3 − ½·2) / (0.9 · 5) = 0.44…
    [
      'contradicted costs half its weight',
      [
        [3, 'covered'],
        [2, 'contradicted'],
      ],
      0,
      4.5,
    ],
    // (5 − 1) / (0.9 · 5) = 0.89
    [
      'a misconception costs its weight',
      [
        [3, 'covered'],
        [2, 'covered'],
      ],
      1,
      9,
    ],
    [
      'nine tenths of the weight are enough',
      [
        [3, 'covered'],
        [3, 'covered'],
        [3, 'covered'],
        [1, 'missing'],
      ],
      0,
      10,
    ],
    [
      'never below zero',
      [
        [1, 'partial'],
        [3, 'contradicted'],
      ],
      3,
      0,
    ],
    [
      'no point met is nought, whatever the rest',
      [
        [3, 'contradicted'],
        [1, 'missing'],
      ],
      0,
      0,
    ],
    // 1 / (0.9 · 3) = 0.37 → 3.5
    [
      'rounded to halves',
      [
        [1, 'covered'],
        [2, 'missing'],
      ],
      0,
      3.5,
    ],
  ] as const)('%s', (_, verdicts, penalties, total) => {
    expect(
      totalOf(
        verdicts.map(([weight, value]) => ({ weight, value })),
        penalties,
      ),
    ).toBe(total);
  });

  it('takes nothing off for a contradiction that the judge is not sure of', () => {
    const covered = { weight: 3, value: 'covered' as const, confidence: 0.9 };
    const contradicted = (confidence: number) => ({ weight: 2, value: 'contradicted' as const, confidence });
    expect(totalOf([covered, contradicted(0.39)])).toBe(6.5);
    expect(totalOf([covered, contradicted(0.4)])).toBe(4.5);
  });
});
