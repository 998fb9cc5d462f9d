/** More messages than the server can answer at once, over sockets: a place that moves, or a refusal with a time. */
import { afterEach, describe, expect, it } from 'vitest';
import type { NewEvent } from '../../src/protocol.ts';
import { startServer, type Client, type FrameOf, type TestServer } from './harness.ts';

let test: TestServer;
let releases: (() => void)[] = [];
afterEach(async () => {
  for (const release of releases) release();
  releases = [];
  await test.stop();
});

/** A server whose engine works on each message until `finish` is called. */
async function slowServer(limits: NonNullable<Parameters<typeof startServer>[0]>['limits'] = {}) {
  const open = new Map<string, () => void>();
  test = await startServer({
    limits: { turnsAtOnce: 1, placeEveryMs: 20, ...limits },
    script: {
      reply: async ({ text }) => {
        await new Promise<void>((resolve) => {
          open.set(text, resolve);
          releases.push(resolve);
        });
        return [{ type: 'coach.said', about: 'greeting', text: `echo: ${text}` }] satisfies NewEvent[];
      },
    },
  });
  const finish = (text: string) => {
    const release = open.get(text);
    if (!release) throw new Error(`nobody works on ${text}`);
    release();
  };
  return { finish };
}

function places(client: Client, id: string): number[] {
  return client.frames.flatMap((frame) =>
    frame.type === 'turn.queued' && frame.id === id ? [frame.position] : [],
  );
}

async function someone(
  text: string,
): Promise<{ client: Client; sessionId: string; token: string; id: string }> {
  const client = await test.connect();
  const session = await client.create();
  return {
    client,
    ...session,
    id: client.send({ type: 'message.send', sessionId: session.sessionId, text }),
  };
}

const started =
  (id: string) =>
  (frame: { type: string; id?: string | undefined }): boolean =>
    frame.type === 'turn.start' && frame.id === id;

