import { describe, expect, it } from 'vitest';
import type { Grade, NewEvent, Report, SessionEvent } from '../../src/protocol.ts';
import {
  advanceVisibility,
  initialVisibility,
  redactEvent,
  redactHistory,
  visibilityOf,
} from '../../src/server/redact.ts';

const grade: Grade = {
  state: 'graded',
  total: 7.5,
  verdicts: [
    {
      keyPointId: 'b-zero',
      claim: 'B starts at zero',
      weight: 3,
      value: 'covered',
      confidence: 0.9,
      replySpan: { start: 0, end: 9, text: 'B is zero' },
      referenceSpan: { start: 0, end: 3, text: 'B=0', lang: 'en' },
    },
  ],
  misconceptions: [],
  judge: 'verifier',
};
const report: Report = {
  lang: 'en',
  mean: 7.5,
  questions: [],
  byModule: [],
  weakest: [],
  readNext: [],
  text: '',
};

const mock: NewEvent = { type: 'session.created', lang: 'en', mode: 'mock' };
const study: NewEvent = { type: 'session.created', lang: 'en', mode: 'study' };
const planned: NewEvent = { type: 'interview.planned', entryIds: ['a/01'], request: {} };
const graded: NewEvent = {
  type: 'reply.graded',
  entryId: 'a/01',
  replySeq: 3,
  scope: 'question',
  aided: false,
  grade,
  feedback: 'Good.',
  lang: 'en',
};
const reported: NewEvent = { type: 'report.made', report };
const ended: NewEvent = { type: 'interview.ended', reason: 'finished' };

function stored(events: readonly NewEvent[]): SessionEvent[] {
  return events.map((event, index) => ({ ...event, seq: index + 1, at: 0 }));
}

/** What each grade of the history shows. */
function totals(events: readonly NewEvent[]): (number | null)[] {
  return redactHistory(stored(events)).flatMap((event) =>
    event.type === 'reply.graded' ? [event.grade.total] : [],
  );
}

/** What each grade showed when it was the last event. */
function liveTotals(events: readonly NewEvent[]): (number | null)[] {
  let visibility = initialVisibility;
  return stored(events).flatMap((event) => {
    visibility = advanceVisibility(visibility, event);
    const shown = redactEvent(event, visibility);
    return shown.type === 'reply.graded' ? [shown.grade.total] : [];
  });
}

describe('what a candidate sees', () => {
  it('in a mock interview nothing of a grade but its place', () => {
    const events = stored([mock, planned, graded]);
    const shown = redactHistory(events)[2];
    expect(shown).toEqual({
      ...events[2],
      feedback: '',
      grade: {
        state: 'ungraded',
        total: null,
        verdicts: [],
        misconceptions: [],
        judge: 'verifier',
        reason: 'mock',
      },
    });
    expect(JSON.stringify(shown)).not.toMatch(/Good|covered|b-zero|7\.5/);
  });

  it.each([
    ['study mode shows grades at once', [study, planned, graded], [7.5], [7.5]],
    ['mock mode hides grades while it runs', [mock, planned, graded, graded], [null, null], [null, null]],
    [
      'the report opens all grades before it',
      [mock, planned, graded, graded, reported],
      [7.5, 7.5],
      [null, null],
    ],
    ['so does the end', [mock, planned, graded, ended], [7.5], [null]],
    [
      'a reply graded after the end is shown',
      [mock, planned, graded, ended, reported, graded],
      [7.5, 7.5],
      [null, 7.5],
    ],
    [
      'a second mock interview hides its own grades only',
      [mock, planned, graded, ended, reported, planned, graded],
      [7.5, null],
      [null, null],
    ],
    [
      'a change of mode counts from there on',
      [study, planned, graded, { type: 'mode.changed', mode: 'mock' } as const, graded],
      [7.5, null],
      [7.5, null],
    ],
  ] as [string, NewEvent[], (number | null)[], (number | null)[]][])('%s', (_name, events, later, live) => {
    expect(totals(events)).toEqual(later);
    expect(liveTotals(events)).toEqual(live);
  });

  it('is every other event as it is, with no number missing', () => {
    const events = stored([mock, planned, graded, ended, reported]);
    const shown = redactHistory(events);
    expect(shown.map((event) => event.seq)).toEqual([1, 2, 3, 4, 5]);
    expect(shown).toEqual(events);
    expect(visibilityOf(events)).toEqual({ mode: 'mock', running: false });
  });
});
