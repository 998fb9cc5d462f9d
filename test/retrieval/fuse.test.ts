import { describe, expect, it } from 'vitest';
import { mulberry32 } from '../../src/coach/random.ts';
import type { ChunkPart } from '../../src/retrieval/chunk.ts';
import { fuse, fusionWeightsSchema, type Candidate, type FusionWeights } from '../../src/retrieval/fuse.ts';

function candidate(row: number, entryId: string, similarity: number, part: ChunkPart = 'wording'): Candidate {
  return { row, entryId, part, similarity };
}

function scores(
  chunks: readonly Candidate[],
  words: Record<string, number>,
  weights: FusionWeights,
): [string, number][] {
  return fuse({ chunks, words: new Map(Object.entries(words)) }, weights).map(({ entryId, score }) => [
    entryId,
    Math.round(score * 1e4) / 1e4 || 0,
  ]);
}

const askedOnly: FusionWeights = { asked: 1, said: 0, words: 0, second: 0 };
const even: FusionWeights = { asked: 1, said: 1, words: 1, second: 0 };

describe('fusion, by hand', () => {
  // Of 0.9, 0.8, 0.7 the mean is 0.8 and the standard deviation 0.0816: 1.2247, 0 and −1.2247.
  const three = [candidate(0, 'a', 0.9), candidate(1, 'b', 0.8), candidate(2, 'c', 0.7)];

  it('measures a signal in standard deviations', () => {
    expect(scores(three, {}, askedOnly)).toEqual([
      ['a', 1.2247],
      ['b', 0],
      ['c', -1.2247],
    ]);
  });

  it('weighs the three signals', () => {
    const answers = [candidate(3, 'a', 0.5, 'answer'), candidate(4, 'b', 0.5, 'answer')];
    // c has no answer passage, so it is as near as the farthest found: all equal, the signal says nothing.
    const words = { a: 0, b: 10, c: 5 };
    expect(scores([...three, ...answers], words, even)).toEqual([
      ['b', 0.4082],
      ['a', 0],
      ['c', -0.4082],
    ]);
    // Asked 3, words 1: a (3 − 1)·1.2247/4, b 1·1.2247/4, c −3·1.2247/4
    expect(scores(three, words, { asked: 3, said: 0, words: 1, second: 0 })).toEqual([
      ['a', 0.6124],
      ['b', 0.3062],
      ['c', -0.9186],
    ]);
  });

  it('hears the question and its wordings as what is asked, the answer as what is said, and key points as neither', () => {
    const of = (part: ChunkPart, weights: FusionWeights) =>
      scores([candidate(0, 'a', 0.9, part), candidate(1, 'b', 0.8, part)], {}, weights).map(
        ([, score]) => score,
      );
    const saidOnly = { asked: 0, said: 1, words: 0, second: 0 };
    expect(of('question', askedOnly)).toEqual([1, -1]);
    expect(of('wording', askedOnly)).toEqual([1, -1]);
    expect(of('answer', askedOnly)).toEqual([0, 0]);
    expect(of('answer', saidOnly)).toEqual([1, -1]);
    expect(of('question', saidOnly)).toEqual([0, 0]);
    expect(of('key-point', { ...even, second: 1 })).toEqual([0, 0]);
  });

  it('counts the second-best chunk by its share, and a missing one as the farthest found', () => {
    // a (0.9 + 0.7)/2 = 0.8, b (0.84 + 0.7)/2 = 0.77, c (0.7 + 0.7)/2 = 0.7; by the best alone a 0.9, b 0.84
    const chunks = [
      ...three.slice(0, 1),
      candidate(5, 'a', 0.7),
      candidate(1, 'b', 0.84),
      candidate(2, 'c', 0.7),
    ];
    const mean = (0.8 + 0.77 + 0.7) / 3;
    const spread = Math.sqrt(((0.8 - mean) ** 2 + (0.77 - mean) ** 2 + (0.7 - mean) ** 2) / 3);
    const rounded = (value: number) => Math.round(((value - mean) / spread) * 1e4) / 1e4;
    expect(scores(chunks, {}, { ...askedOnly, second: 1 })).toEqual([
      ['a', rounded(0.8)],
      ['b', rounded(0.77)],
      ['c', rounded(0.7)],
    ]);
  });

  it('keeps an entry that words alone found, without chunks', () => {
    const fused = fuse({ chunks: three, words: new Map([['d', 40]]) }, { ...even, words: 2 });
    expect(fused[0]).toMatchObject({ entryId: 'd', chunks: [] });
    expect(fused.map(({ entryId }) => entryId).sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('orders an entry’s chunks, and keeps the order of equal ones', () => {
    const [entry] = fuse(
      {
        chunks: [
          candidate(5, 'a', 0.7),
          candidate(4, 'a', 0.7, 'key-point'),
          candidate(9, 'a', 0.9, 'answer'),
          candidate(1, 'b', 0.1),
        ],
        words: new Map(),
      },
      even,
    );
    expect(entry!.chunks.map(({ row }) => row)).toEqual([9, 5, 4]);
  });

  it('orders equal entries by id', () => {
    expect(scores([candidate(0, 'b', 0.5), candidate(1, 'a', 0.5)], {}, even)).toEqual([
      ['a', 0],
      ['b', 0],
    ]);
  });

  it('gives nothing for nothing', () => {
    expect(fuse({ chunks: [], words: new Map() }, even)).toEqual([]);
  });

  it('refuses weights that leave nothing or are below zero', () => {
    expect(fusionWeightsSchema.safeParse({ asked: 0, said: 0, words: 0, second: 0.5 }).success).toBe(false);
    expect(fusionWeightsSchema.safeParse({ asked: -1, said: 2, words: 2, second: 0.5 }).success).toBe(false);
    expect(fusionWeightsSchema.safeParse({ asked: 1, said: 0, words: 0, second: 2 }).success).toBe(false);
  });
});

/** The same by the definition, without any cleverness. */
function naive(
  chunks: readonly Candidate[],
  words: ReadonlyMap<string, number>,
  weights: FusionWeights,
): { entryId: string; score: number }[] {
  const ids = [...new Set([...chunks.map(({ entryId }) => entryId), ...words.keys()])];
  const nearness = (parts: ChunkPart[]) => {
    const group = chunks.filter(({ part }) => parts.includes(part));
    return ids.map((id) => {
      const own = group.filter(({ entryId }) => entryId === id).map(({ similarity }) => similarity);
      const farthest = group.length === 0 ? 0 : Math.min(...group.map(({ similarity }) => similarity));
      const [best, second] = [...own, farthest, farthest].sort((a, b) => b - a);
      return (best! + weights.second * second!) / (1 + weights.second);
    });
  };
  const inSpreads = (values: number[]) => {
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const spread = Math.hypot(...values.map((value) => value - mean)) / Math.sqrt(values.length);
    return values.map((value) => (spread < 1e-9 ? 0 : (value - mean) / spread));
  };
  const asked = inSpreads(nearness(['question', 'wording']));
  const said = inSpreads(nearness(['answer']));
  const shared = inSpreads(ids.map((id) => words.get(id) ?? 0));
  return ids.map((entryId, at) => ({
    entryId,
    score:
      (weights.asked * asked[at]! + weights.said * said[at]! + weights.words * shared[at]!) /
      (weights.asked + weights.said + weights.words),
  }));
}

describe('fusion, at random', () => {
  const parts: ChunkPart[] = ['question', 'wording', 'key-point', 'answer'];

  it('agrees with its naive twin', () => {
    const random = mulberry32(42);
    const pick = (count: number) => Math.floor(random() * count);
    for (let round = 0; round < 300; round++) {
      // Few distinct values, so that there are ties.
      const chunks = Array.from({ length: pick(30) }, (_, row) =>
        candidate(row, `e${pick(8)}`, pick(9) / 8, parts[pick(4)]),
      );
      const words = new Map(Array.from({ length: pick(6) }, () => [`e${pick(10)}`, (1 + pick(6)) / 2]));
      const weights = { asked: pick(4), said: pick(4), words: pick(4), second: pick(5) / 4 };
      if (weights.asked + weights.said + weights.words === 0) continue;
      const fused = fuse({ chunks, words }, weights);
      const twin = naive(chunks, words, weights);
      expect(fused.map(({ entryId }) => entryId).sort()).toEqual(twin.map(({ entryId }) => entryId).sort());
      const expected = new Map(twin.map(({ entryId, score }) => [entryId, score]));
      for (const { entryId, score } of fused) expect(score).toBeCloseTo(expected.get(entryId)!, 10);
      for (let index = 1; index < fused.length; index++)
        expect(fused[index - 1]!.score).toBeGreaterThanOrEqual(fused[index]!.score);
    }
  });

  it('does not mind other units of a signal', () => {
    const random = mulberry32(5);
    const chunks = Array.from({ length: 20 }, (_, row) =>
      candidate(row, `e${row % 6}`, random(), parts[row % 4]),
    );
    const words = Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`e${at}`, random() * 9]));
    const scaled = chunks.map((one) => ({ ...one, similarity: one.similarity * 0.1 + 0.7 }));
    const more = Object.fromEntries(Object.entries(words).map(([id, score]) => [id, score * 40]));
    const weights = { asked: 2, said: 1, words: 1, second: 0.5 };
    expect(scores(scaled, more, weights)).toEqual(scores(chunks, words, weights));
  });
});
