import { describe, expect, it } from 'vitest';
import type { PublicError } from '../../web/src/connection/frames.ts';
import type { GradeItem, Item } from '../../web/src/connection/items.ts';
import { isGap, reduceView, type SessionView } from '../../web/src/connection/session-view.ts';
import {
  asked,
  attached,
  created,
  eventFrame,
  grade,
  graded,
  planned,
  received,
  replyText,
  sessionId,
  viewOf,
  type Draft,
} from './fixtures.ts';

const limited: PublicError = {
  code: 'rate-limited',
  message: 'slow down',
  requestId: 'r1',
  retryable: true,
  retryAfterSeconds: 12,
};

function kinds(view: SessionView): Item['kind'][] {
  return view.items.map((item) => item.kind);
}

function gradeItem(view: SessionView): GradeItem {
  const item = view.items.find((item) => item.kind === 'grade');
  if (item?.kind !== 'grade') throw new Error('no grade in the view');
  return item;
}

function queue(view: SessionView, id: string): SessionView {
  return reduceView(view, {
    type: 'message.queued',
    message: { id, text: replyText, intent: null, keyPointId: null, at: 0 },
    kept: true,
    tried: false,
  });
}

describe('the session view', () => {
  it('builds the conversation from events, in their order', () => {
    const view = viewOf([created, planned, asked, received, graded()]);
    expect(kinds(view)).toEqual(['planned', 'question', 'message', 'grade']);
    expect(view.open?.text).toBe('What is LoRA?');
    expect(view.phase).toBe('question');
    expect(view.lastSeq).toBe(5);
  });

  it('gives a grade the text of the reply that its spans count in', () => {
    expect(gradeItem(viewOf([created, planned, asked, received, graded()])).replyText).toBe(replyText);
  });

  it('applies an event once, however often it arrives', () => {
    const view = viewOf([created, planned, asked]);
    expect(reduceView(view, { type: 'frame', frame: eventFrame(asked, 3), at: 0 })).toBe(view);
  });

  it('leaves out an event after a gap, and says that there is one', () => {
    const view = viewOf([created]);
    const late = eventFrame(asked, 3);
    expect(isGap(view, late)).toBe(true);
    expect(reduceView(view, { type: 'frame', frame: late, at: 0 })).toBe(view);
  });

  it('ignores the frames of another session', () => {
    const view = viewOf([created]);
    const frame = { ...eventFrame(planned, 2), sessionId: 'other' };
    expect(reduceView(view, { type: 'frame', frame, at: 0 })).toBe(view);
  });

  it('keeps what a provisional grade said beside the one that took its place', () => {
    const first = graded({ state: 'provisional', total: 1 });
    const view = viewOf([created, planned, asked, received, first, graded()]);
    expect(view.items.filter((item) => item.kind === 'grade')).toHaveLength(1);
    expect(gradeItem(view)).toMatchObject({ grade: { state: 'graded', total: 3 }, before: { total: 1 } });
    expect(gradeItem(viewOf([created, planned, asked, received, graded()])).before).toBeUndefined();
  });

  it('replaces a queued reply’s grade by the later one, where it stands', () => {
    const view = viewOf([
      created,
      planned,
      asked,
      received,
      graded({ state: 'ungraded', total: null, verdicts: [], reason: 'no judge' }),
      { type: 'coach.said', text: 'Later, then.', about: 'ungraded' },
      graded(),
    ]);
    expect(kinds(view)).toEqual(['planned', 'question', 'message', 'grade', 'said']);
    expect(gradeItem(view).grade.total).toBe(3);
  });

  it('holds grades back in a mock interview until it ends', () => {
    const mock = viewOf([
      { type: 'session.created', lang: 'en', mode: 'mock' },
      planned,
      asked,
      received,
      graded(),
    ]);
    expect(gradeItem(mock).held).toBe(true);
    const ended = viewOf([{ type: 'interview.ended', reason: 'finished' }], mock);
    expect(gradeItem(ended).held).toBe(false);
    expect(ended.phase).toBe('finished');
    expect(ended.open).toBeNull();
  });

  it('knows that the coach asks back what a message was, until the next message', () => {
    const view = viewOf([
      created,
      planned,
      asked,
      received,
      { type: 'coach.said', text: '?', about: 'confirm-intent' },
    ]);
    expect(view.phase).toBe('confirm');
    const answered: Draft = {
      type: 'message.received',
      clientId: 'm2',
      text: 'my answer',
      intent: 'reply',
      confidence: 0.5,
      runnerUp: 'question',
    };
    expect(viewOf([answered], view).phase).toBe('question');
  });

  it('notes a dispute’s outcome on the verdict, with the new grade', () => {
    const better = { ...grade, total: 6.5 };
    const view = viewOf([
      created,
      planned,
      asked,
      received,
      graded(),
      {
        type: 'dispute.resolved',
        entryId: 'a/b/01',
        keyPointId: 'no-latency',
        outcome: 'changed',
        before: 'contradicted',
        after: 'partial',
        text: 'You did say so.',
        grade: better,
      },
    ]);
    expect(gradeItem(view).disputes['no-latency']?.after).toBe('partial');
    expect(gradeItem(view).grade.total).toBe(6.5);
    expect(view.items.at(-1)).toMatchObject({ kind: 'dispute', claim: 'No latency after merging' });
  });

  it('shows what is being done for an answer, and forgets what was written before', () => {
    const shown = (
      [
        { type: 'turn.start', sessionId, id: 'm1' },
        { type: 'answer.start', sessionId, id: 'm1' },
        { type: 'answer.delta', sessionId, id: 'm1', text: 'Let me look.' },
        { type: 'answer.stage', sessionId, id: 'm1', stage: { kind: 'searching', query: 'LoRA' } },
      ] as const
    ).reduce((view, frame) => reduceView(view, { type: 'frame', frame, at: 0 }), viewOf([created]));
    expect(shown.writing).toBeNull();
    expect(shown.stage).toEqual({ kind: 'searching', query: 'LoRA' });
    const frame = { type: 'turn.end', sessionId, id: 'm1', phase: 'lobby' } as const;
    expect(reduceView(shown, { type: 'frame', frame, at: 0 }).stage).toBeNull();
  });

  it('shows an answer as it is written, until the checked one comes', () => {
    const start = viewOf([created]);
    const frames = [
      { type: 'answer.start', sessionId, id: 'm1' },
      { type: 'answer.delta', sessionId, id: 'm1', text: 'Low ' },
      { type: 'answer.delta', sessionId, id: 'm1', text: 'rank.' },
    ] as const;
    const writing = frames.reduce((view, frame) => reduceView(view, { type: 'frame', frame, at: 0 }), start);
    expect(writing.writing?.text).toBe('Low rank.');
    const given = viewOf(
      [
        {
          type: 'answer.given',
          question: '?',
          lang: 'en',
          answer: { kind: 'refused', text: 'Not covered.', nearest: [] },
        },
      ],
      writing,
    );
    expect(given.writing).toBeNull();
  });
});

