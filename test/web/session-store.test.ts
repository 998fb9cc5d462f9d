import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../web/src/connection/reconnecting-socket.ts';
import { SessionStore } from '../../web/src/connection/session-store.ts';
import type { PublicError } from '../../web/src/connection/frames.ts';
import { outboxSize } from '../../web/src/connection/stored-session.ts';
import { FakeBrowser } from './fake-browser.ts';
import { FakeSocket } from './fake-socket.ts';
import {
  asked,
  created,
  eventFrame,
  graded,
  planned,
  ready,
  received,
  replyText,
  sessionId,
} from './fixtures.ts';

/** A tab of a browser, with the page in it. */
function setUp(browser = new FakeBrowser(), name = 'id') {
  const sockets: FakeSocket[] = [];
  const waits: { run: () => void; ms: number; cleared: boolean }[] = [];
  let ids = 0;
  const clock = { now: 0, refusal: null as PublicError | null };
  const store = new SessionStore({
    openSocket: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    storage: browser.tab(),
    timers: {
      set: (run, ms) => waits.push({ run, ms, cleared: false }) - 1,
      clear: (id) => {
        waits[id]!.cleared = true;
      },
    },
    random: () => 0,
    now: () => clock.now,
    newId: () => `${name}${(ids += 1)}`,
    newToken: () => 'chosen'.padEnd(43, '-'),
    whyRefused: async () => clock.refusal,
  });
  const last = () => sockets.at(-1)!;
  const open = () => {
    store.start({ lang: 'en', mode: 'study', plan: { questions: 3 } });
    last().onopen?.();
    last().say(ready);
    last().say(eventFrame(created, 1));
  };
  /** Runs what waits for `ms` and was not called off. */
  const pass = (ms: number) => {
    for (const wait of waits.filter((one) => one.ms === ms && !one.cleared)) {
      wait.cleared = true;
      wait.run();
    }
  };
  /** Opens the socket after a loss, and resumes with what the server has. */
  const resume = (lastSeq: number) => {
    last().onopen?.();
    last().say({ type: 'session.ready', v: 1, id: last().sent[0]!.id, sessionId, lastSeq });
  };
  const sent = () => last().sent.map(({ type }) => type);
  const waiting = () => store.getState().view.pending.map(({ text }) => text);
  return { store, sockets, waits, browser, clock, last, open, pass, resume, sent, waiting };
}

const refused: PublicError = {
  code: 'rate-limited',
  message: 'slow down',
  requestId: 'r',
  retryable: true,
  retryAfterSeconds: 12,
};

