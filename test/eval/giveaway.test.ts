import { describe, expect, it } from 'vitest';
import type { Entry, KeyPoint, Statement } from '../../src/corpus/entry.ts';
import { measureGiveaway } from '../../src/eval/giveaway.ts';

/** Twenty entries about different things, with four covered and four contradicted statements each. */
function bank(wording: (thing: string, number: number, label: Statement['label']) => string): Entry[] {
  return Array.from({ length: 20 }, (_, index) => {
    const statements = (['covered', 'contradicted'] as const).flatMap((label) =>
      [0, 1, 2, 3].map((number): Statement => ({
        label,
        lang: number % 2 === 0 ? 'zh' : 'en',
        text: wording(`thing${index}`, number, label),
      })),
    );
    const keyPoint = { id: 'point', statements } as unknown as KeyPoint;
    return { id: `m/s/${index}`, keyPoints: [keyPoint] } as unknown as Entry;
  });
}

describe('statements that give themselves away', () => {
  it('are found by a word that stands under one label alone, in entries never seen', () => {
    const report = measureGiveaway(
      bank(
        (thing, number, label) => `the ${thing} ${label === 'covered' ? 'often' : 'always'} does ${number}`,
      ),
    );
    expect(report.all.accuracy).toBe(1);
    expect(report.all.interval).toEqual([1, 1]);
    expect(report.terms.contradicted).toContain('always');
    expect(report.terms.covered).toContain('often');
    expect(report.clearest).toHaveLength(20);
    expect(report.clearest[0]!.probability).toBeGreaterThan(0.9);
    for (const { label, text } of report.clearest) {
      expect(text).toContain(label === 'covered' ? 'often' : 'always');
    }
  });

  it('are found by their length', () => {
    const report = measureGiveaway(
      bank((thing, number, label) => `${thing}${number}`.repeat(label === 'covered' ? 1 : 9)),
    );
    expect(report.all.accuracy).toBe(1);
  });

  it('are not found where only the thing itself decides, however well that could be learnt by heart', () => {
    const report = measureGiveaway(
      bank((thing, number, label) => `${thing} is ${label === 'covered' ? 'red' : 'blue'}${thing} ${number}`),
    );
    expect(report.all.accuracy).toBeGreaterThan(0.3);
    expect(report.all.accuracy).toBeLessThan(0.7);
    expect(report.byLang.zh.n + report.byLang.en.n).toBe(report.all.n);
  });

  it('count both labels alike, however many each has', () => {
    const lopsided = bank((thing, number) => `${thing} ${number}`).map((entry) => ({
      ...entry,
      keyPoints: entry.keyPoints.map((point) => ({
        ...point,
        statements: point.statements.filter(({ label }, index) => label === 'covered' || index === 7),
      })),
    }));
    const { all } = measureGiveaway(lopsided);
    expect(all.n).toBe(100);
    // All contradicted ones hold a 3, and so does one covered one in four: (1 + 3/4) / 2.
    expect(all.accuracy).toBe(0.875);
  });

  it('leave out partial ones, and give the same figure for the same seed', () => {
    const entries = bank((thing, number, label) => `${thing} ${label} ${number}`);
    expect(measureGiveaway(entries)).toEqual(measureGiveaway(entries));
    const partial = bank((thing, number) => `${thing} ${number}`).map((entry) => ({
      ...entry,
      keyPoints: entry.keyPoints.map((point) => ({
        ...point,
        statements: point.statements.map((one, index) =>
          index === 0 ? { ...one, label: 'partial' as const } : one,
        ),
      })),
    }));
    expect(measureGiveaway(partial).all.n).toBe(140);
  });
});
