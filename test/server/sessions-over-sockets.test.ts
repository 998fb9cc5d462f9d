import { afterEach, describe, expect, it } from 'vitest';
import type { NewEvent } from '../../src/protocol.ts';
import { hashToken } from '../../src/server/tokens.ts';
import { said } from '../sessions/events.ts';
import { startServer, type TestServer } from './harness.ts';

let running: TestServer | null = null;
async function start(change: Parameters<typeof startServer>[0] = {}): Promise<TestServer> {
  running = await startServer(change);
  return running;
}
afterEach(async () => {
  await running?.stop();
  running = null;
});

/** Resolves when the promise's owner says so. */
function gate(): { open: () => void; opened: Promise<void> } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

describe('a session over a socket', () => {
  it('is created with a token that only its hash is stored of, and starts with its events', async () => {
    const { connect, log } = await start();
    const client = await connect();
    const { sessionId, token } = await client.create({ plan: { questions: 3 } });
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(await log.tokenHash(sessionId)).toBe(hashToken(token));
    await client.until((frame) => frame.type === 'event' && frame.event.type === 'question.asked');
    expect(client.frames.map((frame) => frame.type)).toEqual(['session.ready', 'event', 'event']);
    expect(client.seqs(sessionId)).toEqual([1, 2]);
  });

  it('acknowledges, starts, tells and ends a turn in this order', async () => {
    const { connect } = await start();
    const client = await connect();
    const { sessionId } = await client.create();
    const from = client.frames.length;
    const id = await client.say(sessionId, 'B is zero');
    expect(client.frames.slice(from).map((frame) => frame.type)).toEqual([
      'ack',
      'turn.start',
      'event',
      'event',
      'turn.end',
    ]);
    expect(await client.next('ack')).toEqual({ type: 'ack', id, sessionId, seq: 2, replayed: false });
    expect(await client.next('turn.end')).toMatchObject({ id, phase: 'question' });
  });

  it('stores a message id once, and says so when it comes again', async () => {
    const { connect, log } = await start();
    const client = await connect();
    const { sessionId } = await client.create();
    const id = await client.say(sessionId, 'once');
    const from = client.frames.length;
    client.send({ type: 'message.send', sessionId, text: 'once', id });
    expect(await client.next('ack', from)).toMatchObject({ id, seq: 2, replayed: true });
    expect((await log.read(sessionId)).filter((event) => event.type === 'message.received')).toHaveLength(1);
  });

  it('takes the same id sent twice at once as one message', async () => {
    const { connect, log } = await start();
    const client = await connect();
    const { sessionId } = await client.create();
    for (let copy = 0; copy < 5; copy += 1)
      client.send({ type: 'message.send', sessionId, text: 'x', id: 'same' });
    await client.until(() => client.frames.filter((frame) => frame.type === 'ack').length === 5);
    const acks = client.frames.filter((frame) => frame.type === 'ack');
    expect(acks.filter((ack) => ack.replayed)).toHaveLength(4);
    expect(new Set(acks.map((ack) => ack.seq))).toEqual(new Set([2]));
    expect(await log.read(sessionId)).toHaveLength(3);
  });

  it('lets every attached connection hear everything', async () => {
    const { connect } = await start();
    const [one, two] = [await connect(), await connect()];
    const session = await one.create();
    await two.resume(session);
    const id = await one.say(session.sessionId, 'hello');
    await two.until((frame) => frame.type === 'turn.end' && frame.id === id);
    await two.say(session.sessionId, 'hello from the other');
    await one.until((frame) => frame.type === 'event' && frame.event.seq === 5);
    expect(one.seqs(session.sessionId)).toEqual([1, 2, 3, 4, 5]);
    expect(two.seqs(session.sessionId)).toEqual([1, 2, 3, 4, 5]);
    // The acknowledgement is for the sender alone.
    expect(two.frames.filter((frame) => frame.type === 'ack')).toHaveLength(1);
  });

  it('holds several sessions on one connection, each proven by its own token', async () => {
    const { connect } = await start();
    const client = await connect();
    const a = await client.create();
    const b = await client.create();
    await client.say(a.sessionId, 'to a');
    await client.say(b.sessionId, 'to b');
    expect(client.seqs(a.sessionId)).toEqual([1, 2, 3]);
    expect(client.seqs(b.sessionId)).toEqual([1, 2, 3]);
  });

  it('starts an interview in an open session', async () => {
    const { connect } = await start();
    const client = await connect();
    const { sessionId } = await client.create();
    const id = client.send({ type: 'interview.start', sessionId, plan: { topic: 'LoRA' } });
    expect(await client.next('turn.end')).toMatchObject({ id, phase: 'question' });
    expect(client.seqs(sessionId)).toEqual([1, 2]);
  });
});

