/** Trains the intent model's multinomial logistic regression: Adagrad, one sample at a time, L2. Deterministic. */
import { markNames, pieceBuckets, type Features } from '../../src/coach/intent-features.ts';
import { pieceShare, vectorGain } from '../../src/coach/intent-model.ts';
import { seededRandom, shuffled } from '../../src/coach/random.ts';

export interface Sample {
  readonly vector: Float32Array;
  readonly features: Features;
  /** Index of the intent. */
  readonly label: number;
  readonly weight: number;
}

export interface Settings {
  readonly epochs: number;
  readonly rate: number;
  readonly l2: number;
  readonly seed: number;
}

/** Weights per class: vector, pieces, marks, in that order. */
export function train(
  samples: readonly Sample[],
  classes: number,
  dims: number,
  settings: Settings,
): Float32Array[] {
  const width = dims + pieceBuckets + markNames.length;
  const weights = Array.from({ length: classes }, () => new Float32Array(width));
  const squares = Array.from({ length: classes }, () => new Float32Array(width).fill(1e-2));
  const random = seededRandom(settings.seed, 'regression');
  // Every class pulls equally hard, however many samples it has.
  const mass = Array.from({ length: classes }, () => 0);
  for (const sample of samples) mass[sample.label] = (mass[sample.label] ?? 0) + sample.weight;
  const mean = mass.reduce((sum, one) => sum + one, 0) / classes;
  const balance = mass.map((one) => Math.sqrt(mean / Math.max(one, 1)));
  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    for (const sample of shuffled(samples, random)) {
      const active = activeOf(sample, dims);
      const probabilities = softmax(weights.map((row) => dot(row, active)));
      const strength = sample.weight * (balance[sample.label] ?? 1);
      for (let label = 0; label < classes; label++) {
        const row = weights[label];
        const square = squares[label];
        if (!row || !square) continue;
        const error = ((probabilities[label] ?? 0) - (label === sample.label ? 1 : 0)) * strength;
        for (let index = 0; index < active.at.length; index++) {
          const at = active.at[index] ?? 0;
          const gradient = error * (active.value[index] ?? 0) + settings.l2 * (row[at] ?? 0);
          square[at] = (square[at] ?? 0) + gradient * gradient;
          row[at] = (row[at] ?? 0) - (settings.rate * gradient) / Math.sqrt(square[at] ?? 1);
        }
      }
    }
  }
  return weights;
}

interface Active {
  readonly at: number[];
  readonly value: number[];
}

const activeCache = new WeakMap<Sample, Active>();

function activeOf(sample: Sample, dims: number): Active {
  const known = activeCache.get(sample);
  if (known) return known;
  const at: number[] = [];
  const value: number[] = [];
  sample.vector.forEach((one, index) => {
    at.push(index);
    value.push(one * vectorGain);
  });
  const share = pieceShare(sample.features);
  for (const piece of sample.features.pieces) {
    at.push(dims + piece);
    value.push(share);
  }
  sample.features.marks.forEach((mark, index) => {
    if (mark === 0) return;
    at.push(dims + pieceBuckets + index);
    value.push(mark);
  });
  const active = { at, value };
  activeCache.set(sample, active);
  return active;
}

function dot(row: Float32Array, active: Active): number {
  let sum = 0;
  for (let index = 0; index < active.at.length; index++) {
    sum += (row[active.at[index] ?? 0] ?? 0) * (active.value[index] ?? 0);
  }
  return sum;
}

function softmax(scores: readonly number[]): number[] {
  const highest = Math.max(...scores);
  const raised = scores.map((score) => Math.exp(score - highest));
  const total = raised.reduce((sum, one) => sum + one, 0);
  return raised.map((one) => one / total);
}
