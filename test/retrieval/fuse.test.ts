import { describe, expect, it } from 'vitest';
import { mulberry32 } from '../../src/coach/random.ts';
import { fuse, fusionWeightsSchema, type Candidate, type FusionWeights } from '../../src/retrieval/fuse.ts';

function candidate(row: number, entryId: string, vector: number | null, lexical: number | null): Candidate {
  return { row, entryId, vector, lexical };
}

function scores(candidates: readonly Candidate[], weights: FusionWeights): [string, number][] {
  return fuse(candidates, weights).map(({ entryId, score }) => [entryId, Math.round(score * 1e6) / 1e6]);
}

const even: FusionWeights = { vector: 1, lexical: 1, second: 0 };

describe('fusion, by hand', () => {
  // Cosines 0.9, 0.8, 0.7 become 1, 0.5, 0; BM25 10, 5 become 1, 0.5, none 0.
  const three = [candidate(0, 'a', 0.9, null), candidate(1, 'b', 0.8, 10), candidate(2, 'c', 0.7, 5)];

  it('weighs both signals', () => {
    // a (1+0)/2, b (0.5+1)/2, c (0+0.5)/2
    expect(scores(three, even)).toEqual([
      ['b', 0.75],
      ['a', 0.5],
      ['c', 0.25],
    ]);
    // weights 3 and 1: a 3/4, b (1.5+1)/4, c 0.5/4
    expect(scores(three, { vector: 3, lexical: 1, second: 0 })).toEqual([
      ['a', 0.75],
      ['b', 0.625],
      ['c', 0.125],
    ]);
  });

  it('keeps a weight of zero: the signal neither scores nor brings candidates', () => {
    expect(scores(three, { vector: 0, lexical: 1, second: 0 })).toEqual([
      ['b', 1],
      ['c', 0.5],
    ]);
    expect(scores([...three, candidate(3, 'd', null, 7)], { vector: 1, lexical: 0, second: 0 })).toEqual([
      ['a', 1],
      ['b', 0.5],
      ['c', 0],
    ]);
  });

  it('takes each signal from the chunk that has most of it', () => {
    const entry = [candidate(0, 'a', 1, null), candidate(1, 'a', 0.6, 8), candidate(2, 'b', 0.8, 4)];
    // vector 1, 0, 0.5; lexical 0, 1, 0.5. a: (1 + 1)/2, b: (0.5 + 0.5)/2
    expect(scores(entry, even)).toEqual([
      ['a', 1],
      ['b', 0.5],
    ]);
  });

  it('counts the second-best chunk by its share', () => {
    // vector 1, 0.5, 0 and 0.75: a (1 + 0.5·0.5)/1.5 = 0.8333, b (0.75 + 0.5·0)/1.5 = 0.5
    const entry = [
      candidate(0, 'a', 0.9, null),
      candidate(1, 'a', 0.7, null),
      candidate(2, 'c', 0.5, null),
      candidate(3, 'b', 0.8, null),
    ];
    expect(scores(entry, { vector: 1, lexical: 0, second: 0.5 })).toEqual([
      ['a', 0.833333],
      ['b', 0.5],
      ['c', 0],
    ]);
  });

  it('orders an entry’s chunks, and keeps the order of equal ones', () => {
    const [entry] = fuse(
      [
        candidate(5, 'a', 0.7, 1),
        candidate(4, 'a', 0.7, 1),
        candidate(9, 'a', 0.9, 4),
        candidate(1, 'b', 0.1, null),
      ],
      even,
    );
    expect(entry!.chunks.map(({ row }) => row)).toEqual([9, 5, 4]);
  });

  it('orders equal entries by id', () => {
    expect(scores([candidate(0, 'b', 0.5, 1), candidate(1, 'a', 0.5, 1)], even).map(([id]) => id)).toEqual([
      'a',
      'b',
    ]);
  });

  it('gives one candidate, or equal ones, full marks where they were found', () => {
    expect(scores([candidate(0, 'a', 0.2, null)], even)).toEqual([['a', 0.5]]);
    expect(scores([candidate(0, 'a', 0.2, 3), candidate(1, 'b', 0.2, 3)], even)).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
  });

  it('gives nothing for nothing', () => {
    expect(fuse([], even)).toEqual([]);
    expect(fuse([candidate(0, 'a', null, null)], even)).toEqual([]);
  });

  it('refuses weights that leave nothing or are below zero', () => {
    expect(fusionWeightsSchema.safeParse({ vector: 0, lexical: 0, second: 0.5 }).success).toBe(false);
    expect(fusionWeightsSchema.safeParse({ vector: -1, lexical: 2, second: 0.5 }).success).toBe(false);
    expect(fusionWeightsSchema.safeParse({ vector: 1, lexical: 0, second: 2 }).success).toBe(false);
  });
});

