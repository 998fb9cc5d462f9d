import { unsureBelow, type Grade, type Verdict, type VerdictValue } from '../../../src/protocol.ts';

/** What a verdict is worth, as a share of its key point's weight. */
export const verdictWorth: Readonly<Record<VerdictValue, number>> = {
  covered: 1,
  partial: 0.5,
  missing: 0,
  contradicted: -0.5,
};

/** The share of the weight that earns full marks. */
export const fullMarksShare = 0.9;

/** The share of its weight that a verdict earns: a contradiction that the judge is not sure of costs nothing. */
export function worthOf({ value, confidence }: Pick<Verdict, 'value' | 'confidence'>): number {
  return value === 'contradicted' && confidence < unsureBelow ? 0 : verdictWorth[value];
}

export interface GradeArithmetic {
  rows: readonly { keyPointId: string; claim: string; weight: number; worth: number; points: number }[];
  penalties: readonly { misconceptionId: string; belief: string; cost: number }[];
  /** Σ weight · worth − penalties. */
  points: number;
  /** Σ weight. */
  available: number;
  /** What earns full marks: `fullMarksShare` · available. */
  needed: number;
  /** 10 · points / needed, kept within 0–10, before rounding. */
  exact: number;
  /** `exact` to the nearest half; 0 when no key point is met. */
  total: number;
  /** The zero is due to the rule that a reply meeting no key point gets nothing. */
  nothingMet: boolean;
}

/** How a total comes about: 10 · clamp₀¹((Σ weight·value − penalties) / (0.9 · Σ weight)), to the nearest 0.5. */
export function gradeArithmetic(grade: Pick<Grade, 'verdicts' | 'misconceptions'>): GradeArithmetic {
  const rows = grade.verdicts.map(({ keyPointId, claim, weight, value, confidence }) => {
    const worth = worthOf({ value, confidence });
    return { keyPointId, claim, weight, worth, points: weight * worth };
  });
  const penalties = grade.misconceptions.filter((asserted) => asserted.cost > 0);
  const earned = rows.reduce((sum, row) => sum + row.points, 0);
  const points = penalties.reduce((sum, penalty) => sum - penalty.cost, earned);
  const available = rows.reduce((sum, row) => sum + row.weight, 0);
  const needed = fullMarksShare * available;
  const exact = needed === 0 ? 0 : 10 * Math.min(1, Math.max(0, points / needed));
  const nothingMet = rows.every((row) => row.worth <= 0);
  return {
    rows,
    penalties,
    points,
    available,
    needed,
    exact,
    total: nothingMet ? 0 : Math.round(exact * 2) / 2,
    nothingMet,
  };
}

/** At most two decimals, no trailing zeros. */
export function formatPoints(value: number): string {
  return String(Math.round(value * 100) / 100).replace('-', '−');
}
