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
