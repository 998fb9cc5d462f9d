import { describe, expect, it } from 'vitest';
import type { Grade, SessionEvent, VerdictValue } from '../../src/protocol.ts';
import { duePoints, masteryOf } from '../../src/scheduling/mastery.ts';
import { ratingOf, review } from '../../src/scheduling/review.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 0, 1);

function graded(
  values: Record<string, VerdictValue>,
  options: {
    at?: number;
    replySeq?: number;
    aided?: boolean;
    state?: Grade['state'];
    entryId?: string;
    weight?: number;
  } = {},
): SessionEvent {
  const { at = start, replySeq = 3, aided = false, state = 'graded', entryId = 'a/01', weight = 2 } = options;
  return {
    type: 'reply.graded',
    seq: replySeq + 1,
    at,
    entryId,
    replySeq,
    scope: 'question',
    aided,
    feedback: '',
    lang: 'zh',
    grade: {
      state,
      total: state === 'ungraded' ? null : 5,
      judge: 'test',
      misconceptions: [],
      verdicts: Object.entries(values).map(([keyPointId, value]) => ({
        keyPointId,
        claim: `claim of ${keyPointId}`,
        weight,
        value,
        confidence: 1,
        replySpan: null,
        referenceSpan: { lang: 'zh', start: 0, end: 1, text: 'x' },
      })),
    },
  };
}

function appeal(keyPointId: string, after: VerdictValue, outcome: 'upheld' | 'changed'): SessionEvent {
  return {
    type: 'dispute.resolved',
    seq: 9,
    at: start,
    entryId: 'a/01',
    keyPointId,
    outcome,
    before: 'missing',
    after,
    text: '',
  };
}

const pointOf = (sessions: SessionEvent[][], key = 'a/01#k') => masteryOf(sessions).get(key)!;

describe('mastery', () => {
  it('keeps aided and unaided replies apart', () => {
    const point = pointOf([
      [graded({ k: 'missing' }), graded({ k: 'covered' }, { at: start + day, replySeq: 5, aided: true })],
    ]);
    expect(point.unaided).toEqual({ observations: 1, last: 'missing', level: 0 });
    expect(point.aided).toEqual({ observations: 1, last: 'covered', level: 1 });
    expect(point).toMatchObject({ entryId: 'a/01', keyPointId: 'k', claim: 'claim of k', weight: 2 });
  });

  it('counts recent replies more: missing, partial, covered is 5/8', () => {
    const values: VerdictValue[] = ['missing', 'partial', 'covered'];
    const events = values.map((value, index) =>
      graded({ k: value }, { at: start + index * day, replySeq: 3 + 2 * index }),
    );
    expect(pointOf([events]).unaided).toEqual({ observations: 3, last: 'covered', level: 0.625 });
  });

  it('schedules by the verdicts in the order of time, over all sessions', () => {
    const later = [graded({ k: 'covered' }, { at: start + 4 * day, aided: true })];
    const earlier = [graded({ k: 'covered' })];
    const expected = review(
      review(null, ratingOf('covered', false), start),
      ratingOf('covered', true),
      start + 4 * day,
    );
    expect(pointOf([later, earlier]).review).toEqual(expected);
  });

  it('says nothing of ungraded replies', () => {
    expect(masteryOf([[graded({ k: 'missing' }, { state: 'ungraded' })]]).size).toBe(0);
  });

  it('counts a reply that is graded again once, as graded last, at its own time', () => {
    const point = pointOf([
      [graded({ k: 'missing' }, { state: 'provisional' }), graded({ k: 'covered' }, { at: start + day })],
    ]);
    expect(point.unaided).toEqual({ observations: 1, last: 'covered', level: 1 });
    expect(point.review.lastReview).toBe(start);
  });

  it('follows a granted appeal, and not an upheld verdict', () => {
    expect(pointOf([[graded({ k: 'missing' }), appeal('k', 'covered', 'changed')]]).unaided.last).toBe(
      'covered',
    );
    expect(pointOf([[graded({ k: 'missing' }), appeal('k', 'missing', 'upheld')]]).unaided.last).toBe(
      'missing',
    );
    expect(masteryOf([[appeal('k', 'covered', 'changed')]]).size).toBe(0);
  });

  it('keeps replies of the same number in two sessions apart', () => {
    expect(
      pointOf([[graded({ k: 'missing' })], [graded({ k: 'covered' }, { at: start + day })]]).unaided
        .observations,
    ).toBe(2);
  });
});

describe('due points', () => {
  const mastery = masteryOf([
    [
      graded({ known: 'covered', forgotten: 'missing' }),
      graded({ heavy: 'missing' }, { replySeq: 5, weight: 3 }),
      graded({ late: 'covered' }, { replySeq: 7, at: start + 30 * day }),
    ],
  ]);
  const due = (now: number, limit?: number) =>
    duePoints(mastery.values(), { now, ...(limit === undefined ? {} : { limit }) }).map(
      (point) => point.keyPointId,
    );

  it('are none before their time', () => {
    expect(due(start)).toEqual([]);
  });

  it('come the likeliest forgotten first, of equal ones the heaviest', () => {
    expect(due(start + 2 * day)).toEqual(['heavy', 'forgotten']);
    expect(due(start + 10 * day)).toEqual(['heavy', 'forgotten', 'known']);
  });

  it('are no more than asked for', () => {
    expect(due(start + 10 * day, 1)).toEqual(['heavy']);
    expect(due(start + 10 * day, 0)).toEqual([]);
  });
});
