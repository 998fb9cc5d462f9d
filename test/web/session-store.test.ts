import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../web/src/connection/reconnecting-socket.ts';
import { SessionStore } from '../../web/src/connection/session-store.ts';
import type { StoredSession } from '../../web/src/connection/stored-session.ts';
import { FakeSocket } from './fake-socket.ts';
import { asked, created, eventFrame, graded, ready, received, replyText, sessionId } from './fixtures.ts';

function setUp(stored: StoredSession | null = null) {
  const sockets: FakeSocket[] = [];
  const waits: { run: () => void; ms: number }[] = [];
  const memory = { stored };
  let ids = 0;
  const store = new SessionStore({
    openSocket: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    storage: {
      load: () => memory.stored,
      save: (session) => {
        memory.stored = session;
      },
      clear: () => {
        memory.stored = null;
      },
    },
    timers: { set: (run, ms) => waits.push({ run, ms }), clear: () => undefined },
    random: () => 0,
    now: () => 0,
    newId: () => `id${(ids += 1)}`,
  });
  const last = () => sockets.at(-1)!;
  const open = () => {
    store.start({ lang: 'en', mode: 'study', plan: { questions: 3 } });
    last().onopen?.();
    last().say(ready);
    last().say(eventFrame(created, 1));
  };
  return { store, sockets, waits, memory, last, open };
}