describe('resuming', () => {
  it('replays what came after a number, then goes on live', async () => {
    const { connect } = await start();
    const one = await connect();
    const session = await one.create();
    await one.say(session.sessionId, 'first');
    one.socket.terminate();
    const two = await connect();
    expect(await two.resume(session, 2)).toMatchObject({ lastSeq: 3, sessionId: session.sessionId });
    await two.say(session.sessionId, 'second');
    expect(two.seqs(session.sessionId)).toEqual([3, 4, 5]);
  });

  it('neither loses nor repeats an event while a session is written to', async () => {
    const { connect } = await start({
      limits: {
        messagesPerMinute: 1000,
        messagesPerMinutePerAddress: 1000,
        turnsPerSession: 1000,
        framesPerTenSeconds: 1000,
      },
    });
    const writer = await connect();
    const session = await writer.create();
    const readers = [];
    for (let round = 0; round < 10; round += 1) {
      for (let message = 0; message < 8; message += 1) {
        writer.send({
          type: 'message.send',
          sessionId: session.sessionId,
          text: 'x',
          id: `m${round}.${message}`,
        });
      }
      const reader = await connect();
      reader.send({ type: 'session.resume', ...session, after: round });
      readers.push({ reader, after: round });
    }
    const last = 1 + 10 * 8 * 2;
    for (const { reader, after } of readers) {
      await reader.until((frame) => frame.type === 'event' && frame.event.seq === last);
      expect(reader.seqs(session.sessionId)).toEqual(
        Array.from({ length: last - after }, (_, index) => after + index + 1),
      );
    }
  });

  it('reads again when an event was stored by somebody else in between', async () => {
    const { connect, log } = await start();
    const client = await connect();
    const { sessionId } = await client.create();
    await log.append(sessionId, 1, [said('by another server')]);
    await client.say(sessionId, 'here');
    await client.until((frame) => frame.type === 'event' && frame.event.seq === 4);
    expect(client.seqs(sessionId)).toEqual([1, 2, 3, 4]);
  });

  it('refuses a number beyond the end', async () => {
    const { connect } = await start();
    const client = await connect();
    const session = await client.create();
    const id = client.send({ type: 'session.resume', ...session, after: 9 });
    expect(await client.error(id)).toMatchObject({ code: 'session-mismatch', retryable: false });
  });

  it('sends a session again to a connection that asks for it twice', async () => {
    const { connect } = await start();
    const client = await connect();
    const session = await client.create();
    await client.resume(session, 0);
    await client.say(session.sessionId, 'x');
    expect(client.seqs(session.sessionId)).toEqual([1, 1, 2, 3]);
  });

  it('has the engine finish what was interrupted', async () => {
    const finished: NewEvent[] = [said('finished now')];
    const { connect, engine } = await start({ script: { recover: () => finished.splice(0) } });
    const client = await connect();
    const { sessionId } = await client.create();
    await client.until((frame) => frame.type === 'event' && frame.event.seq === 2);
    expect(client.seqs(sessionId)).toEqual([1, 2]);
    expect(engine.calls.filter((call) => call.name === 'recover')).toEqual([{ name: 'recover', sessionId }]);
  });

  it('goes on after the server was stopped and started on the same log', async () => {
    const first = await start();
    const client = await first.connect();
    const session = await client.create();
    await client.say(session.sessionId, 'kept');
    const events = await first.log.read(session.sessionId);
    expect(events.map((event) => event.seq)).toEqual([1, 2, 3]);
    await first.server.close();
    expect(await client.closeCode()).toBe(1001);
  });
});

