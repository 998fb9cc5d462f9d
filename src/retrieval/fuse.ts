/** What a query found → one ranking of entries. Pure. */
import { z } from 'zod';
import type { ChunkPart } from './chunk.ts';

export const fusionWeightsSchema = z
  .strictObject({
    /** How much nearness to an entry's question and its other wordings counts. 0 leaves the signal out. */
    asked: z.number().min(0),
    /** How much nearness to the passages of its answer counts. */
    said: z.number().min(0),
    /** How much words shared with the whole entry count. */
    words: z.number().min(0),
    /** How much an entry's second-best chunk counts beside its best, 0–1. */
    second: z.number().min(0).max(1),
  })
  .refine(
    ({ asked, said, words }) => asked + said + words > 0,
    'one of asked, said and words must be above 0',
  );
export type FusionWeights = z.infer<typeof fusionWeightsSchema>;

/** A chunk that the search by meaning found. */
export interface Candidate {
  readonly row: number;
  readonly entryId: string;
  readonly part: ChunkPart;
  /** Cosine similarity. */
  readonly similarity: number;
}

export interface Found {
  /** The nearest of each kind; equal ones in the order that they are to have. */
  readonly chunks: readonly Candidate[];
  /** BM25+ scores of the entries that share a word with the query. */
  readonly words: ReadonlyMap<string, number>;
}

export interface FusedEntry {
  readonly entryId: string;
  readonly score: number;
  /** Its chunks that were found, the nearest first; none where words alone found it. */
  readonly chunks: readonly Candidate[];
}

/**
 * An entry's score is the weighted mean of three signals: how near the query comes to what the entry is asked as, how near
 * to what its answer says, and how many of its words the entry has. Each is in standard deviations above the mean of all
 * entries found: cosines and BM25 have different units, and an outlier at the bottom should not squeeze those at the top.
 *
 * A signal of meaning is the mean of an entry's best and (by `second`) second-best chunk. A chunk that was not found is
 * taken to be as near as the farthest that was: it would have been found, were it nearer. Key points bring evidence, not
 * score. Equal entries come in the order of their ids.
 */
export function fuse({ chunks, words }: Found, weights: FusionWeights): FusedEntry[] {
  const byEntry = new Map<string, Candidate[]>([...words.keys()].map((id) => [id, []]));
  for (const chunk of chunks) {
    const own = byEntry.get(chunk.entryId);
    if (own) own.push(chunk);
    else byEntry.set(chunk.entryId, [chunk]);
  }
  const entries = [...byEntry].map(([entryId, own]) => ({
    entryId,
    chunks: own.sort((a, b) => b.similarity - a.similarity),
  }));
  const nearness = (isPart: (part: ChunkPart) => boolean): number[] => {
    const floor = Math.min(...chunks.flatMap(({ part, similarity }) => (isPart(part) ? [similarity] : [])));
    if (floor === Infinity) return entries.map(() => 0);
    return entries.map((entry) => {
      const [best, second] = entry.chunks.filter(({ part }) => isPart(part));
      const of = (chunk: Candidate | undefined) => chunk?.similarity ?? floor;
      return (of(best) + weights.second * of(second)) / (1 + weights.second);
    });
  };
  const signals = [
    { weight: weights.asked, values: nearness((part) => part === 'question' || part === 'wording') },
    { weight: weights.said, values: nearness((part) => part === 'answer') },
    { weight: weights.words, values: entries.map(({ entryId }) => words.get(entryId) ?? 0) },
  ].map(({ weight, values }) => ({ weight, values: standardise(values) }));
  const total = weights.asked + weights.said + weights.words;
  return entries
    .map((entry, index) => ({
      ...entry,
      score: signals.reduce((sum, { weight, values }) => sum + weight * (values[index] ?? 0), 0) / total,
    }))
    .sort((a, b) => b.score - a.score || (a.entryId < b.entryId ? -1 : 1));
}

/** In standard deviations above the mean; all 0 when all are equal. */
function standardise(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (spread > 1e-9 ? (value - mean) / spread : 0));
}
