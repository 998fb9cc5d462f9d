import { describe, expect, it } from 'vitest';
import type { GradedCase } from '../../src/eval/grading-eval.ts';
import { worstReplies } from '../../src/eval/worst-reply.ts';
import type { VerdictValue } from '../../src/protocol.ts';

function graded(
  id: string,
  gold: number,
  total: number,
  verdicts: readonly [claim: string, weight: number, value: VerdictValue][] = [],
  cost = 0,
): GradedCase {
  return {
    id,
    lang: 'en',
    kind: 'wrong',
    gold,
    answer: `line one\n  ${'很'.repeat(150)}`,
    grade: {
      state: 'graded',
      total,
      judge: 'none',
      verdicts: verdicts.map(([claim, weight, value]) => ({
        keyPointId: claim,
        claim,
        weight,
        value,
        confidence: 0.8,
        replySpan: null,
        referenceSpan: { lang: 'en', start: 0, end: 1, text: 'x' },
      })),
      misconceptions:
        cost === 0
          ? []
          : [
              {
                misconceptionId: 'm',
                belief: 'a belief',
                correction: 'c',
                replySpan: { start: 0, end: 1, text: 'l' },
                cost,
                confidence: 0.9,
              },
            ],
    },
  };
}

describe('the worst replies', () => {
  it('are those farthest from gold, on both sides', () => {
    const cases = [graded('a/1', 5, 5), graded('a/2', 0, 6), graded('a/3', 9, 2), graded('a/4', 5, 6)];
    expect(worstReplies(cases, 2).map(({ id }) => id)).toEqual(['a/3', 'a/2']);
  });

  it('name what gave most when too generous', () => {
    const [one] = worstReplies([
      graded('a/1', 0, 8, [
        ['half', 3, 'partial'],
        ['whole', 2, 'covered'],
        ['none', 3, 'missing'],
      ]),
    ]);
    expect(one?.because).toEqual({ verdict: 'covered', claim: 'whole', points: 2.5, confidence: 0.8 });
  });

  it('name what cost most when too strict: an accusation costs more than silence', () => {
    const [one] = worstReplies([
      graded('a/1', 9, 0, [
        ['silent', 2, 'missing'],
        ['accused', 2, 'contradicted'],
      ]),
    ]);
    expect(one?.because).toMatchObject({ verdict: 'contradicted', claim: 'accused', points: 7.5 });
    const [other] = worstReplies([graded('a/1', 9, 0, [['silent', 2, 'missing']], 3)]);
    expect(other?.because).toMatchObject({ verdict: 'misconception', claim: 'a belief', points: 15 });
  });

  it('show the beginning of the reply in one line, whole characters alone', () => {
    expect(worstReplies([graded('a/1', 9, 0)])[0]?.reply).toBe(`line one ${'很'.repeat(111)}…`);
  });
});
