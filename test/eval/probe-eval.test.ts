import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/corpus/entry.ts';
import { evaluateProbes, probeSchema, type Probe } from '../../src/eval/probe-eval.ts';
import type { GradeRequest, Grader } from '../../src/grading/grader.ts';
import type { Grade } from '../../src/protocol.ts';
import { material } from '../coach/fixtures.ts';

const [first] = [...material.values()];
const byHeart = 'known by heart 3';
const entry: Entry = {
  ...first!,
  keyPoints: first!.keyPoints.map((point, index) => ({
    ...point,
    statements: index === 0 ? [{ label: 'covered', lang: 'en', text: byHeart }] : [],
  })),
};
const entries = new Map([[entry.id, entry]]);

/** Gives the number that a reply ends with; without one the reply stays ungraded. Keeps what it was asked. */
class NumberAtTheEnd implements Grader {
  readonly id = 'number';
  readonly calls: GradeRequest[] = [];

  async grade(request: GradeRequest): Promise<Grade> {
    this.calls.push(request);
    if (request.reply.startsWith('throw')) throw new Error('the judge is away');
    const found = /\d+$/.exec(request.reply);
    const rest = { judge: this.id, misconceptions: [], verdicts: [] };
    return found
      ? { state: 'graded', total: Number(found[0]), ...rest }
      : { state: 'ungraded', total: null, reason: 'no number', ...rest };
  }
}

function probe(answer: string, allowed: [number, number], more: Partial<Probe> = {}): Probe {
  return { id: entry.id, lang: 'en', attack: 'denied', answer, allowed, ...more };
}

describe('probes', () => {
  it('count totals inside and outside the range, ends included', async () => {
    const { report, graded } = await evaluateProbes(
      [probe('1', [1, 2]), probe('2', [1, 2]), probe('5', [1, 2]), probe('0', [1, 2], { lang: 'zh' })],
      new NumberAtTheEnd(),
      entries,
    );
    expect(report.all).toMatchObject({ n: 4, within: 0.5, tooHigh: 1, tooLow: 1, total: 2, shift: null });
    expect(report.byLang).toMatchObject({ en: { n: 3 }, zh: { n: 1, within: 0, tooLow: 1 } });
    expect(report.byAttack).toMatchObject({ denied: { n: 4, byLang: { zh: { n: 1 } } } });
    expect(Object.keys(report.byAttack)).toEqual(['denied']);
    expect(graded.map(({ outside }) => outside)).toEqual([0, 0, 3, -1]);
    expect(report.worst.map(({ total }) => total)).toEqual([5, 0]);
  });

  it('are compared with what the plain reply gets, which is graded once', async () => {
    const grader = new NumberAtTheEnd();
    const plain = { answer: 'plain 6', gold: 8 };
    const { report } = await evaluateProbes(
      [probe('4', [0, 4], { plain }), probe('7', [0, 10], { plain }), probe('9', [0, 10])],
      grader,
      entries,
    );
    expect(report.all.shift).toMatchObject({ n: 2, mean: -0.5 });
    expect(report.all).toMatchObject({ within: 1, plainWithin: 0.5 });
    expect(grader.calls.map(({ reply }) => reply)).toEqual(['4', 'plain 6', '7', '9']);
  });

  it('are judged without the statements that they repeat word for word, and so is the plain reply', async () => {
    const grader = new NumberAtTheEnd();
    const plain = { answer: 'plain 6', gold: 8 };
    const repeated = { answer: byHeart, gold: 3 };
    await evaluateProbes(
      [
        probe(`So: ${byHeart}`, [0, 10], { plain }),
        probe('2', [0, 10], { plain: repeated }),
        probe('1', [0, 10]),
      ],
      grader,
      entries,
    );
    const known = grader.calls.map(
      (call) => call.entry.keyPoints.flatMap(({ statements }) => statements).length,
    );
    expect(known).toEqual([0, 0, 0, 0, 1]);
  });

  it('that fail, stay ungraded or ask of an unknown entry are in no score', async () => {
    const done: number[] = [];
    const { report } = await evaluateProbes(
      [
        probe('throw', [0, 1]),
        probe('no number', [0, 1]),
        probe('1', [0, 1], { id: 'no/such' }),
        probe('1', [0, 1]),
      ],
      new NumberAtTheEnd(),
      entries,
      (count) => done.push(count),
    );
    expect(report.all.n).toBe(1);
    expect(report).toMatchObject({ unknown: 1, unknownIds: ['no/such'] });
    expect(report.errors.map(({ message }) => message)).toEqual(['the judge is away', 'ungraded: no number']);
    expect(done.at(-1)).toBe(4);
  });

  it('list the ten farthest outside, farthest first', async () => {
    const totals = [3, 10, 4, 2, 9, 8, 7, 6, 5, 1, 3, 2];
    const { report } = await evaluateProbes(
      totals.map((total) => probe(String(total), [0, 0])),
      new NumberAtTheEnd(),
      entries,
    );
    expect(report.worst.map(({ total }) => total)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 3, 2]);
  });

  it('need a known attack and a range in order', () => {
    expect(probeSchema.safeParse(probe('x', [0, 1])).success).toBe(true);
    expect(probeSchema.safeParse(probe('x', [2, 1])).success).toBe(false);
    expect(probeSchema.safeParse(probe('x', [0, 11])).success).toBe(false);
    expect(probeSchema.safeParse({ ...probe('x', [0, 1]), attack: 'bribe' }).success).toBe(false);
  });
});