describe('a streamed answer', () => {
  const answered: NewEvent = {
    type: 'answer.given',
    question: 'why?',
    lang: 'en',
    answer: { kind: 'refused', text: 'Not in the material.', nearest: [] },
  };

  it('is framed by start and end, and followed by the whole answer', async () => {
    const { connect } = await start({
      script: {
        reply: (_message, hooks) => {
          hooks.onDelta?.('Because ');
          hooks.onDelta?.('of B.');
          return [answered];
        },
      },
    });
    const client = await connect();
    const { sessionId } = await client.create();
    await client.say(sessionId, 'why?');
    expect(client.frames.slice(2).map((frame) => frame.type)).toEqual([
      'ack',
      'turn.start',
      'event',
      'answer.start',
      'answer.delta',
      'answer.delta',
      'answer.end',
      'event',
      'turn.end',
    ]);
  });

  it('stops at its next piece when nobody is attached any more', async () => {
    const left = gate();
    const aborted = gate();
    const { connect } = await start({
      script: {
        reply: async (_message, hooks) => {
          hooks.onDelta?.('one ');
          await left.opened;
          expect(hooks.signal?.aborted).toBe(false);
          hooks.onDelta?.('two ');
          if (hooks.signal?.aborted) aborted.open();
          return [answered];
        },
      },
    });
    const client = await connect();
    const { sessionId } = await client.create();
    client.send({ type: 'message.send', sessionId, text: 'why?' });
    await client.next('answer.delta');
    client.socket.close();
    await client.closeCode();
    await new Promise((resolve) => setTimeout(resolve, 50));
    left.open();
    await aborted.opened;
  });

  it('goes on while somebody else is attached', async () => {
    const left = gate();
    const { connect } = await start({
      script: {
        reply: async (_message, hooks) => {
          hooks.onDelta?.('one ');
          await left.opened;
          hooks.onDelta?.('two ');
          return hooks.signal?.aborted ? [] : [answered];
        },
      },
    });
    const [one, two] = [await connect(), await connect()];
    const session = await one.create();
    await two.resume(session);
    one.send({ type: 'message.send', sessionId: session.sessionId, text: 'why?' });
    await two.next('answer.delta');
    one.socket.close();
    await one.closeCode();
    left.open();
    expect(await two.next('turn.end')).toMatchObject({ phase: 'question' });
  });

  it('is stopped by turn.cancel, for attached connections only', async () => {
    const { connect, engine } = await start();
    const client = await connect();
    const { sessionId } = await client.create();
    client.send({ type: 'turn.cancel', sessionId });
    await client.say(sessionId, 'x');
    expect(engine.calls).toContainEqual({ name: 'cancel', sessionId });
    const stranger = await connect();
    const id = stranger.send({ type: 'turn.cancel', sessionId });
    expect((await stranger.error(id)).code).toBe('unauthorized');
  });
});

describe('stopping the server', () => {
  it('waits for a running turn, so that what was acknowledged is answered in the log', async () => {
    const release = gate();
    const events: NewEvent[] = [said('late')];
    const test = await start({
      script: {
        reply: async () => {
          await release.opened;
          return events;
        },
      },
    });
    const stored: unknown[] = [];
    const client = await test.connect();
    const { sessionId } = await client.create();
    client.send({ type: 'message.send', sessionId, text: 'x' });
    await client.next('turn.start');
    const append = test.log.append.bind(test.log);
    test.log.append = async (...args) => {
      const result = await append(...args);
      stored.push(...result);
      return result;
    };
    const closing = test.server.close();
    expect(await client.closeCode()).toBe(1001);
    await expect(test.connect()).rejects.toThrow();
    release.open();
    await closing;
    expect(stored).toMatchObject([{ type: 'coach.said', text: 'late' }]);
    await expect(test.log.read(sessionId)).rejects.toMatchObject({ code: 'storage-failed' });
  });

  it('does not wait for ever', async () => {
    const test = await start({
      limits: { stopTimeoutMs: 100 },
      script: { reply: async () => new Promise<never>(() => undefined) },
    });
    const client = await test.connect();
    const { sessionId } = await client.create();
    client.send({ type: 'message.send', sessionId, text: 'x' });
    await client.next('turn.start');
    const before = performance.now();
    await test.server.close();
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});
