import { afterEach, describe, expect, it } from 'vitest';
import type { NewEvent } from '../../src/protocol.ts';
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

  it('is told in stages, and begins anew after each', async () => {
    const { connect } = await start({
      script: {
        reply: (_message, hooks) => {
          hooks.onStage?.({ kind: 'thinking' });
          hooks.onDelta?.('Let me look.');
          hooks.onStage?.({ kind: 'searching', query: 'LoRA' });
          hooks.onStage?.({ kind: 'writing' });
          hooks.onDelta?.('Because of B.');
          return [answered];
        },
      },
    });
    const client = await connect();
    const { sessionId } = await client.create();
    await client.say(sessionId, 'why?');
    const frames = client.frames.slice(5);
    expect(frames.map((frame) => frame.type)).toEqual([
      'answer.stage',
      'answer.start',
      'answer.delta',
      'answer.end',
      'answer.stage',
      'answer.stage',
      'answer.start',
      'answer.delta',
      'answer.end',
      'event',
      'turn.end',
    ]);
    expect(frames[4]).toMatchObject({ sessionId, stage: { kind: 'searching', query: 'LoRA' } });
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
