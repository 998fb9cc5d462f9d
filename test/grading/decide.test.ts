import { describe, expect, it } from 'vitest';
import type { Clause } from '../../src/grading/clauses.ts';
import { decide } from '../../src/grading/decide.ts';

const thresholds = { covered: 0.6, partial: 0.4, contradicted: 0.4, contradictedOverCredit: 1.2 };
const clause = (text: string, hedged = false, start = 0): Clause => ({
  start,
  end: start + text.length,
  text,
  retracted: false,
  hedged,
  denied: false,
});
const judged = (text: string, covered: number, partial: number, contradicted: number, hedged = false) => ({
  clause: clause(text, hedged),
  probabilities: { covered, partial, contradicted, missing: 1 - covered - partial - contradicted },
});

describe('a verdict', () => {
  it('is missing without clauses, and without evidence', () => {
    expect(decide([], thresholds)).toMatchObject({
      value: 'missing',
      clause: null,
      raw: 1,
      curve: 'missing',
    });
    expect(decide([judged('x', 0.1, 0.1, 0.1)], thresholds).value).toBe('missing');
  });

  it('is covered or partial by the credit of the best clause', () => {
    expect(decide([judged('weak', 0.2, 0, 0), judged('strong', 0.7, 0, 0)], thresholds)).toMatchObject({
      value: 'covered',
      clause: { text: 'strong' },
    });
    expect(decide([judged('half', 0.2, 0.5, 0)], thresholds).value).toBe('partial');
  });

  it('is contradicted only when the contradiction outweighs the credit', () => {
    expect(decide([judged('right', 0.5, 0, 0), judged('wrong', 0, 0, 0.65)], thresholds)).toMatchObject({
      value: 'contradicted',
      clause: { text: 'wrong' },
    });
    expect(decide([judged('right', 0.7, 0, 0), judged('wrong', 0, 0, 0.7)], thresholds).value).toBe(
      'covered',
    );
  });

  it('is contradicted when a later clause surely takes back what was said', () => {
    const right = judged('right', 0.9, 0, 0);
    const wrong = { ...judged('wrong', 0, 0, 0.85), clause: clause('wrong', false, 20) };
    expect(decide([right, wrong], thresholds)).toMatchObject({
      value: 'contradicted',
      clause: { text: 'wrong' },
    });
    const earlier = { ...right, clause: clause('right', false, 40) };
    expect(decide([earlier, wrong], thresholds).value).toBe('covered');
    const unsure = { ...judged('wrong', 0, 0, 0.6), clause: clause('wrong', false, 20) };
    expect(decide([right, unsure], thresholds).value).toBe('covered');
  });

  it('is partial at most for a hedged clause', () => {
    expect(decide([judged('maybe it is zero', 0.9, 0, 0, true)], thresholds).value).toBe('partial');
  });

  it('quotes the shorter of two clauses that say as much', () => {
    expect(
      decide([judged('the long way to say it', 0.8, 0, 0), judged('short', 0.79, 0, 0)], thresholds).clause
        ?.text,
    ).toBe('short');
  });

  it('is as sure of a contradiction by rule as of a covering clause', () => {
    const wrong = judged('wrong', 0, 0, 0.8);
    const ruled = { ...wrong, probabilities: { ...wrong.probabilities, ruled: true } };
    expect(decide([wrong], thresholds)).toMatchObject({ raw: 0.8, curve: 'contradicted' });
    expect(decide([ruled], thresholds)).toMatchObject({ raw: 0.8, curve: 'covered' });
  });
});
