/** Fits the verifier's weights: least squares between gold and a soft total, by Adam. */
import { fullMarksShare } from '../../src/grading/arithmetic.ts';
import { evidenceNames, type Evidence } from '../../src/grading/evidence.ts';
import { probabilitiesOf, sigmoid, weigh, type StatementWeights } from '../../src/grading/statement-model.ts';
import type { Example } from './examples.ts';

const steps = 300;
const learningRate = 0.03;
const ridge = 0.01;

const touchSize = evidenceNames.touch.length;
const rightSize = evidenceNames.right.length;

/** Parameters as one vector: touch, its bias, right, its bias, vague, its bias. */
function unpack(theta: readonly number[]): StatementWeights {
  const at = touchSize + 1 + rightSize;
  return {
    touch: theta.slice(0, touchSize),
    touchBias: theta[touchSize] ?? 0,
    right: theta.slice(touchSize + 1, at),
    rightBias: theta[at] ?? 0,
    vague: theta[at + 1] ?? 0,
    vagueBias: theta[at + 2] ?? 0,
  };
}

/** Adds d(credit or contradiction of one window)/dθ · scale to `gradient`. */
function addGradient(
  gradient: number[],
  weights: StatementWeights,
  evidence: Evidence,
  scale: number,
  forCredit: boolean,
) {
  const touch = sigmoid(weigh(weights.touch, evidence.touch) + weights.touchBias);
  const right = sigmoid(weigh(weights.right, evidence.right) + weights.rightBias);
  const vague = sigmoid(weights.vague * evidence.vague + weights.vagueBias);
  const keep = 1 - vague / 2;
  const dTouch = scale * touch * (1 - touch) * (forCredit ? right * keep : 1 - right);
  const dRight = scale * touch * right * (1 - right) * (forCredit ? keep : -1);
  const dVague = forCredit ? scale * touch * right * -0.5 * vague * (1 - vague) : 0;
  for (const [index, value] of evidence.touch.entries())
    gradient[index] = (gradient[index] ?? 0) + dTouch * value;
  gradient[touchSize] = (gradient[touchSize] ?? 0) + dTouch;
  const at = touchSize + 1;
  for (const [index, value] of evidence.right.entries())
    gradient[at + index] = (gradient[at + index] ?? 0) + dRight * value;
  gradient[at + rightSize] = (gradient[at + rightSize] ?? 0) + dRight;
  gradient[at + rightSize + 1] = (gradient[at + rightSize + 1] ?? 0) + dVague * evidence.vague;
  gradient[at + rightSize + 2] = (gradient[at + rightSize + 2] ?? 0) + dVague;
}

/** Adam on the squared error between gold and the soft total; feature weights stay non-negative. */
export function fit(examples: readonly Example[]): StatementWeights {
  const size = touchSize + rightSize + 4;
  const theta: number[] = Array.from({ length: size }, (_, index) => (index < touchSize ? 0.5 : 0.3));
  theta[touchSize] = -0.1;
  theta[touchSize + 1 + rightSize] = 0.7;
  theta[size - 1] = -1;
  const first = theta.map(() => 0);
  const second = theta.map(() => 0);
  for (let step = 1; step <= steps; step++) {
    const weights = unpack(theta);
    const gradient = theta.map((value) => 2 * ridge * value);
    for (const { reply, points } of examples) {
      const all = points.reduce((sum, point) => sum + point.weight, 0);
      const terms: { evidence: Evidence; scale: number; forCredit: boolean }[] = [];
      let total = 0;
      for (const point of points) {
        let credit = 0;
        let contradiction = 0;
        let forIt: Evidence | null = null;
        let against: Evidence | null = null;
        for (const { evidence } of point.windows) {
          // Rules decide here, not weights.
          if (evidence.turned || evidence.clash !== 'none') continue;
          const found = probabilitiesOf(evidence, weights);
          const earned = found.covered + found.partial / 2;
          if (earned > credit) [credit, forIt] = [earned, evidence];
          if (found.contradicted > contradiction) [contradiction, against] = [found.contradicted, evidence];
        }
        const worse = contradiction > credit;
        const share = (10 * point.weight) / (fullMarksShare * all);
        total += share * (credit - (worse ? 0.5 * (contradiction - credit) : 0));
        if (forIt) terms.push({ evidence: forIt, scale: share * (worse ? 1.5 : 1), forCredit: true });
        if (against && worse) terms.push({ evidence: against, scale: share * -0.5, forCredit: false });
      }
      // More than full marks is full marks.
      const slope = total > 10 ? 0 : (2 * (total - reply.gold)) / 10 / examples.length;
      for (const term of terms)
        addGradient(gradient, weights, term.evidence, slope * term.scale, term.forCredit);
    }
    for (let index = 0; index < size; index++) {
      const slope = gradient[index] ?? 0;
      first[index] = 0.9 * (first[index] ?? 0) + 0.1 * slope;
      second[index] = 0.999 * (second[index] ?? 0) + 0.001 * slope * slope;
      const move =
        (learningRate * ((first[index] ?? 0) / (1 - 0.9 ** step))) /
        (Math.sqrt((second[index] ?? 0) / (1 - 0.999 ** step)) + 1e-8);
      const moved = (theta[index] ?? 0) - move;
      const free = index === touchSize || index >= touchSize + 1 + rightSize;
      theta[index] = free && index !== touchSize + 1 + rightSize + 1 ? moved : Math.max(0, moved);
    }
  }
  return unpack(theta.map((value) => Math.round(value * 1e4) / 1e4));
}
