/** The intent model: multinomial logistic regression over a message's vector, pieces and marks. */
import { z } from 'zod';
import { intentSchema, type Intent, type Phase } from '../protocol.ts';
import { markNames, pieceBuckets, type Features } from './intent-features.ts';

/** What `models/intent/model.json` holds. */
export const intentModelFileSchema = z.strictObject({
  format: z.literal(1),
  /** The embedding model whose vectors it was trained on; others must not be used with it. */
  embedding: z.string(),
  dims: z.int().positive(),
  pieceBuckets: z.literal(pieceBuckets),
  marks: z.array(z.string()),
  intents: z.array(intentSchema).min(2),
  /** Per intent: what a weight byte is worth. */
  scales: z.array(z.number()),
  /** Base64 of signed bytes: per intent `dims`, then `pieceBuckets`, then one per mark. */
  weights: z.string(),
  trained: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type IntentModelFile = z.infer<typeof intentModelFileSchema>;

export interface Scored {
  readonly intent: Intent;
  /** Sums to 1 over the intents possible in the phase. */
  readonly probability: number;
}

/** Intents that make no sense while no question waits for a reply. */
const needOpenQuestion: ReadonlySet<Intent> = new Set(['reply', 'clarify', 'dont-know']);

export class IntentModel {
  readonly embedding: string;
  readonly #file: IntentModelFile;
  readonly #weights: Int8Array;

  /** @throws Error when the parts of the file do not fit together. */
  constructor(file: IntentModelFile) {
    const bytes = Buffer.from(file.weights, 'base64');
    const width = file.dims + pieceBuckets + file.marks.length;
    const fits = file.marks.join() === markNames.join() && file.scales.length === file.intents.length;
    if (!fits || bytes.length !== file.intents.length * width) {
      throw new Error(
        `intent model: ${bytes.length} weights and ${file.marks.length} marks do not fit this version`,
      );
    }
    this.embedding = file.embedding;
    this.#file = file;
    this.#weights = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** The intents possible in the phase, the likeliest first. */
  score(vector: Float32Array, features: Features, phase: Phase): readonly Scored[] {
    const { intents, dims, scales } = this.#file;
    const width = dims + pieceBuckets + markNames.length;
    const share = pieceShare(features);
    const open = phase === 'question' || phase === 'follow-up';
    const sums = intents.map((_, index) => {
      const start = index * width;
      let sum = 0;
      for (let at = 0; at < dims; at++)
        sum += (vector[at] ?? 0) * vectorGain * (this.#weights[start + at] ?? 0);
      for (const piece of features.pieces) sum += share * (this.#weights[start + dims + piece] ?? 0);
      features.marks.forEach(
        (mark, at) => (sum += mark * (this.#weights[start + dims + pieceBuckets + at] ?? 0)),
      );
      return sum * (scales[index] ?? 0);
    });
    const possible = intents.map((intent) => open || !needOpenQuestion.has(intent));
    const highest = Math.max(...sums.filter((_, index) => possible[index]));
    const raised = sums.map((sum, index) => (possible[index] ? Math.exp(sum - highest) : 0));
    const total = raised.reduce((sum, value) => sum + value, 0);
    return intents
      .map((intent, index) => ({ intent, probability: (raised[index] ?? 0) / total }))
      .toSorted((a, b) => b.probability - a.probability);
  }
}

/** Vectors have length 1 over some hundred dimensions; this brings their numbers to the size of the marks. */
export const vectorGain = 10;

/** What one piece weighs: a message's pieces have length 2 together, however many there are. */
export function pieceShare(features: Features): number {
  return features.pieces.length === 0 ? 0 : 2 / Math.sqrt(features.pieces.length);
}