describe('pending messages', () => {
  it('stay until the server shows them stored', () => {
    let view = queue(viewOf([created, planned, asked]), 'm1');
    expect(view.pending.map(({ id, acked }) => [id, acked])).toEqual([['m1', false]]);
    view = reduceView(view, {
      type: 'frame',
      frame: { type: 'ack', id: 'm1', sessionId, seq: 4, replayed: false },
      at: 0,
    });
    expect(view.pending.map(({ id, acked }) => [id, acked])).toEqual([['m1', true]]);
    expect(viewOf([received], view).pending).toEqual([]);
  });

  it('go when an acknowledgement names an event already shown', () => {
    const view = queue(viewOf([created, planned, asked, received]), 'm1');
    const frame = { type: 'ack', id: 'm1', sessionId, seq: 4, replayed: true } as const;
    expect(reduceView(view, { type: 'frame', frame, at: 0 }).pending).toEqual([]);
  });

  it('keep the reason of a refusal and its time, and lose it when sent again', () => {
    const frame = { type: 'error', id: 'm1', error: limited } as const;
    const refused = reduceView(queue(attached(), 'm1'), { type: 'frame', frame, at: 77 });
    expect(refused.pending[0]?.refused).toEqual({ error: limited, at: 77 });
    expect(refused.problems).toEqual([]);
    expect(reduceView(refused, { type: 'message.retried', id: 'm1' }).pending[0]?.refused).toBeNull();
  });

  it('have a place while they wait in the queue, and none once stored, refused or cut off from it', () => {
    const frame = (position: number) =>
      ({ type: 'frame', frame: { type: 'turn.queued', sessionId, id: 'm1', position }, at: 0 }) as const;
    const place = (view: SessionView) => view.pending[0]?.place;
    const waiting = reduceView(queue(attached(), 'm1'), frame(3));
    expect(place(queue(attached(), 'm1'))).toBeNull();
    expect(place(waiting)).toBe(3);
    expect(place(reduceView(waiting, frame(2)))).toBe(2);
    const ack = { type: 'ack', id: 'm1', sessionId, seq: 9, replayed: false } as const;
    expect(place(reduceView(waiting, { type: 'frame', frame: ack, at: 0 }))).toBeNull();
    const error = { type: 'error', id: 'm1', error: limited } as const;
    expect(place(reduceView(waiting, { type: 'frame', frame: error, at: 0 }))).toBeNull();
    expect(place(reduceView(waiting, { type: 'connection.lost' }))).toBeNull();
  });
});

describe('problems', () => {
  it('are shown for errors of no message, and can be dismissed', () => {
    const view = reduceView(attached(), { type: 'frame', frame: { type: 'error', error: limited }, at: 5 });
    expect(view.problems).toEqual([{ id: 'r1', kind: 'server', error: limited, at: 5 }]);
    expect(reduceView(view, { type: 'problem.dismissed', id: 'r1' }).problems).toEqual([]);
  });

  it('keep what a lost session never got', () => {
    const view = reduceView(queue(viewOf([created]), 'm1'), { type: 'session.lost', error: limited });
    expect(view.items).toEqual([]);
    expect(view.problems).toEqual([{ id: 'r1', kind: 'session-lost', error: limited, unsent: [replyText] }]);
  });

  it('do not pile up', () => {
    const view = ['1', '2', '3', '4', '5'].reduce(
      (view, id) => reduceView(view, { type: 'frame.unreadable', id }),
      attached(),
    );
    expect(view.problems.map(({ id }) => id)).toEqual(['3', '4', '5']);
  });
});
