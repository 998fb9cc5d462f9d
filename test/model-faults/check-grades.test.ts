/** The checks of the fault run find what they are there for. */
import { describe, expect, it } from 'vitest';
import type { Grade, SessionEvent } from '../../src/protocol.ts';
import type { Stored } from '../crash/stored.ts';
import { checkScores, countGrades } from './check-grades.ts';

const covered = {
  keyPointId: 'zero',
  claim: 'B is zero',
  weight: 1,
  value: 'covered',
  confidence: 1,
  replySpan: { start: 0, end: 9, text: 'B is zero' },
  referenceSpan: { start: 0, end: 1, text: 'x', lang: 'en' },
} as const;
const grade: Grade = { state: 'graded', total: 10, verdicts: [covered], misconceptions: [], judge: 'm' };

function storedWith(...grades: readonly Grade[]): Stored {
  const base = { at: 1 } as const;
  const events: SessionEvent[] = [
    {
      ...base,
      seq: 1,
      type: 'message.received',
      clientId: 'a',
      text: 'B is zero.',
      intent: 'reply',
      confidence: 1,
    },
    ...grades.map((one, index): SessionEvent => ({
      ...base,
      seq: index + 2,
      type: 'reply.graded',
      entryId: 'a/1',
      replySeq: 1,
      scope: 'question',
      aided: false,
      grade: one,
      feedback: '',
      lang: 'en',
    })),
  ];
  return { sessions: new Map([['s', { tokenHash: 'h', events }]]), messages: [], faults: [] };
}

const provisional: Grade = { ...grade, state: 'provisional', judge: 'local' };
const ungraded: Grade = { state: 'ungraded', total: null, verdicts: [], misconceptions: [], judge: 'm' };

describe('scores', () => {
  it('are sums over verdicts with quotes', () => {
    expect(checkScores(storedWith(provisional, grade))).toEqual([]);
    expect(checkScores(storedWith(ungraded))).toEqual([]);
  });

  it.each<[string, Grade, string]>([
    ['a default score', { ...grade, total: 5 }, 'has a total of 5, and its verdicts come to 10'],
    ['a score without verdicts', { ...grade, verdicts: [] }, 'has no verdicts'],
    ['an ungraded reply with a total', { ...ungraded, total: 5 }, 'is ungraded and has a total of 5'],
    [
      'credit without a quote',
      { ...grade, verdicts: [{ ...covered, replySpan: null }] },
      'covered for zero without a quote',
    ],
    [
      'credit with words of others',
      { ...grade, verdicts: [{ ...covered, replySpan: { start: 0, end: 9, text: 'A is zero' } }] },
      'covered for zero without a quote',
    ],
  ])('%s is a fault', (_name, wrong, fault) => {
    const [found = ''] = checkScores(storedWith(wrong));
    expect(found).toContain(fault);
  });
});

describe('counts', () => {
  it('tell what was refined from what still waits', () => {
    const isModel = (judge: string) => judge === 'm';
    expect(countGrades(storedWith(provisional, grade), isModel)).toEqual({
      replies: 1,
      provisional: 1,
      refined: 1,
      waiting: 0,
      byModel: 1,
    });
    expect(countGrades(storedWith(provisional), isModel)).toMatchObject({
      refined: 0,
      waiting: 1,
      byModel: 0,
    });
    expect(countGrades(storedWith({ ...grade, judge: 'coach' }), isModel).replies).toBe(0);
  });
});
