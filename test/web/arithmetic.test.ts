import { describe, expect, it } from 'vitest';
import type { VerdictValue } from '../../src/protocol.ts';
import { fullMarksShare, verdictWorth } from '../../src/grading/arithmetic.ts';
import * as page from '../../web/src/grade/arithmetic.ts';
import { formatPoints, gradeArithmetic } from '../../web/src/grade/arithmetic.ts';
import { grade } from './fixtures.ts';

function verdicts(...values: [number, VerdictValue][]) {
  const [verdict] = grade.verdicts;
  return values.map(([weight, value], index) => ({ ...verdict!, keyPointId: `k${index}`, weight, value }));
}

function misconception(cost: number) {
  return {
    misconceptionId: 'm',
    belief: 'b',
    correction: 'c',
    replySpan: { start: 0, end: 1, text: 'I' },
    cost,
    confidence: 1,
  };
}

describe('how a total comes about', () => {
  it('is what the server reckons with', () => {
    expect([page.fullMarksShare, page.verdictWorth]).toEqual([fullMarksShare, verdictWorth]);
  });

  it('is the weighted sum, scaled to ten and rounded to the half', () => {
    const sum = gradeArithmetic({
      verdicts: verdicts([3, 'covered'], [2, 'partial'], [2, 'missing'], [1, 'contradicted']),
      misconceptions: [],
    });
    // 3 + 1 + 0 − 0.5 = 3.5 of 8, of which 7.2 are full marks
    expect(sum).toMatchObject({ points: 3.5, available: 8, total: 5 });
    expect(sum.needed).toBeCloseTo(7.2, 12);
    expect(sum.exact).toBeCloseTo(35 / 7.2, 12);
  });

  it('takes a misconception off once, and not when a key point says the same', () => {
    const base = verdicts([3, 'covered'], [1, 'covered']);
    expect(gradeArithmetic({ verdicts: base, misconceptions: [misconception(2)] }).total).toBe(5.5);
    const free = gradeArithmetic({ verdicts: base, misconceptions: [misconception(0)] });
    expect([free.total, free.penalties]).toEqual([10, []]);
  });

  it('is zero, not less, and zero when no key point is met', () => {
    expect(gradeArithmetic({ verdicts: verdicts([3, 'contradicted']), misconceptions: [] })).toMatchObject({
      exact: 0,
      total: 0,
      nothingMet: true,
    });
    expect(gradeArithmetic({ verdicts: [], misconceptions: [] }).total).toBe(0);
  });

  it('writes points with a real minus and no trailing zeros', () => {
    expect([formatPoints(-0.5), formatPoints(3), formatPoints(4.375)]).toEqual(['−0.5', '3', '4.38']);
  });
});
