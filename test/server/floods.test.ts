/** Too much of everything: limits, each with its code. */
import { afterEach, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from './harness.ts';

let test: TestServer;
async function start(change: Parameters<typeof startServer>[0]): Promise<void> {
  test = await startServer(change);
}
afterEach(async () => test.stop());

/** The server lives, and serves others. */
async function stillServes(): Promise<void> {
  const other = await test.connect();
  const { sessionId } = await other.create();
  await other.say(sessionId, 'still here');
}

describe('floods', () => {
  it('limits the messages of a session, and says when to try again', async () => {
    await start({ limits: { messagesPerMinute: 3 } });
    const flooder = await test.connect();
    const { sessionId } = await flooder.create();
    for (let message = 0; message < 3; message += 1) await flooder.say(sessionId, 'x');
    const id = flooder.send({ type: 'message.send', sessionId, text: 'one too many' });
    const error = await flooder.error(id);
    expect(error).toMatchObject({ code: 'rate-limited', retryable: true });
    expect(error.retryAfterSeconds).toBeGreaterThan(0);
    expect(error.retryAfterSeconds).toBeLessThanOrEqual(60);
    const another = await flooder.create();
    await flooder.say(another.sessionId, 'another session goes on');
  });

  it('limits the messages of an address over all its sessions', async () => {
    await start({ limits: { messagesPerMinutePerAddress: 2 } });
    const flooder = await test.connect();
    for (let session = 0; session < 2; session += 1)
      await flooder.say((await flooder.create()).sessionId, 'x');
    const id = flooder.send({
      type: 'message.send',
      sessionId: (await flooder.create()).sessionId,
      text: 'x',
    });
    expect((await flooder.error(id)).code).toBe('rate-limited');
  });

  it('limits how much an address has read to it, by what it costs', async () => {
    await start({ limits: { replaysPerMinutePerAddress: 5, messagesPerMinute: 100 } });
    const owner = await test.connect();
    const session = await owner.create();
    for (let message = 0; message < 11; message += 1) await owner.say(session.sessionId, 'x'.repeat(20_000));
    // The creation took one point, each of these takes three.
    const again = await test.connect();
    await again.resume(session);
    const third = await test.connect();
    const id = third.send({ type: 'session.resume', ...session, after: 0 });
    expect(await third.error(id)).toMatchObject({ code: 'rate-limited', retryable: true });
  });

  it('limits new sessions of an address', async () => {
    await start({ limits: { sessionsPerMinutePerAddress: 2 } });
    const flooder = await test.connect();
    await flooder.create();
    await flooder.create();
    const id = flooder.send({ type: 'session.create', lang: 'en' });
    expect((await flooder.error(id)).code).toBe('rate-limited');
  });

  it('answers a flood of frames with rate-limited, then closes (1008)', async () => {
    await start({ limits: { framesPerTenSeconds: 20 } });
    const flooder = await test.connect();
    for (let frame = 0; frame < 5_000; frame += 1) flooder.raw('x');
    expect(await flooder.closeCode()).toBe(1008);
    const codes = flooder.frames.map((frame) => (frame.type === 'error' ? frame.error.code : frame.type));
    expect(codes.slice(0, 20)).toEqual(Array(20).fill('frame-invalid'));
    expect(new Set(codes.slice(20))).toEqual(new Set(['rate-limited']));
    expect(codes.length).toBeLessThanOrEqual(200);
    await stillServes();
  });

  it('limits the turns that wait in one session', async () => {
    await start({
      limits: { turnsPerSession: 2, stopTimeoutMs: 50 },
      script: { reply: async () => new Promise<never>(() => undefined) },
    });
    const flooder = await test.connect();
    const { sessionId } = await flooder.create();
    for (let message = 0; message < 2; message += 1)
      flooder.send({ type: 'message.send', sessionId, text: 'x' });
    const id = flooder.send({ type: 'message.send', sessionId, text: 'x' });
    expect(await flooder.error(id)).toMatchObject({ code: 'overloaded', retryable: true });
  });

  it('limits sockets of an address', async () => {
    await start({ limits: { connectionsPerAddress: 2 } });
    const open = [await test.connect(), await test.connect()];
    await expect(test.connect()).rejects.toMatchObject({ status: 429 });
    // A browser hides that status from its page, which asks here.
    const refused = await test.fetch('/ws');
    expect(refused.status).toBe(429);
    expect(refused.json()).toMatchObject({
      error: { code: 'rate-limited', retryAfterSeconds: 10 },
    });
    open[0]!.socket.close();
    await open[0]!.closeCode();
    expect((await test.fetch('/ws')).status).toBe(204);
    await stillServes();
  });

  it('limits sockets altogether, and sessions held', async () => {
    await start({ limits: { connections: 2, sessions: 2, sessionsPerConnection: 2 } });
    const [one, two] = [await test.connect(), await test.connect()];
    await expect(test.connect()).rejects.toMatchObject({ status: 503 });
    await one.create();
    await one.create();
    expect((await one.error(one.send({ type: 'session.create', lang: 'en' }))).message).toContain(
      'One connection',
    );
    expect((await two.error(two.send({ type: 'session.create', lang: 'en' }))).code).toBe('overloaded');
  });

  it('cuts off a client that reads nothing', async () => {
    const event = { type: 'coach.said', about: 'greeting', text: 'x'.repeat(100_000) } as const;
    await start({
      limits: { messagesPerMinute: 1000, messagesPerMinutePerAddress: 1000, bufferedBytes: 300_000 },
      script: { reply: () => Array.from({ length: 20 }, () => event) },
    });
    const writer = await test.connect();
    const session = await writer.create();
    const stalled = await test.connect();
    await stalled.resume(session);
    stalled.socket.pause();
    for (let message = 0; message < 20; message += 1) await writer.say(session.sessionId, 'more');
    expect(test.logged.join('')).toContain('reads too slowly');
    stalled.socket.resume();
    expect(await stalled.closeCode()).toBe(1006);
  });

  it('replays a session larger than the buffer to a client that reads', async () => {
    const event = { type: 'coach.said', about: 'greeting', text: 'x'.repeat(100_000) } as const;
    await start({
      limits: { bufferedBytes: 300_000 },
      script: { reply: () => Array.from({ length: 20 }, () => event) },
    });
    const writer = await test.connect();
    const session = await writer.create();
    const id = writer.send({ type: 'message.send', sessionId: session.sessionId, text: 'x' });
    await writer.until((frame) => frame.type === 'ack' && frame.id === id);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const reader = await test.connect();
    await reader.resume(session);
    await reader.until((frame) => frame.type === 'event' && frame.event.seq === 22);
    expect(reader.seqs(session.sessionId)).toHaveLength(22);
  });

  it('cuts off a client that answers no ping', async () => {
    await start({ limits: { heartbeatMs: 40 } });
    const dead = await test.connect({ autoPong: false });
    const alive = await test.connect();
    expect(await dead.closeCode()).toBe(1006);
    await alive.create();
  });
});
