import { describe, expect, it } from 'vitest';
import type { Entry, Statement } from '../../src/corpus/entry.ts';
import { judgeStatements, reportStatements } from '../../src/eval/statement-eval.ts';
import type { GradeRequest, Grader } from '../../src/grading/grader.ts';
import type { Grade, VerdictValue } from '../../src/protocol.ts';
import { material } from '../coach/fixtures.ts';

const [first] = [...material.values()];

function entryOf(statements: readonly Statement[]): Entry {
  const [point, other] = first!.keyPoints;
  return {
    ...first!,
    keyPoints: [
      { ...point!, statements },
      { ...other!, statements: [{ label: 'covered', lang: 'en', text: 'covered twice' }] },
    ],
  };
}

/** Gives the verdict that a reply begins with; keeps what it was asked. */
class NamedVerdicts implements Grader {
  readonly id = 'named';
  readonly calls: GradeRequest[] = [];

  async grade(request: GradeRequest): Promise<Grade> {
    this.calls.push(request);
    const [id] = request.keyPointIds ?? [];
    const point = request.entry.keyPoints.find((one) => one.id === id)!;
    const value = request.reply.split(' ')[0] as VerdictValue;
    return {
      state: 'graded',
      total: 0,
      judge: this.id,
      misconceptions: [],
      verdicts: [
        {
          keyPointId: point.id,
          claim: point.en,
          weight: point.weight,
          value,
          confidence: request.reply.length / 100,
          replySpan: null,
          referenceSpan: { lang: 'en', ...point.reference.en },
        },
      ],
    };
  }
}

describe('statements judged without themselves', () => {
  const entry = entryOf([
    { label: 'covered', lang: 'en', text: 'covered twice' },
    { label: 'covered', lang: 'zh', text: 'contradicted 说反了' },
    { label: 'partial', lang: 'en', text: 'missing something' },
    { label: 'contradicted', lang: 'en', text: 'covered though it is wrong' },
    { label: 'contradicted', lang: 'zh', text: 'contradicted 对' },
  ]);

  it('never sees the statement among the statements, under no key point', async () => {
    const grader = new NamedVerdicts();
    const judged = await judgeStatements([entry], grader);
    expect(judged).toHaveLength(6);
    expect(grader.calls).toHaveLength(6);
    for (const { entry: seen, reply, keyPointIds } of grader.calls) {
      const texts = seen.keyPoints.flatMap(({ statements }) => statements.map(({ text }) => text));
      expect(texts).not.toContain(reply);
      expect(texts).toHaveLength(reply === 'covered twice' ? 4 : 5);
      expect(keyPointIds).toHaveLength(1);
    }
  });

  it('counts verdicts by label and language, and lists what is opposed', async () => {
    const report = reportStatements('named', await judgeStatements([entry], new NamedVerdicts()));
    expect(report).toMatchObject({ judge: 'named', entries: 1 });
    expect(report.byLabel.covered).toMatchObject({ n: 3, verdicts: { covered: 2, contradicted: 1 } });
    expect(report.byLabel.covered.agreement).toBeCloseTo(2 / 3, 12);
    expect(report.byLabel.partial).toMatchObject({ n: 1, agreement: 0, verdicts: { missing: 1 } });
    expect(report.byLabel.contradicted).toMatchObject({ n: 2, agreement: 0.5 });
    expect(report.byLang.zh.covered).toMatchObject({ n: 1, agreement: 0 });
    expect(report.byLang.en.partial.n).toBe(1);
    // The longer text is the surer one; a partial statement is opposed to nothing.
    expect(report.opposed.map(({ text }) => text)).toEqual([
      'covered though it is wrong',
      'contradicted 说反了',
    ]);
  });

  it('tells how far it is', async () => {
    const seen: number[] = [];
    await judgeStatements([entry, entry], new NamedVerdicts(), (done) => seen.push(done));
    expect(seen).toEqual([1, 2]);
  });
});
