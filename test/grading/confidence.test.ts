import { describe, expect, it } from 'vitest';
import { fitConfidence } from '../../eval/grading/fit-confidence.ts';
import { calibratedConfidence } from '../../src/grading/confidence.ts';

describe('a confidence', () => {
  it('is what it was on a curve that changes nothing, and stays a probability at the edges', () => {
    const same = { slope: 1, bias: 0 };
    for (const raw of [0.01, 0.3, 0.5, 0.99]) expect(calibratedConfidence(raw, same)).toBeCloseTo(raw, 6);
    for (const raw of [0, 1]) {
      expect(calibratedConfidence(raw, { slope: 2, bias: 3 })).toBeGreaterThan(0);
      expect(calibratedConfidence(raw, { slope: 2, bias: 3 })).toBeLessThanOrEqual(1);
    }
  });

  it('is fitted to how often such verdicts are right, each value for itself', () => {
    const verdicts = (curve: 'covered' | 'partial', raw: number, right: number, of: number) =>
      Array.from({ length: of }, (_, index) => ({ curve, raw, right: index < right }));
    const curves = fitConfidence([
      ...verdicts('covered', 0.6, 70, 100),
      ...verdicts('covered', 0.9, 95, 100),
      ...verdicts('partial', 0.5, 20, 100),
    ]);
    expect(calibratedConfidence(0.6, curves.covered)).toBeCloseTo(0.7, 1);
    expect(calibratedConfidence(0.9, curves.covered)).toBeCloseTo(0.95, 1);
    expect(calibratedConfidence(0.5, curves.partial)).toBeCloseTo(0.2, 1);
  });
});
