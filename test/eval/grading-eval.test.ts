import { describe, expect, it } from 'vitest';
import { evaluateGrading, gradingCaseSchema, type GradingCase } from '../../src/eval/grading-eval.ts';
import type { GradeRequest, Grader } from '../../src/grading/grader.ts';
import type { Grade } from '../../src/protocol.ts';
import { material } from '../coach/fixtures.ts';

const [entry, other] = [...material.values()];

/** Gives each reply the total it names; "ungraded" and "boom" stand for themselves. */
class NamedTotals implements Grader {
  readonly id = 'named';
  readonly calls: GradeRequest[] = [];

  async grade(request: GradeRequest): Promise<Grade> {
    this.calls.push(request);
    if (request.reply === 'boom') throw new Error('the judge is away');
    const grade = { verdicts: [], misconceptions: [], judge: this.id };
    return request.reply === 'ungraded'
      ? { ...grade, state: 'ungraded', total: null, reason: 'no model' }
      : { ...grade, state: 'graded', total: Number(request.reply) };
  }
}

function one(answer: string | number, gold: number, more: Partial<GradingCase> = {}): GradingCase {
  return { id: entry!.id, lang: 'zh', kind: 'good', gold, answer: String(answer), ...more };
}

describe('the evaluation of grading', () => {
  it('ranks the replies to one question among themselves, and leaves out where nothing varies', async () => {
    const { report } = await evaluateGrading(
      [one(9, 9), one(5, 6), one(7, 3), one(4, 9, { id: other!.id }), one(4, 1, { id: other!.id })],
      new NamedTotals(),
      material,
    );
    // ranks 3 2 1 against 3 1 2: 1 − 6·2 / (3·8)
    expect(report.withinQuestion).toBeCloseTo(0.5, 12);
    expect(report.byLang['zh']!.withinQuestion).toBeCloseTo(0.5, 12);
  });

  it('compares totals with gold, by hand', async () => {
    const { report, graded } = await evaluateGrading(
      [
        one(10, 9, { kind: 'full' }),
        one(8, 8, { kind: 'full', id: other!.id }),
        one(3, 1, { kind: 'wrong', lang: 'en' }),
        one(0, 1, { kind: 'wrong', lang: 'en', id: other!.id }),
      ],
      new NamedTotals(),
      material,
    );
    // differences 1, 0, 2, −1
    expect(report).toMatchObject({ n: 4, bias: 0.5, judge: 'named', unknown: 0, errors: [] });
    expect(report.rmse).toBeCloseTo(Math.sqrt(6 / 4), 12);
    // gold 9 8 1 1 around 4.75, totals 10 8 3 0 around 5.25
    expect(report.pearson).toBeCloseTo(57.25 / Math.sqrt(56.75 * 62.75), 12);
    // ranks 4 3 1.5 1.5 against 4 3 2 1
    expect(report.spearman).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
    expect(report.byKind).toMatchObject({
      full: { n: 2, mean: 9, goldMean: 8.5, shareAtMost3: 0, shareAtLeast8: 1 },
      wrong: { n: 2, mean: 1.5, goldMean: 1, shareAtMost3: 1, shareAtLeast8: 0 },
    });
    expect(report.byLang).toMatchObject({ zh: { n: 2, bias: 0.5 }, en: { n: 2, bias: 0.5, pearson: null } });
    const [low, high] = report.intervals.rmse;
    expect(low).toBeLessThanOrEqual(report.rmse);
    expect(high).toBeGreaterThanOrEqual(report.rmse);
    expect(report.latencyMs.p99).toBeGreaterThanOrEqual(report.latencyMs.p50);
    expect(graded.map(({ grade, gold }) => [grade.total, gold])).toEqual([
      [10, 9],
      [8, 8],
      [3, 1],
      [0, 1],
    ]);
  });

  it('keeps unknown entries and failures out of every score', async () => {
    const grader = new NamedTotals();
    const { report, graded } = await evaluateGrading(
      [
        one(5, 5),
        one('boom', 9),
        one('ungraded', 9, { kind: 'wrong' }),
        one(1, 9, { id: 'vision/99' }),
        one(1, 9, { id: 'vision/98' }),
        one(1, 9, { id: 'vision/99' }),
      ],
      grader,
      material,
    );
    expect(report).toMatchObject({
      n: 1,
      rmse: 0,
      bias: 0,
      pearson: null,
      unknown: 3,
      unknownIds: ['vision/98', 'vision/99'],
      errors: [
        { id: entry!.id, message: 'the judge is away' },
        { id: entry!.id, message: 'ungraded: no model' },
      ],
    });
    expect(Object.keys(report.byKind)).toEqual(['good']);
    expect(graded).toHaveLength(1);
    expect(grader.calls.map(({ reply }) => reply)).toEqual(['5', 'boom', 'ungraded']);
  });

  it('hands over entry, reply and language as they are', async () => {
    const grader = new NamedTotals();
    await evaluateGrading([one(' 5 ', 5, { lang: 'en' })], grader, material);
    expect(grader.calls).toEqual([{ entry, reply: ' 5 ', lang: 'en' }]);
  });

  it('gives zeros for no cases', async () => {
    const { report } = await evaluateGrading([], new NamedTotals(), material);
    expect(report).toMatchObject({
      n: 0,
      pearson: null,
      rmse: 0,
      byKind: {},
      latencyMs: { p50: 0, p99: 0 },
    });
  });
});

describe('a line of the grading set', () => {
  it('may have a variant and a split, and an empty answer', () => {
    const line = { id: 'llm/language/05', lang: 'zh', kind: 'gaming', gold: 0, answer: '' };
    expect(gradingCaseSchema.safeParse(line).success).toBe(true);
    expect(gradingCaseSchema.safeParse({ ...line, variant: 'terse', split: 'dev' }).success).toBe(true);
  });

  it.each([{ gold: 11 }, { gold: -1 }, { gold: '5' }, { lang: 'fr' }, { kind: '' }, { id: 'No Id' }])(
    'is refused with %j',
    (wrong) => {
      const line = { id: 'llm/language/05', lang: 'zh', kind: 'good', gold: 5, answer: 'x', ...wrong };
      expect(gradingCaseSchema.safeParse(line).success).toBe(false);
    },
  );
});