describe('a session over a socket', () => {
  it('is created with the plan, and remembered with its token', () => {
    const { last, memory, open, store } = setUp();
    open();
    expect(last().sent).toEqual([
      { type: 'session.create', v: 1, id: 'id1', lang: 'en', mode: 'study', plan: { questions: 3 } },
    ]);
    expect(memory.stored).toEqual({ sessionId, token: 'secret', unsent: [] });
    expect(store.getState().connection).toBe('open');
  });

  it('sends a waiting message again after a loss, under the same id, after resuming where it was', () => {
    const { store, sockets, waits, last, open } = setUp();
    open();
    store.send({ text: replyText });
    const first = last().sent.at(-1);
    last().close();
    expect(store.getState().connection).toBe('waiting');
    expect(store.getState().view.pending).toHaveLength(1);
    waits.at(-1)?.run();
    expect(sockets).toHaveLength(2);
    last().onopen?.();
    expect(last().sent).toMatchObject([{ type: 'session.resume', sessionId, token: 'secret', after: 1 }]);
    last().say({ type: 'session.ready', v: 1, id: 'x', sessionId, lastSeq: 1 });
    expect(last().sent.at(-1)).toEqual(first);
  });

  it('does not send an acknowledged message again', () => {
    const { store, waits, last, open } = setUp();
    open();
    store.send({ text: replyText });
    last().say({ type: 'ack', id: 'id2', sessionId, seq: 2, replayed: false });
    last().close();
    waits.at(-1)?.run();
    last().onopen?.();
    last().say({ type: 'session.ready', v: 1, id: 'x', sessionId, lastSeq: 2 });
    expect(last().sent.map(({ type }) => type)).toEqual(['session.resume']);
    last().say(eventFrame({ ...received, clientId: 'id2' } as typeof received, 2));
    expect(store.getState().view.pending).toEqual([]);
  });

  it('keeps a message written while offline, over a reload too', () => {
    const before = setUp();
    before.open();
    before.last().close();
    before.store.send({ text: 'offline', intent: 'question' });
    const after = setUp(before.memory.stored);
    expect(after.store.restore()).toBe(true);
    expect(after.store.getState().view.pending.map(({ text }) => text)).toEqual(['offline']);
    after.last().onopen?.();
    expect(after.last().sent).toMatchObject([{ type: 'session.resume', after: 0 }]);
    after.last().say({ type: 'session.ready', v: 1, id: 'x', sessionId, lastSeq: 1 });
    expect(after.last().sent.at(-1)).toMatchObject({
      type: 'message.send',
      text: 'offline',
      intent: 'question',
    });
  });

  it('resumes when an event is missing', () => {
    const { last, open } = setUp();
    open();
    last().say(eventFrame(received, 3));
    expect(last().sent.at(-1)).toMatchObject({ type: 'session.resume', after: 1 });
  });

  it('shows a frame that it cannot read, and goes on', () => {
    const { store, last, open } = setUp();
    open();
    for (const data of ['{"type":"martian"}', 'no json', 7]) last().onmessage?.({ data });
    expect(store.getState().view.problems.map(({ kind }) => kind)).toEqual([
      'unreadable',
      'unreadable',
      'unreadable',
    ]);
    last().say(eventFrame(received, 2));
    expect(store.getState().view.lastSeq).toBe(2);
  });

  it('gives up a session that the server no longer knows', () => {
    const { store, last, memory } = setUp({ sessionId, token: 't', unsent: [] });
    store.restore();
    last().onopen?.();
    const { id } = last().sent[0]!;
    const error = { code: 'session-not-found', message: 'gone', requestId: 'r', retryable: false };
    last().say({ type: 'error', id, error });
    expect(store.getState().active).toBe(false);
    expect(memory.stored).toBeNull();
    expect(store.getState().view.problems).toMatchObject([{ kind: 'session-lost' }]);
  });

  it('starts over when it knows more of the session than the server', () => {
    const { store, last, open, waits } = setUp();
    open();
    last().close();
    waits.at(-1)?.run();
    last().onopen?.();
    const { id } = last().sent[0]!;
    const error = { code: 'session-mismatch', message: 'no', requestId: 'r', retryable: false };
    last().say({ type: 'error', id, error });
    expect(last().sent.at(-1)).toMatchObject({ type: 'session.resume', after: 0 });
    last().say({ type: 'session.ready', v: 1, id: 'x', sessionId, lastSeq: 0 });
    expect(store.getState().view).toMatchObject({ lastSeq: 0, sessionId });
  });

  it('reads a mock interview again when its grades open, and shows the old view meanwhile', () => {
    const { store, last, open } = setUp();
    open();
    const withheld = graded({ state: 'ungraded', total: null, verdicts: [], reason: 'mock' });
    const mock = { type: 'mode.changed', mode: 'mock' } as const;
    const past = [created, mock, asked, received] as const;
    const live = [...past, withheld, { type: 'interview.ended', reason: 'finished' } as const];
    live.forEach((draft, index) => last().say(eventFrame(draft, index + 1)));
    expect(last().sent.at(-1)).toMatchObject({ type: 'session.resume', after: 0 });
    const gradeShown = () => store.getState().view.items.find((item) => item.kind === 'grade');
    expect(gradeShown()).toMatchObject({ held: true });
    last().say({ type: 'session.ready', v: 1, id: 'x', sessionId, lastSeq: 6 });
    [...past, graded()].forEach((draft, index) => last().say(eventFrame(draft, index + 1)));
    expect(gradeShown()).toMatchObject({ held: true });
    last().say(eventFrame(live[5]!, 6));
    expect(gradeShown()).toMatchObject({ held: false, grade: { total: 3 } });
    expect(last().sent.filter(({ type }) => type === 'session.resume')).toHaveLength(1);
  });

  it('tries a refused creation again when the server says so', () => {
    const { store, last, waits } = setUp();
    store.start({ lang: 'zh', mode: 'mock' });
    store.send({ text: '问题', intent: 'question' });
    last().onopen?.();
    const error = {
      code: 'overloaded',
      message: 'busy',
      requestId: 'r',
      retryable: true,
      retryAfterSeconds: 9,
    };
    last().say({ type: 'error', id: 'id1', error });
    expect(waits.at(-1)?.ms).toBe(9000);
    waits.at(-1)?.run();
    last().say(ready);
    expect(last().sent.map(({ type }) => type)).toEqual(['session.create', 'session.create', 'message.send']);
  });

  it('starts the next interview in the same session', () => {
    const { store, last, open, sockets } = setUp();
    open();
    store.start({ lang: 'en', mode: 'mock', plan: { module: 'llm' } });
    expect(sockets).toHaveLength(1);
    expect(last().sent.at(-1)).toMatchObject({
      type: 'interview.start',
      mode: 'mock',
      plan: { module: 'llm' },
    });
  });
});

describe('the wait before connecting again', () => {
  it('doubles from half a second to fifteen, less up to a third', () => {
    expect([0, 1, 2, 3, 4, 5, 20].map((attempt) => backoffMs(attempt, 0))).toEqual([
      500, 1000, 2000, 4000, 8000, 15_000, 15_000,
    ]);
    expect(backoffMs(0, 0.999)).toBeGreaterThanOrEqual(333);
  });
});
