/** Whether the material covers a question: a small logistic model over what retrieval found. */
import { z } from 'zod';
import type { Relatedness } from '../embedding/relatedness.ts';
import type { EntryHit } from '../retrieval/retriever.ts';
import { isInstruction } from './instruction.ts';
import type { MaterialWords } from './material-words.ts';
import chosenWeights from './scope-weights.json' with { type: 'json' };

export const scopeFeatureNames = ['nearness', 'coverage', 'margin'] as const;
export type ScopeFeatureName = (typeof scopeFeatureNames)[number];

/**
 * What is known of a question and the material:
 * - nearness: relatedness of the question to the nearest chunk of the first three entries;
 * - coverage: share of the question's terms, weighed by rarity, that the first entry uses anywhere;
 * - margin: nearness above the mean of the entries from the fifth on: far down, an off-topic question looks alike.
 */
export type ScopeFeatures = Readonly<Record<ScopeFeatureName, number>>;

export const scopeWeightsSchema = z.strictObject({
  /** How the weights came about, for readers. */
  madeBy: z.string(),
  /** Embedding model whose nearness the weights were fitted on. */
  embedder: z.string(),
  features: z.record(
    z.enum(scopeFeatureNames),
    z.strictObject({ mean: z.number(), spread: z.number().positive(), weight: z.number() }),
  ),
  bias: z.number(),
  /** Log-odds from which a question counts as covered. */
  threshold: z.number(),
});
export type ScopeWeights = z.infer<typeof scopeWeightsSchema>;

/** The weights that `eval/scope/choose-threshold.ts` fitted on the development half. */
export const defaultScopeWeights: ScopeWeights = scopeWeightsSchema.parse(chosenWeights);

/** How near the question comes to each chunk of an entry that retrieval found. */
export interface NearEntry {
  readonly hit: EntryHit;
  /** One per hit of the entry, in their order: −1…1. */
  readonly nearness: readonly number[];
  /** The largest of them. */
  readonly best: number;
}

export interface ScopeJudgement {
  readonly covered: boolean;
  /** Log-odds above the threshold; −∞ for an instruction and for a question that found nothing. */
  readonly certainty: number;
  readonly entries: readonly NearEntry[];
}

/** Entries looked at; the margin needs those from the fifth on. */
export const scopeDepth = 10;
/** Chunks looked at per entry: the first, by retrieval's own ranking, hold the nearest. */
const chunksPerEntry = 24;
/** Stands for the mean of far entries when the material has too few of them. */
const usualFarNearness = 0.32;

export class ScopeJudge {
  readonly #relatedness: Relatedness;
  readonly #weights: ScopeWeights;

  /** @param relatedness with wordings embedded as passages, which the ingested cache holds */
  constructor(relatedness: Relatedness, weights: ScopeWeights = defaultScopeWeights) {
    this.#relatedness = relatedness;
    this.#weights = weights;
  }

  /** @param hits what retrieval found for the question, the best first; `scopeDepth` of them are enough */
  async judge(
    question: string,
    hits: readonly EntryHit[],
    words: MaterialWords,
    signal?: AbortSignal,
  ): Promise<ScopeJudgement> {
    const entries = await this.#near(question, hits.slice(0, scopeDepth), signal);
    if (entries.length === 0 || isInstruction(question))
      return { covered: false, certainty: -Infinity, entries };
    const certainty =
      logOdds(scopeFeatures(question, entries, words), this.#weights) - this.#weights.threshold;
    return { covered: certainty >= 0, certainty, entries };
  }

  async #near(question: string, hits: readonly EntryHit[], signal?: AbortSignal): Promise<NearEntry[]> {
    const rows = await this.#relatedness.matrix(
      hits.map((hit) => ({
        text: question,
        wordings: hit.hits.slice(0, chunksPerEntry).map(({ chunk }) => chunk.text),
      })),
      signal,
    );
    return hits.map((hit, index) => {
      const nearness = rows[index] ?? [];
      return { hit, nearness, best: Math.max(-1, ...nearness) };
    });
  }
}

export function scopeFeatures(
  question: string,
  entries: readonly NearEntry[],
  words: MaterialWords,
): ScopeFeatures {
  const first = entries[0];
  const nearness = Math.max(-1, ...entries.slice(0, 3).map((entry) => entry.best));
  const far = entries.slice(4);
  const farNearness =
    far.length < 2 ? usualFarNearness : far.reduce((sum, entry) => sum + entry.best, 0) / far.length;
  return {
    nearness,
    coverage: first ? words.coverage(question, first.hit.entryId) : 0,
    margin: nearness - farNearness,
  };
}

export function logOdds(features: ScopeFeatures, weights: ScopeWeights): number {
  return scopeFeatureNames.reduce((sum, name) => {
    const { mean, spread, weight } = weights.features[name];
    return sum + (weight * (features[name] - mean)) / spread;
  }, weights.bias);
}
