/** The total is arithmetic over verdicts: same verdicts, same total. */
import { unsureBelow, type VerdictValue } from '../protocol.ts';

/** What each verdict is worth, as a share of its key point's weight. */
export const verdictWorth: Readonly<Record<VerdictValue, number>> = {
  covered: 1,
  partial: 0.5,
  missing: 0,
  contradicted: -0.5,
};

/**
 * This share of the weight earns full marks: a reply that lacks an extra can still be complete. Chosen on development
 * replies (docs/decisions/0006-local-grading.md).
 */
export const fullMarksShare = 0.9;

export interface WeighedVerdict {
  readonly weight: number;
  readonly value: VerdictValue;
  /** 0–1; default: sure. */
  readonly confidence?: number;
}

/** The share of its weight that a verdict earns. A contradiction that the judge is not sure of costs nothing. */
export function worthOf({ value, confidence = 1 }: Omit<WeighedVerdict, 'weight'>): number {
  return value === 'contradicted' && confidence < unsureBelow ? 0 : verdictWorth[value];
}

/**
 * 10 · clamp₀¹((Σ weight · worth − penalties) / (0.9 · Σ weight)), rounded to 0.5.
 * 0 when no key point is covered or partial, whatever the rest says.
 * @param penalties weights of the misconceptions asserted, ≥ 0
 */
export function totalOf(verdicts: readonly WeighedVerdict[], penalties = 0): number {
  const weights = verdicts.reduce((sum, verdict) => sum + verdict.weight, 0);
  const met = verdicts.some((verdict) => verdict.value === 'covered' || verdict.value === 'partial');
  if (weights === 0 || !met) return 0;
  const earned = verdicts.reduce((sum, verdict) => sum + verdict.weight * worthOf(verdict), 0);
  const share = Math.min(1, Math.max(0, (earned - penalties) / (fullMarksShare * weights)));
  return Math.round(share * 20) / 2;
}