describe('a queue', () => {
  it('tells each message its place, moves it up, and answers it', async () => {
    const { finish } = await slowServer();
    const first = await someone('one');
    await first.client.until(started(first.id));
    const second = await someone('two');
    await second.client.next('turn.queued');
    const third = await someone('three');
    await third.client.next('turn.queued');
    expect(places(second.client, second.id)).toEqual([1]);
    expect(places(third.client, third.id)).toEqual([2]);

    finish('one');
    await third.client.until(
      (frame) => frame.type === 'turn.queued' && frame.id === third.id && frame.position === 1,
    );
    await second.client.until(started(second.id));
    finish('two');
    await third.client.until(started(third.id));
    finish('three');
    await third.client.until((frame) => frame.type === 'turn.end' && frame.id === third.id);
    expect(places(third.client, third.id)).toEqual([2, 1]);
    expect(places(first.client, first.id)).toEqual([]);
  });

  it('acknowledges nothing that waits, because it is not stored', async () => {
    const { finish } = await slowServer();
    const first = await someone('one');
    await first.client.until(started(first.id));
    const second = await someone('two');
    await second.client.next('turn.queued');
    expect((await test.log.read(second.sessionId)).map(({ type }) => type)).toEqual(['session.created']);
    expect(second.client.frames.some(({ type }) => type === 'ack')).toBe(false);
    finish('one');
    const ack = await second.client.next('ack');
    expect(ack).toMatchObject({ id: second.id, seq: 2 });
    const types = second.client.frames.map(({ type }) => type);
    expect(types.indexOf('turn.queued')).toBeLessThan(types.indexOf('ack'));
  });

  it('tells the place to everybody in the session', async () => {
    await slowServer();
    const first = await someone('one');
    await first.client.until(started(first.id));
    const watcher = await test.connect();
    const writer = await test.connect();
    const session = await writer.create();
    await watcher.resume(session);
    const id = writer.send({ type: 'message.send', sessionId: session.sessionId, text: 'two' });
    expect(await watcher.next('turn.queued')).toEqual({
      type: 'turn.queued',
      sessionId: session.sessionId,
      id,
      position: 1,
    });
  });

  it('is bounded: the next message is refused with a time, is not stored, and is taken when sent again', async () => {
    const { finish } = await slowServer({ turnsWaiting: 1 });
    const first = await someone('one');
    await first.client.until(started(first.id));
    const second = await someone('two');
    await second.client.next('turn.queued');
    const third = await someone('three');
    const error = await third.client.error(third.id);
    expect(error).toMatchObject({ code: 'overloaded', retryable: true });
    expect(error.retryAfterSeconds).toBeGreaterThanOrEqual(1);
    expect((await test.log.read(third.sessionId)).map(({ type }) => type)).toEqual(['session.created']);

    finish('one');
    await second.client.until(started(second.id));
    const { sessionId, id } = third;
    third.client.send({ type: 'message.send', sessionId, text: 'three', id });
    await third.client.next('turn.queued');
    finish('two');
    await third.client.until(started(id));
    finish('three');
    await third.client.until((frame) => frame.type === 'turn.end' && frame.id === id);
    expect((await test.log.read(sessionId)).map(({ type }) => type)).toEqual([
      'session.created',
      'message.received',
      'coach.said',
    ]);
  });

  it('gives a message that is sent again while it waits one place, and acknowledges it twice', async () => {
    const { finish } = await slowServer();
    const first = await someone('one');
    await first.client.until(started(first.id));
    const { client, sessionId, id } = await someone('two');
    await client.next('turn.queued');
    client.send({ type: 'message.send', sessionId, text: 'two', id });
    const third = await someone('three');
    expect((await third.client.next('turn.queued')).position).toBe(2);
    finish('one');
    await client.until(started(id));
    finish('two');
    await client.until((frame) => frame.type === 'ack' && frame.id === id && frame.replayed);
    expect(places(client, id)).toEqual([1]);
    expect((await test.log.read(sessionId)).map(({ type }) => type)).toEqual([
      'session.created',
      'message.received',
      'coach.said',
    ]);
  });

  it('refuses a message that was sent twice both times', async () => {
    const { finish } = await slowServer({ turnsWaiting: 1 });
    const first = await someone('one');
    await first.client.until(started(first.id));
    const second = await someone('two');
    await second.client.next('turn.queued');
    const { client, sessionId } = second;
    // The youngest of who has most: the second of two of this session.
    const id = client.send({ type: 'message.send', sessionId, text: 'too much' });
    client.send({ type: 'message.send', sessionId, text: 'too much', id });
    expect(await client.error(id)).toMatchObject({ code: 'overloaded' });
    const refusals = () => client.frames.filter((frame) => frame.type === 'error' && frame.id === id).length;
    await client.until(() => refusals() === 2);
    finish('one');
    await client.until(started(second.id));
    expect((await test.fetch('/metrics')).text).toContain('viva_turns_waiting 0\n');
  });

  it('serves others between the messages of one who sends many', async () => {
    const { finish } = await slowServer();
    const chatty = await someone('chatty 1');
    await chatty.client.until(started(chatty.id));
    const { sessionId } = chatty;
    const more = [2, 3, 4].map((count) =>
      chatty.client.send({ type: 'message.send', sessionId, text: `chatty ${count}` }),
    );
    await chatty.client.until(
      (frame): frame is FrameOf<'turn.queued'> => frame.type === 'turn.queued' && frame.id === more[2],
    );
    const quiet = await someone('quiet');
    expect((await quiet.client.next('turn.queued')).position).toBe(2);
    finish('chatty 1');
    await chatty.client.until(started(more[0]!));
    finish('chatty 2');
    await quiet.client.until(started(quiet.id));
    expect(chatty.client.frames.some(started(more[1]!))).toBe(false);
  });

  it('counts those at work and those that wait', async () => {
    await slowServer();
    const first = await someone('one');
    await first.client.until(started(first.id));
    const second = await someone('two');
    await second.client.next('turn.queued');
    const { text } = await test.fetch('/metrics');
    expect(text).toContain('viva_turns_running 1\n');
    expect(text).toContain('viva_turns_waiting 1\n');
    expect(text).toMatch(/viva_event_loop_delay_seconds\{quantile="0\.99"\} [\d.e-]+\n/);
  });
});