/** The same by the definition, without any cleverness. */
function naive(
  candidates: readonly Candidate[],
  weights: FusionWeights,
): { entryId: string; score: number }[] {
  const cosines = candidates.flatMap(({ vector }) => (vector === null ? [] : [vector]));
  const bm25 = candidates.flatMap(({ lexical }) => (lexical === null ? [] : [lexical]));
  const low = Math.min(...cosines);
  const high = Math.max(...cosines);
  const v = ({ vector }: Candidate) =>
    vector === null ? 0 : high === low ? 1 : (vector - low) / (high - low);
  const l = ({ lexical }: Candidate) => (lexical === null ? 0 : lexical / Math.max(...bm25));
  const share = (values: number[]) => {
    const [best = 0, second = 0] = values.sort((a, b) => b - a);
    return (best + weights.second * second) / (1 + weights.second);
  };
  const seen = candidates.filter(
    ({ vector, lexical }) =>
      (vector !== null && weights.vector > 0) || (lexical !== null && weights.lexical > 0),
  );
  return [...new Set(seen.map(({ entryId }) => entryId))]
    .map((entryId) => {
      const own = seen.filter((one) => one.entryId === entryId);
      const sum = weights.vector * share(own.map(v)) + weights.lexical * share(own.map(l));
      return { entryId, score: sum / (weights.vector + weights.lexical) };
    })
    .sort((a, b) => b.score - a.score || (a.entryId < b.entryId ? -1 : 1));
}

describe('fusion, at random', () => {
  it('agrees with its naive twin', () => {
    const random = mulberry32(42);
    const pick = (count: number) => Math.floor(random() * count);
    for (let round = 0; round < 300; round++) {
      // Few distinct values, so that there are ties.
      const candidates = Array.from({ length: pick(30) }, (_, row) =>
        candidate(
          row,
          `e${pick(8)}`,
          pick(4) === 0 ? null : pick(9) / 8,
          pick(3) === 0 ? null : (1 + pick(6)) / 2,
        ),
      );
      const weights = { vector: pick(4), lexical: pick(4), second: pick(5) / 4 };
      if (weights.vector + weights.lexical === 0) continue;
      const fused = fuse(candidates, weights);
      const twin = naive(candidates, weights);
      expect(fused.map(({ entryId }) => entryId).sort()).toEqual(twin.map(({ entryId }) => entryId).sort());
      const expected = new Map(twin.map(({ entryId, score }) => [entryId, score]));
      for (const { entryId, score } of fused) expect(score).toBeCloseTo(expected.get(entryId)!, 10);
      for (const { score } of fused) expect(score >= 0 && score <= 1).toBe(true);
      for (let index = 1; index < fused.length; index++)
        expect(fused[index - 1]!.score).toBeGreaterThanOrEqual(fused[index]!.score);
    }
  });

  it('does not mind other units of a signal', () => {
    const random = mulberry32(5);
    const candidates = Array.from({ length: 20 }, (_, row) =>
      candidate(row, `e${row % 6}`, random(), random() * 9),
    );
    const scaled = candidates.map((one) => ({
      ...one,
      vector: one.vector! * 0.1 + 0.7,
      lexical: one.lexical! * 40,
    }));
    const weights = { vector: 2, lexical: 1, second: 0.5 };
    expect(scores(scaled, weights)).toEqual(scores(candidates, weights));
  });
});
