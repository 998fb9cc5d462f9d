/** Runs queries through a retriever and scores the rankings. */
import { performance } from 'node:perf_hooks';
import { z } from 'zod';
import { entryIdSchema } from '../corpus/entry.ts';
import { messageOf } from '../errors.ts';
import { langSchema } from '../protocol.ts';
import type { Retriever } from '../retrieval/retriever.ts';
import { bootstrapInterval, mean, quantile, type Interval } from './bootstrap.ts';
import { ndcgAt, rankOfFirst, recallAt, reciprocalRankAt } from './ranking.ts';

export const retrievalCaseSchema = z.object({
  id: entryIdSchema,
  lang: langSchema,
  query: z.string().trim().min(1),
  /** Other entries that answer the query as well. */
  also: z.array(entryIdSchema).optional(),
  split: z.string().optional(),
});
export type RetrievalCase = z.infer<typeof retrievalCaseSchema>;

const metrics = ['recallAt1', 'recallAt5', 'mrrAt10', 'ndcgAt10'] as const;
type Metric = (typeof metrics)[number];

/** Means over `n` queries, and their 95 % intervals; queries for the same entry are drawn together. */
export interface Scores extends Record<Metric, number> {
  readonly n: number;
  readonly intervals: Readonly<Record<Metric, Interval>>;
}

export interface RetrievalReport extends Scores {
  /** Cases whose entry is not in the index; in no score. */
  readonly unknown: number;
  readonly unknownIds: readonly string[];
  /** Cases that the retriever failed on; in no score. */
  readonly errors: readonly { readonly query: string; readonly message: string }[];
  readonly byLang: Readonly<Record<string, Scores>>;
  readonly byModule: Readonly<Record<string, Scores>>;
  /** Of whole queries, embedding included. */
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  /** Queries whose first entry is a wrong one. */
  readonly missed: readonly {
    readonly id: string;
    readonly query: string;
    readonly rank: number | null;
    readonly first: string | null;
  }[];
}

interface Outcome {
  readonly one: RetrievalCase;
  readonly rank: number | null;
  readonly first: string | null;
}

/** @param known ids of the entries that can be found at all */
export async function evaluateRetrieval(
  cases: readonly RetrievalCase[],
  retriever: Retriever,
  known: ReadonlySet<string>,
): Promise<RetrievalReport> {
  const outcomes: Outcome[] = [];
  const errors: { query: string; message: string }[] = [];
  const unknownIds = new Set<string>();
  const times: number[] = [];
  let unknown = 0;
  // The first call of anything is slow; it is not what a user of a running server sees.
  await retriever.retrieve('warm-up', 'en').catch(() => []);
  for (const one of cases) {
    if (!known.has(one.id)) {
      unknown++;
      unknownIds.add(one.id);
      continue;
    }
    const start = performance.now();
    try {
      // oxlint-disable-next-line no-await-in-loop -- one after the other: the time of each is measured
      const ranking = (await retriever.retrieve(one.query, one.lang, { limit: 10 })).map(
        (hit) => hit.entryId,
      );
      times.push(performance.now() - start);
      outcomes.push({
        one,
        rank: rankOfFirst(ranking, new Set([one.id, ...(one.also ?? [])])),
        first: ranking[0] ?? null,
      });
    } catch (error) {
      errors.push({ query: one.query, message: messageOf(error) });
    }
  }
  const tenths = (value: number) => Math.round(value * 10) / 10;
  return {
    ...score(outcomes),
    unknown,
    unknownIds: [...unknownIds].sort(),
    errors,
    byLang: scoreBy(outcomes, ({ one }) => one.lang),
    byModule: scoreBy(outcomes, ({ one }) => one.id.split('/')[0] ?? one.id),
    latencyMs: { p50: tenths(quantile(times, 0.5)), p99: tenths(quantile(times, 0.99)) },
    missed: outcomes
      .filter(({ rank }) => rank !== 1)
      .map(({ one, rank, first }) => ({ id: one.id, query: one.query, rank, first })),
  };
}

function score(outcomes: readonly Outcome[]): Scores {
  const values: Record<Metric, number[]> = {
    recallAt1: outcomes.map(({ rank }) => recallAt(rank, 1)),
    recallAt5: outcomes.map(({ rank }) => recallAt(rank, 5)),
    mrrAt10: outcomes.map(({ rank }) => reciprocalRankAt(rank, 10)),
    ndcgAt10: outcomes.map(({ rank }) => ndcgAt(rank, 10)),
  };
  const groups = outcomes.map(({ one }) => one.id);
  const over = <T>(of: (metric: Metric) => T) =>
    Object.fromEntries(metrics.map((metric) => [metric, of(metric)])) as Record<Metric, T>;
  return {
    n: outcomes.length,
    ...over((metric) => mean(values[metric])),
    intervals: over((metric) => bootstrapInterval(values[metric], { groups })),
  };
}

function scoreBy(outcomes: readonly Outcome[], nameOf: (outcome: Outcome) => string): Record<string, Scores> {
  const names = [...new Set(outcomes.map(nameOf))].sort();
  return Object.fromEntries(
    names.map((name) => [name, score(outcomes.filter((outcome) => nameOf(outcome) === name))]),
  );
}
