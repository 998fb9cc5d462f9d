/**
 * From evidence to probabilities: three logistic functions.
 *   touch T = σ(a·touch + a₀)   right Q = σ(c·right + c₀)   vague H = σ(h₀ + h₁·vague)
 *   covered = T·Q·(1−H)   partial = T·Q·H   contradicted = T·(1−Q)   missing = 1−T
 * A clause that is turned, or whose numbers clash, cannot cover.
 * The weights are fitted by `eval/grading/calibrate.ts` on development replies.
 */
import type { Evidence } from './evidence.ts';
import type { ConfidenceCurves } from './confidence.ts';
import type { VerdictProbabilities } from './verifier.ts';

export interface StatementWeights {
  readonly touch: readonly number[];
  readonly touchBias: number;
  readonly right: readonly number[];
  readonly rightBias: number;
  readonly vague: number;
  readonly vagueBias: number;
}

/** Where verdicts begin; see `decide`. */
export interface VerdictThresholds {
  /** Least credit for `covered`. */
  readonly covered: number;
  /** Least credit for `partial`. */
  readonly partial: number;
  /** Least probability for `contradicted`. */
  readonly contradicted: number;
  /** `contradicted` must also exceed the credit by this factor. */
  readonly contradictedOverCredit: number;
}

export interface Calibration {
  readonly weights: StatementWeights;
  readonly thresholds: VerdictThresholds;
  readonly confidence: ConfidenceCurves;
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

export function weigh(weights: readonly number[], features: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < weights.length; index++) sum += (weights[index] ?? 0) * (features[index] ?? 0);
  return sum;
}

export function probabilitiesOf(evidence: Evidence, weights: StatementWeights): VerdictProbabilities {
  const touch = sigmoid(weigh(weights.touch, evidence.touch) + weights.touchBias);
  const right = sigmoid(weigh(weights.right, evidence.right) + weights.rightBias);
  const vague = sigmoid(weights.vague * evidence.vague + weights.vagueBias);
  const covered = touch * right * (1 - vague);
  const partial = touch * right * vague;
  const contradicted = touch * (1 - right);
  const missing = 1 - touch;
  // Who denies a point contradicts it; who denies an error has not said yet what is right.
  if (evidence.turned)
    return { covered: 0, partial: contradicted, missing, contradicted: covered + partial, ruled: true };
  if (evidence.clash === 'heart')
    return { covered: 0, partial: 0, missing, contradicted: touch, ruled: true };
  if (evidence.clash === 'detail') return { covered: 0, partial: covered + partial, missing, contradicted };
  return { covered, partial, missing, contradicted };
}
