import { describe, expect, it } from 'vitest';
import { splitRuns, type Mark } from '../../web/src/grade/runs.ts';

const text = 'LoRA 冻结权重';

function shape(marks: Mark[]) {
  return splitRuns(text, marks).map((run) => [run.text, ...run.ids]);
}

describe('highlight runs', () => {
  it('are one plain run without marks', () => {
    expect(shape([])).toEqual([[text]]);
  });

  it('are none for an empty text', () => {
    expect(splitRuns('', [{ id: 'a', start: 0, end: 3 }])).toEqual([]);
  });

  it('cut the text at a mark', () => {
    expect(shape([{ id: 'a', start: 5, end: 7 }])).toEqual([['LoRA '], ['冻结', 'a'], ['权重']]);
  });

  it('name both marks where two overlap', () => {
    expect(
      shape([
        { id: 'b', start: 5, end: 9 },
        { id: 'a', start: 0, end: 7 },
      ]),
    ).toEqual([
      ['LoRA ', 'a'],
      ['冻结', 'b', 'a'],
      ['权重', 'b'],
    ]);
  });

  it('keep to the text, and ignore empty and reversed marks', () => {
    expect(
      shape([
        { id: 'a', start: -4, end: 4 },
        { id: 'b', start: 7, end: 99 },
        { id: 'c', start: 3, end: 3 },
        { id: 'd', start: 6, end: 2 },
      ]),
    ).toEqual([['LoRA', 'a'], [' 冻结'], ['权重', 'b']]);
  });

  it('join to the text again, whatever the marks', () => {
    let seed = 7;
    const random = (n: number) => (seed = (seed * 48_271) % 2_147_483_647) % n;
    for (let round = 0; round < 200; round += 1) {
      const marks = Array.from({ length: random(6) }, (_, index) => ({
        id: `m${index}`,
        start: random(14) - 2,
        end: random(14) - 2,
      }));
      const runs = splitRuns(text, marks);
      expect(runs.map((run) => run.text).join('')).toBe(text);
      for (const run of runs) {
        const covering = marks.filter((mark) => mark.start <= run.start && mark.end >= run.end);
        expect(run.ids).toEqual(covering.map(({ id }) => id));
      }
    }
  });
});
