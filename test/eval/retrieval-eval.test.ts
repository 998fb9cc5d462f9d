import { describe, expect, it } from 'vitest';
import { ndcgAt, rankOfFirst, recallAt, reciprocalRankAt } from '../../src/eval/ranking.ts';
import { evaluateRetrieval, retrievalCaseSchema, type RetrievalCase } from '../../src/eval/retrieval-eval.ts';
import type { EntryHit, Retriever } from '../../src/retrieval/retriever.ts';

describe('measures of a ranking, by hand', () => {
  it('count the first right answer', () => {
    expect(rankOfFirst(['a', 'b', 'c'], new Set(['c', 'b']))).toBe(2);
    expect(rankOfFirst(['a'], new Set(['c']))).toBeNull();
    expect([recallAt(2, 1), recallAt(2, 5), recallAt(6, 5), recallAt(null, 5)]).toEqual([0, 1, 0, 0]);
    expect([
      reciprocalRankAt(1, 10),
      reciprocalRankAt(4, 10),
      reciprocalRankAt(11, 10),
      reciprocalRankAt(null, 10),
    ]).toEqual([1, 0.25, 0, 0]);
    // 1 / log2(rank + 1)
    expect([ndcgAt(1, 10), ndcgAt(3, 10), ndcgAt(11, 10), ndcgAt(null, 10)]).toEqual([1, 0.5, 0, 0]);
  });
});

/** Answers from a script; any other query fails. */
function scripted(rankings: Record<string, string[]>): Retriever & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    retrieve: async (query) => {
      asked.push(query);
      const ids = rankings[query];
      if (!ids) throw new Error(`no script for "${query}"`);
      return ids.map((entryId) => ({ entryId, score: 1 }) as EntryHit);
    },
  };
}

function one(id: string, query: string, more: Partial<RetrievalCase> = {}): RetrievalCase {
  return { id, lang: 'zh', query, ...more };
}

describe('the evaluation of retrieval', () => {
  const known = new Set(['llm/a/01', 'llm/a/02', 'code/01']);

  it('scores the cases it could run, and reports the others apart', async () => {
    const retriever = scripted({
      first: ['llm/a/01'],
      second: ['code/01', 'llm/a/01'],
      substitute: ['code/01', 'llm/a/02'],
      none: [],
    });
    const report = await evaluateRetrieval(
      [
        one('llm/a/01', 'first'),
        one('llm/a/01', 'second', { lang: 'en' }),
        one('llm/a/02', 'substitute', { also: ['code/01'] }),
        one('code/01', 'none'),
        one('vision/99', 'first'),
        one('vision/99', 'second'),
        one('code/01', 'boom'),
      ],
      retriever,
      known,
    );
    expect(report).toMatchObject({
      n: 4,
      unknown: 2,
      unknownIds: ['vision/99'],
      errors: [{ query: 'boom', message: 'no script for "boom"' }],
      recallAt1: 0.5,
      recallAt5: 0.75,
      mrrAt10: 0.625,
    });
    expect(report.ndcgAt10).toBeCloseTo((1 + 1 / Math.log2(3) + 1 + 0) / 4, 10);
    expect(report.byLang['en']).toMatchObject({ n: 1, recallAt1: 0, recallAt5: 1 });
    expect(report.byLang['zh']).toMatchObject({ n: 3 });
    expect(Object.keys(report.byModule)).toEqual(['code', 'llm']);
    expect(report.byModule['llm']).toMatchObject({ n: 3, recallAt5: 1 });
    expect(report.intervals.recallAt1[0]).toBeLessThanOrEqual(0.5);
    expect(report.missed.map(({ query }) => query)).toEqual(['second', 'none']);
    expect(report.latencyMs.p99).toBeGreaterThanOrEqual(report.latencyMs.p50);
  });

  it('asks each query once, in its language, beside one to warm up', async () => {
    const retriever = scripted({ first: ['llm/a/01'] });
    await evaluateRetrieval([one('llm/a/01', 'first')], retriever, known);
    expect(retriever.asked).toEqual(['warm-up', 'first']);
  });

  it('gives zeros for no cases', async () => {
    expect(await evaluateRetrieval([], scripted({}), known)).toMatchObject({
      n: 0,
      recallAt1: 0,
      unknown: 0,
      byLang: {},
    });
  });

  it('takes lines with and without the optional fields', () => {
    expect(retrievalCaseSchema.safeParse({ id: 'llm/language/05', lang: 'zh', query: 'x' }).success).toBe(
      true,
    );
    expect(
      retrievalCaseSchema.safeParse({
        id: 'code/01',
        lang: 'en',
        query: 'x',
        also: ['code/02'],
        split: 'dev',
        note: 'hi',
      }).success,
    ).toBe(true);
    for (const bad of [
      { lang: 'zh', query: 'x' },
      { id: 'code/01', lang: 'fr', query: 'x' },
      { id: 'code/01', lang: 'zh', query: ' ' },
    ]) {
      expect(retrievalCaseSchema.safeParse(bad).success).toBe(false);
    }
  });
});
