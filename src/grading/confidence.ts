/** How sure a verdict is, so that of those that are 80 % sure eight in ten are right. */
import type { VerdictValue } from '../protocol.ts';
import { sigmoid } from './statement-model.ts';

/** σ(bias + slope · logit(raw)), Platt (1999); `raw` is the judge's own probability for the verdict. */
export interface ConfidenceCurve {
  readonly slope: number;
  readonly bias: number;
}

/** One curve a value: the judge errs in each of them in its own way. Fitted by `eval/grading/calibrate.ts`. */
export type ConfidenceCurves = Readonly<Record<VerdictValue, ConfidenceCurve>>;

/** Probabilities are kept this far from 0 and 1, where the logit has no end. */
const edge = 0.005;

export function logit(probability: number): number {
  const kept = Math.min(1 - edge, Math.max(edge, probability));
  return Math.log(kept / (1 - kept));
}

/** @returns 0–1 */
export function calibratedConfidence(raw: number, { slope, bias }: ConfidenceCurve): number {
  return sigmoid(bias + slope * logit(raw));
}
