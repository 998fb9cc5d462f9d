/** Fits one confidence curve a verdict value: how often such verdicts are right, by how sure the judge says it is. */
import type { ConfidenceCurve, ConfidenceCurves } from '../../src/grading/confidence.ts';
import { calibratedConfidence, logit } from '../../src/grading/confidence.ts';
import type { VerdictValue } from '../../src/protocol.ts';

/** A verdict whose right value a person has said. */
export interface CheckedVerdict {
  readonly raw: number;
  readonly curve: VerdictValue;
  readonly right: boolean;
}

/** Pulls a curve towards "as sure as it says" (slope 1, bias 0); in verdicts. */
const ridge = { slope: 2, bias: 0.2 };
const steps = 4_000;
const rate = 0.01;

/** Logistic regression by gradient descent; few numbers, no need for more. */
function fitCurve(checked: readonly CheckedVerdict[]): ConfidenceCurve {
  let [slope, bias] = [1, 0];
  const size = Math.max(1, checked.length);
  for (let step = 0; step < steps; step++) {
    let bySlope = 2 * ridge.slope * (slope - 1);
    let byBias = 2 * ridge.bias * bias;
    for (const { raw, right } of checked) {
      const error = calibratedConfidence(raw, { slope, bias }) - Number(right);
      bySlope += error * logit(raw);
      byBias += error;
    }
    slope -= (rate * 10 * bySlope) / size;
    bias -= (rate * 10 * byBias) / size;
  }
  const rounded = (value: number) => Math.round(value * 1e4) / 1e4;
  return { slope: rounded(slope), bias: rounded(bias) };
}

export function fitConfidence(checked: readonly CheckedVerdict[]): ConfidenceCurves {
  const of = (curve: VerdictValue) => fitCurve(checked.filter((one) => one.curve === curve));
  return {
    covered: of('covered'),
    partial: of('partial'),
    missing: of('missing'),
    contradicted: of('contradicted'),
  };
}
