import { afterEach, describe, expect, it } from 'vitest';
import { hashToken } from '../../src/server/tokens.ts';
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