describe('a session over a socket', () => {
  it('is created with the plan, and remembered with its token', () => {
    const { last, browser, open, store } = setUp();
    open();
    expect(last().sent).toEqual([
      {
        type: 'session.create',
        v: 1,
        id: 'id1',
        token: 'chosen'.padEnd(43, '-'),
        lang: 'en',
        mode: 'study',
        plan: { questions: 3 },
      },
    ]);
    expect(browser.session()).toEqual({ sessionId, token: 'secret', creating: null, starting: null });
    expect(store.getState().connection).toBe('open');
  });

  it('sends a waiting message again after a loss, under the same id, after resuming where it was', () => {
    const { store, sockets, pass, last, open } = setUp();
    open();
    store.send({ text: replyText });
    const first = last().sent.at(-1);
    last().close();
    expect(store.getState().connection).toBe('waiting');
    expect(store.getState().view.pending).toHaveLength(1);
    pass(500);
    expect(sockets).toHaveLength(2);
    last().onopen?.();
    expect(last().sent).toMatchObject([{ type: 'session.resume', sessionId, token: 'secret', after: 1 }]);
    last().say({ type: 'session.ready', v: 1, id: 'x', sessionId, lastSeq: 1 });
    expect(last().sent.at(-1)).toEqual(first);
  });

  it('does not send an acknowledged message again', () => {
    const { store, pass, last, open } = setUp();
    open();
    store.send({ text: replyText });
    last().say({ type: 'ack', id: 'id2', sessionId, seq: 2, replayed: false });
    last().close();
    pass(500);
    last().onopen?.();
    last().say({ type: 'session.ready', v: 1, id: 'x', sessionId, lastSeq: 2 });
    expect(last().sent.map(({ type }) => type)).toEqual(['session.resume']);
    last().say(eventFrame({ ...received, clientId: 'id2' } as typeof received, 2));
    expect(store.getState().view.pending).toEqual([]);
  });

  it('keeps a message written while offline, over a reload too, and forgets it when it is stored', () => {
    const before = setUp();
    before.open();
    before.last().close();
    before.store.send({ text: 'offline', intent: 'question' });
    const after = setUp(before.browser, 'new');
    expect(after.store.restore()).toBe(true);
    expect(after.waiting()).toEqual(['offline']);
    after.last().onopen?.();
    expect(after.last().sent).toMatchObject([{ type: 'session.resume', after: 0 }]);
    after.last().say({ type: 'session.ready', v: 1, id: 'x', sessionId, lastSeq: 1 });
    // Nothing leaves before the past is known: the message could be in it.
    expect(after.sent()).toEqual(['session.resume']);
    after.last().say(eventFrame(created, 1));
    const message = { type: 'message.send', id: 'id2', text: 'offline', intent: 'question' };
    expect(after.last().sent.at(-1)).toMatchObject(message);
    expect(after.browser.unsent()).toHaveLength(1);
    after.last().say({ type: 'ack', id: 'id2', sessionId, seq: 2, replayed: false });
    after.last().say(eventFrame({ ...received, clientId: 'id2' } as typeof received, 2));
    expect(after.waiting()).toEqual([]);
    expect(after.browser.unsent()).toEqual([]);
  });

  it('sends a message that was stored before the reload no second time', () => {
    const before = setUp();
    before.open();
    before.store.send({ text: 'sent' });
    const after = setUp(before.browser, 'new');
    after.store.restore();
    after.resume(2);
    after.last().say(eventFrame(created, 1));
    after.last().say(eventFrame({ ...received, clientId: 'id2' } as typeof received, 2));
    expect(after.sent()).toEqual(['session.resume']);
    expect(after.browser.unsent()).toEqual([]);
  });

  it('sends what was written offline one by one, in order', () => {
    const { store, last, open, pass, resume, sent, waiting } = setUp();
    open();
    last().close();
    for (const text of ['one', 'two', 'three']) store.send({ text });
    pass(500);
    resume(1);
    expect(sent()).toEqual(['session.resume', 'message.send']);
    const ids = store.getState().view.pending.map(({ id }) => id);
    last().say({ type: 'ack', id: ids[0]!, sessionId, seq: 2, replayed: false });
    expect(last().sent.at(-1)).toMatchObject({ text: 'two' });
    last().say({ type: 'error', id: ids[1]!, error: refused });
    expect(last().sent.at(-1)).toMatchObject({ text: 'three' });
    expect(waiting()).toEqual(['one', 'two', 'three']);
  });

  it('sends a refused message again when the server said, or takes it back', () => {
    const { store, last, open, pass, sent, browser } = setUp();
    open();
    store.send({ text: replyText });
    last().say({ type: 'error', id: 'id2', error: refused });
    expect(store.getState().view.pending).toMatchObject([{ refused: { error: refused } }]);
    pass(12_000);
    expect(sent()).toEqual(['session.create', 'message.send', 'message.send']);
    last().say({ type: 'error', id: 'id2', error: { ...refused, requestId: 'r2' } });
    store.discard('id2');
    pass(12_000);
    expect(sent()).toHaveLength(3);
    expect(browser.unsent()).toEqual([]);
  });

  it('takes no more messages than may wait', () => {
    const { store, last, open, waiting } = setUp();
    open();
    last().close();
    for (let n = 0; n < outboxSize; n += 1) expect(store.send({ text: `${n}` })).toBe(true);
    expect(store.send({ text: 'too much' })).toBe(false);
    expect(waiting()).toHaveLength(outboxSize);
  });

  it('says that a message is not kept when the browser has no room', () => {
    const { store, last, open, browser } = setUp();
    open();
    last().close();
    browser.room = 100;
    store.send({ text: 'x'.repeat(200) });
    expect(store.getState().view.pending).toMatchObject([{ kept: false }]);
  });

  it('reads past what is damaged in the storage', () => {
    const { browser, open, last, store } = setUp();
    open();
    last().close();
    store.send({ text: 'whole' });
    browser.items.set('s.unsent.bad', '{"id":"bad"');
    browser.items.set('s.unsent.other', '{"id":"x","text":"","intent":null,"keyPointId":null,"at":1}');
    const after = setUp(browser, 'new');
    expect(after.store.restore()).toBe(true);
    expect(after.waiting()).toEqual(['whole']);
    expect(browser.unsent()).toHaveLength(1);
    for (const text of ['no json', '[]', '{"sessionId":7}', '{"token":"t"}']) {
      browser.items.set('s', text);
      expect(setUp(browser).store.restore()).toBe(false);
    }
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
    const browser = new FakeBrowser();
    browser.items.set('s', JSON.stringify({ sessionId, token: 't' }));
    const { store, last } = setUp(browser);
    store.restore();
    last().onopen?.();
    const { id } = last().sent[0]!;
    const error = { code: 'session-not-found', message: 'gone', requestId: 'r', retryable: false };
    last().say({ type: 'error', id, error });
    expect(store.getState().active).toBe(false);
    expect(browser.session()).toBeNull();
    expect(store.getState().view.problems).toMatchObject([{ kind: 'session-lost' }]);
  });

  it('starts over when it knows more of the session than the server', () => {
    const { store, last, open, pass } = setUp();
    open();
    last().close();
    pass(500);
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
    const { store, last, pass } = setUp();
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
    expect(store.getState().interruption).toMatchObject({ code: 'overloaded', retryAt: 9000 });
    pass(9000);
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

describe('a start', () => {
  it('that was on its way when the connection went is sent again, under its id', () => {
    const { store, last, open, pass, resume, sent } = setUp();
    open();
    store.start({ lang: 'en', mode: 'mock', plan: { module: 'llm' } });
    const first = last().sent.at(-1);
    last().close();
    expect(store.getState().starting).toBe(true);
    pass(500);
    resume(1);
    expect(last().sent.at(-1)).toEqual(first);
    last().say(eventFrame(planned, 2));
    expect(store.getState().starting).toBe(false);
    last().close();
    pass(500);
    resume(2);
    expect(sent()).toEqual(['session.resume']);
  });

  it('that was carried out is not sent again, though the server was started anew', () => {
    const before = setUp();
    before.open();
    before.store.start({ lang: 'en', mode: 'study', plan: { module: 'llm' } });
    const after = setUp(before.browser, 'new');
    after.store.restore();
    expect(after.store.getState().starting).toBe(true);
    after.resume(2);
    after.last().say(eventFrame(created, 1));
    after.last().say(eventFrame(planned, 2));
    expect(after.sent()).toEqual(['session.resume']);
    expect(after.browser.session()).toMatchObject({ starting: null });
  });

  it('of a session is sent again after a loss and after a reload, under its id', () => {
    const before = setUp();
    before.store.start({ lang: 'en', mode: 'study', plan: { questions: 3 } });
    before.store.send({ text: 'first words' });
    before.last().onopen?.();
    const create = before.last().sent[0];
    before.last().close();
    before.pass(500);
    before.last().onopen?.();
    expect(before.last().sent).toEqual([create]);
    const after = setUp(before.browser, 'new');
    expect(after.store.restore()).toBe(true);
    after.last().onopen?.();
    expect(after.last().sent).toEqual([create]);
    after.last().say({ ...ready, lastSeq: 1 } as typeof ready);
    after.last().say(eventFrame(created, 1));
    expect(after.last().sent.at(-1)).toMatchObject({ type: 'message.send', text: 'first words' });
  });
});

describe('two tabs', () => {
  function twoTabs() {
    const one = setUp();
    const two = setUp(one.browser, 'two');
    one.open();
    two.resume(1);
    two.last().say(eventFrame(created, 1));
    return { one, two };
  }

  it('are on the same session as soon as one opens it', () => {
    const { two } = twoTabs();
    expect(two.store.getState()).toMatchObject({ active: true, restoring: false, view: { sessionId } });
    expect(two.last().sent).toMatchObject([{ type: 'session.resume', sessionId, token: 'secret' }]);
  });

  it('show a message of either, and only its own tab sends it', () => {
    const { one, two } = twoTabs();
    one.store.send({ text: 'from one' });
    expect(two.waiting()).toEqual(['from one']);
    two.last().say({ type: 'turn.start', sessionId, id: 'other' });
    expect(two.sent()).toEqual(['session.resume']);
    for (const { last } of [one, two])
      last().say(eventFrame({ ...received, clientId: 'id2' } as typeof received, 2));
    expect([one.waiting(), two.waiting(), one.browser.unsent()]).toEqual([[], [], []]);
    expect(two.store.getState().view.items).toHaveLength(1);
  });

  it('send what a tab that was closed could not', () => {
    const { one, two } = twoTabs();
    one.last().close();
    one.store.send({ text: 'left behind' });
    two.pass(5_000);
    expect(two.last().sent.at(-1)).toMatchObject({ type: 'message.send', id: 'id2', text: 'left behind' });
  });

  it('take back a message together', () => {
    const { one, two } = twoTabs();
    one.last().close();
    one.store.send({ text: 'never mind' });
    one.store.discard('id2');
    expect(two.waiting()).toEqual([]);
  });

  it('leave a session together, and go on to the next', () => {
    const { one, two } = twoTabs();
    one.store.forget();
    expect(two.store.getState()).toMatchObject({ active: false, connection: 'off' });
    one.store.start({ lang: 'en', mode: 'study' });
    one.last().onopen?.();
    one.last().say({ ...ready, sessionId: 's2' } as typeof ready);
    expect(two.store.getState()).toMatchObject({ active: true, view: { sessionId: 's2' } });
  });
});

describe('the connection', () => {
  it('tells how long until the next attempt, and tries at once when asked', () => {
    const { store, sockets, last, open, clock } = setUp();
    open();
    clock.now = 1_000;
    last().close();
    expect(store.getState().interruption).toEqual({ code: 'away', since: 1_000, retryAt: 1_500 });
    store.reconnect();
    expect(sockets).toHaveLength(2);
    last().close();
    expect(store.getState().interruption).toMatchObject({ since: 1_000, retryAt: 2_000 });
  });

  it('asks why a socket was refused, and waits as long as the server says', async () => {
    const { store, sockets, clock, last, pass } = setUp();
    clock.refusal = refused;
    store.start({ lang: 'en', mode: 'study' });
    last().close();
    await Promise.resolve();
    expect(store.getState().interruption).toEqual({ code: 'rate-limited', since: 0, retryAt: 12_000 });
    pass(500);
    expect(sockets).toHaveLength(1);
    pass(12_000);
    expect(sockets).toHaveLength(2);
  });

  it('is replaced when a message stays without an acknowledgement and the server without a word', () => {
    const { store, sockets, open, pass, resume, sent } = setUp();
    open();
    store.send({ text: replyText });
    pass(8_000);
    expect(sent()).toEqual(['session.create', 'message.send', 'session.resume']);
    pass(5_000);
    expect(sockets).toHaveLength(2);
    resume(1);
    expect(sent()).toEqual(['session.resume', 'message.send']);
  });

  it('stays when the server answers, and sends nothing twice over it', () => {
    const { store, sockets, last, open, pass, sent } = setUp();
    open();
    store.send({ text: replyText });
    pass(8_000);
    last().say({ type: 'session.ready', v: 1, id: last().sent.at(-1)!.id, sessionId, lastSeq: 1 });
    pass(5_000);
    expect(sockets).toHaveLength(1);
    expect(sent()).toEqual(['session.create', 'message.send', 'session.resume']);
  });

  it('keeps the session when this page is too old for the server, or the server fails', () => {
    for (const [code, connection] of [
      ['protocol-version', 'off'],
      ['internal', 'open'],
    ] as const) {
      const { store, browser, last, open, pass } = setUp();
      open();
      last().close();
      pass(500);
      last().onopen?.();
      const error = { code, message: '', requestId: 'r', retryable: false };
      last().say({ type: 'error', id: last().sent[0]!.id, error });
      expect(store.getState()).toMatchObject({ active: true, connection, interruption: { code } });
      expect(browser.session()).toMatchObject({ sessionId });
    }
  });

  it('shows a long session once it is read, not at every event', () => {
    const { store, last } = (() => {
      const browser = new FakeBrowser();
      browser.items.set('s', JSON.stringify({ sessionId, token: 't' }));
      return setUp(browser);
    })();
    store.restore();
    last().onopen?.();
    last().say({ type: 'session.ready', v: 1, id: last().sent[0]!.id, sessionId, lastSeq: 100 });
    let shown = 0;
    store.subscribe(() => (shown += 1));
    for (let seq = 1; seq <= 100; seq += 1) last().say(eventFrame(created, seq));
    expect(shown).toBeLessThanOrEqual(3);
    expect(store.getState()).toMatchObject({ restoring: false, view: { lastSeq: 100 } });
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
