import { describe, expect, it } from 'vitest';
import type { GradedCase } from '../../src/eval/grading-eval.ts';
import { bins, measure, measureKind } from '../../src/eval/trust-measures.ts';

function graded(question: number, gold: number, total: number): GradedCase {
  return {
    id: `llm/0${question}`,
    lang: 'zh',
    kind: 'good',
    gold,
    answer: '',
    grade: { state: 'graded', total, verdicts: [], misconceptions: [], judge: 'none' },
  };
}

describe('what a trust card measures', () => {
  it('counts pairs of one question whose gold lies 2 apart, equal totals half', () => {
    const { rightOrder, n, questions } = measure([
      graded(1, 9, 8),
      graded(1, 7, 8),
      graded(1, 6, 9),
      // of another question: no pair with those
      graded(2, 0, 10),
    ]);
    // 9 over 7 equal, 9 over 6 wrong; 7 and 6 lie 1 apart
    expect(rightOrder).toMatchObject({ pairs: 2, value: 0.25 });
    expect({ n, questions }).toEqual({ n: 4, questions: 2 });
  });

  it('gives shares by distance, edges included where they belong', () => {
    const { withinOne, withinTwo, overFour, bias, rmse } = measure([
      graded(1, 5, 6),
      graded(1, 5, 3),
      graded(1, 5, 9),
      graded(1, 5, 9.5),
    ]);
    expect(withinOne.value).toBe(0.25);
    expect(withinTwo.value).toBe(0.5);
    expect(overFour.value).toBe(0.25);
    expect(bias.value).toBe((1 - 2 + 4 + 4.5) / 4);
    expect(rmse.value).toBeCloseTo(Math.sqrt((1 + 4 + 16 + 20.25) / 4), 12);
  });

  it('draws whole questions again, and gives no interval below five', () => {
    const four = [1, 2, 3, 4].flatMap((question) => [graded(question, 9, 9), graded(question, 1, question)]);
    expect(measure(four).bias.interval).toBeNull();
    // Each question errs by the same mean: drawn as wholes, the bias never moves.
    const five = [1, 2, 3, 4, 5].flatMap((question) => [graded(question, 9, 7), graded(question, 1, 3)]);
    expect(measure(five).bias.interval).toEqual([0, 0]);
    expect(measureKind(five).atMost3).toEqual({ value: 0.5, interval: [0.5, 0.5] });
  });

  it('lets a question drawn twice count twice within questions', () => {
    const cases = [1, 2, 3, 4, 5].flatMap((question) => [
      graded(question, 9, question === 1 ? 1 : 9),
      graded(question, 1, question === 1 ? 9 : 1),
    ]);
    const { value, interval } = measure(cases).withinQuestion;
    expect(value).toBeCloseTo(0.6, 12);
    // Of five draws three and more are the odd question in 5.8 % of samples: 1 − 2 · 3/5.
    expect(interval).toEqual([-0.2, 1]);
  });

  it('says what gold is where the judge gives so much, and the reverse', () => {
    const cases = [graded(1, 9, 2), graded(1, 3, 3.5), graded(1, 10, 10), graded(1, 8, 8)];
    expect(bins(cases, 'total').map(({ from, n, other }) => [from, n, other?.mean ?? null])).toEqual([
      [0, 0, null],
      [2, 2, 6],
      [4, 0, null],
      [6, 0, null],
      [8, 2, 9],
    ]);
    expect(bins(cases, 'gold').at(-1)).toEqual({
      from: 8,
      to: 10,
      n: 3,
      other: { mean: 20 / 3, p10: 2, p90: 10 },
    });
  });

  it('has nulls for what nothing says anything about', () => {
    const { pearson, withinQuestion, rightOrder } = measure([graded(1, 5, 5)]);
    expect(pearson.value).toBeNull();
    expect(withinQuestion.value).toBeNull();
    expect(rightOrder).toEqual({ pairs: 0, value: null, interval: null });
  });
});
