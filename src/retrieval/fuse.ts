/** Two rankings of chunks → one ranking of entries. Pure. */
import { z } from 'zod';

export const fusionWeightsSchema = z
  .strictObject({
    /** How much nearness of meaning counts. 0 leaves the signal out. */
    vector: z.number().min(0),
    /** How much shared words count. 0 leaves the signal out. */
    lexical: z.number().min(0),
    /** How much an entry's second-best chunk counts beside its best, 0–1. */
    second: z.number().min(0).max(1),
  })
  .refine(({ vector, lexical }) => vector + lexical > 0, 'one of vector and lexical must be above 0');
export type FusionWeights = z.infer<typeof fusionWeightsSchema>;

/** A chunk as the two searches saw it; null where a search did not find it. */
export interface Candidate {
  readonly row: number;
  readonly entryId: string;
  /** Cosine similarity. */
  readonly vector: number | null;
  /** BM25+ score. */
  readonly lexical: number | null;
}

export interface FusedChunk extends Candidate {
  readonly score: number;
}

export interface FusedEntry {
  readonly entryId: string;
  readonly score: number;
  /** Its chunks, the best first; equal ones as they came. */
  readonly chunks: readonly [FusedChunk, ...FusedChunk[]];
}

/**
 * Each signal is brought to 0…1 over the candidates: cosines from the worst candidate (0) to the best (1), since only their
 * differences mean something; BM25 from none (0) to the best (1), since no shared word is a true zero. A chunk that a search
 * did not find has 0 there: the search would have found it, were it better than the worst.
 *
 * A chunk's score is the weighted mean of its signals. An entry's is the weighted mean of *its* signals, each the mean of
 * its best and (by `second`) its second-best chunk there: words may meet the Chinese wording and meaning the English key
 * point. Scores are 0…1. Equal entries come in the order of their ids, candidates of no signal not at all.
 */
export function fuse(candidates: readonly Candidate[], weights: FusionWeights): FusedEntry[] {
  const vector =
    weights.vector > 0
      ? normalise(
          candidates.map((one) => one.vector),
          'from-worst',
        )
      : null;
  const lexical =
    weights.lexical > 0
      ? normalise(
          candidates.map((one) => one.lexical),
          'from-zero',
        )
      : null;
  const total = weights.vector + weights.lexical;
  const mix = (v: number, l: number) => (weights.vector * v + weights.lexical * l) / total;

  interface Gathered {
    vector: number[];
    lexical: number[];
    chunks: FusedChunk[];
  }
  const byEntry = new Map<string, Gathered>();
  for (const [index, candidate] of candidates.entries()) {
    const found =
      (vector !== null && candidate.vector !== null) || (lexical !== null && candidate.lexical !== null);
    if (!found) continue;
    const v = vector?.[index] ?? 0;
    const l = lexical?.[index] ?? 0;
    const entry = byEntry.get(candidate.entryId) ?? { vector: [], lexical: [], chunks: [] };
    byEntry.set(candidate.entryId, entry);
    entry.vector.push(v);
    entry.lexical.push(l);
    entry.chunks.push({ ...candidate, score: mix(v, l) });
  }
  const entries: FusedEntry[] = [];
  for (const [entryId, entry] of byEntry) {
    const [first, ...rest] = entry.chunks.sort((a, b) => b.score - a.score);
    if (first === undefined) continue;
    const score = mix(bestTwo(entry.vector, weights.second), bestTwo(entry.lexical, weights.second));
    entries.push({ entryId, score, chunks: [first, ...rest] });
  }
  return entries.sort((a, b) => b.score - a.score || (a.entryId < b.entryId ? -1 : 1));
}

/** 0…1 over the values; null becomes 0. When all values are equal they are all 1. */
function normalise(values: readonly (number | null)[], from: 'from-worst' | 'from-zero'): number[] {
  let lowest = from === 'from-zero' ? 0 : Infinity;
  let highest = -Infinity;
  for (const value of values) {
    if (value === null) continue;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  const range = highest - lowest;
  return values.map((value) => (value === null ? 0 : range > 0 ? (value - lowest) / range : 1));
}

/** (best + share · second) / (1 + share); an entry with one chunk has 0 for its second. */
function bestTwo(values: readonly number[], share: number): number {
  let best = 0;
  let second = 0;
  for (const value of values) {
    if (value > best) {
      second = best;
      best = value;
    } else if (value > second) second = value;
  }
  return (best + share * second) / (1 + share);
}
