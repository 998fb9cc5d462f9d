import { describe, expect, it } from 'vitest';
import { MaterialWords, type Material } from '../../src/answering/material-words.ts';
import {
  logOdds,
  scopeFeatures,
  scopeWeightsSchema,
  defaultScopeWeights,
  type NearEntry,
} from '../../src/answering/scope.ts';
import type { Entry } from '../../src/corpus/entry.ts';
import type { EntryHit } from '../../src/retrieval/retriever.ts';

/** An entry that says nothing but these words. */
function saying(id: string, words: string): [string, Entry] {
  const both = { zh: '', en: words };
  return [
    id,
    {
      id,
      tags: [],
      question: both,
      answer: both,
      askedAs: { zh: [], en: [] },
      keyPoints: [],
      misconceptions: [],
    } as unknown as Entry,
  ];
}

const material: Material = new Map([
  saying('a', 'lora rank'),
  saying('b', 'lora loss'),
  saying('c', 'anchor'),
]);
const words = new MaterialWords(material, (text) => text.toLowerCase().match(/\w+/g) ?? []);
const near = (entryId: string, best: number): NearEntry => ({
  hit: { entryId } as EntryHit,
  nearness: [best],
  best,
});

describe('words of the material', () => {
  it('weigh the more the fewer entries use them', () => {
    const weighed = words.weighed('lora rank zebra');
    expect(weighed.get('lora')).toBeCloseTo(Math.log(4 / 2.5));
    expect(weighed.get('rank')).toBeCloseTo(Math.log(4 / 1.5));
    expect(weighed.get('zebra')).toBeCloseTo(Math.log(4 / 0.5));
  });

  it('cover a text by the weight of those an entry uses', () => {
    const [lora, rank, zebra] = [Math.log(4 / 2.5), Math.log(4 / 1.5), Math.log(4 / 0.5)];
    expect(words.coverage('lora rank zebra', 'a')).toBeCloseTo((lora + rank) / (lora + rank + zebra + 0.5));
    expect(words.coverage('lora rank zebra', 'b')).toBeCloseTo(lora / (lora + rank + zebra + 0.5));
    expect(words.coverage('rank', 'a')).toBeCloseTo(rank / (rank + 0.5));
  });

  it('cover nothing of a text without words, or in an unknown entry', () => {
    expect(words.coverage('?!', 'a')).toBe(0);
    expect(words.coverage('lora', 'none')).toBe(0);
  });
});

describe('features of a question', () => {
  it('take the nearest of three entries, the words of the first, and the distance to those from the fifth on', () => {
    const entries = [
      near('a', 0.5),
      near('b', 0.6),
      near('c', 0.2),
      near('a', 0.9),
      near('b', 0.3),
      near('c', 0.1),
    ];
    const features = scopeFeatures('lora rank', entries, words);
    expect(features.nearness).toBe(0.6);
    expect(features.coverage).toBe(words.coverage('lora rank', 'a'));
    expect(features.margin).toBeCloseTo(0.6 - 0.2);
  });

  it('do without far entries in a small bank', () => {
    expect(scopeFeatures('rank', [near('a', 0.5)], words).margin).toBeCloseTo(0.5 - 0.32);
    expect(scopeFeatures('rank', [], words)).toMatchObject({ nearness: -1, coverage: 0 });
  });
});

describe('the weights', () => {
  it('add up to log-odds', () => {
    const feature = { mean: 0.5, spread: 0.25, weight: 2 };
    const weights = scopeWeightsSchema.parse({
      madeBy: 'hand',
      embedder: 'none',
      features: { nearness: feature, coverage: feature, margin: { mean: 0, spread: 1, weight: 0 } },
      bias: 0.5,
      threshold: 0,
    });
    expect(logOdds({ nearness: 0.75, coverage: 0.25, margin: 9 }, weights)).toBeCloseTo(0.5 + 2 - 2);
  });

  it('in use count every feature for the question, none against it', () => {
    for (const { weight } of Object.values(defaultScopeWeights.features)) expect(weight).toBeGreaterThan(0);
  });
});
