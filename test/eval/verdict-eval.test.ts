import { describe, expect, it } from 'vitest';
import type { GradedCase } from '../../src/eval/grading-eval.ts';
import {
  compareVerdicts,
  describeVerdicts,
  hashOfReply,
  reportVerdicts,
} from '../../src/eval/verdict-eval.ts';
import type { VerdictValue } from '../../src/protocol.ts';

const verdict = (keyPointId: string, value: VerdictValue, confidence: number) => ({
  keyPointId,
  claim: keyPointId,
  weight: 1,
  value,
  confidence,
  replySpan: null,
  referenceSpan: { start: 0, end: 1, text: 'x', lang: 'en' as const },
});

const graded: GradedCase[] = [
  {
    id: 'llm/language/01',
    lang: 'en',
    kind: 'good',
    gold: 7,
    answer: 'labelled',
    grade: {
      state: 'graded',
      total: 5,
      verdicts: [
        verdict('a', 'covered', 0.95),
        verdict('b', 'missing', 0.25),
        verdict('new', 'covered', 0.9),
      ],
      misconceptions: [],
      judge: 'none',
    },
  },
  {
    id: 'llm/language/02',
    lang: 'en',
    kind: 'good',
    gold: 7,
    answer: 'not labelled',
    grade: {
      state: 'graded',
      total: 5,
      verdicts: [verdict('a', 'covered', 1)],
      misconceptions: [],
      judge: 'none',
    },
  },
];

const labels = [
  {
    reply: hashOfReply('labelled'),
    id: 'llm/language/01',
    lang: 'en' as const,
    kind: 'good',
    split: 'test',
    verdicts: { a: 'covered' as const, b: 'covered' as const, gone: 'missing' as const },
  },
];

describe('verdicts against labels', () => {
  it('pairs what both sides have', () => {
    expect(
      compareVerdicts(graded, labels).map(({ keyPointId, gold, value }) => [keyPointId, gold, value]),
    ).toEqual([
      ['a', 'covered', 'covered'],
      ['b', 'covered', 'missing'],
    ]);
  });

  it('counts what is right, sure and not sure, and how far confidences lie from that', () => {
    const report = reportVerdicts(compareVerdicts(graded, labels));
    expect(report).toMatchObject({ n: 2, replies: 1, right: 0.5 });
    expect(report.sure).toEqual({ n: 1, right: 1 });
    expect(report.unsure).toEqual({ n: 1, right: 0 });
    expect(report.confusion.covered).toEqual({ covered: 1, partial: 0, missing: 1, contradicted: 0 });
    // Half the verdicts 0.05 too unsure, half 0.25 too sure.
    expect(report.calibrationError).toBeCloseTo(0.15, 6);
    expect(describeVerdicts(report)).toContain('verdicts 2, right 50 %');
  });
});
