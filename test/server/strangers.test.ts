/** Sessions of others: nothing is told, changed or logged without their token. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startServer, type Client, type TestServer } from './harness.ts';

let test: TestServer;
let client: Client;
beforeEach(async () => {
  test = await startServer();
  client = await test.connect();
});
afterEach(async () => test.stop());

describe('sessions of others', () => {
  it('says session-not-found for a session that is not there', async () => {
    const id = client.send({ type: 'session.resume', sessionId: 'nobody', token: 'x', after: 0 });
    expect((await client.error(id)).code).toBe('session-not-found');
  });

  it.each(['', 'x', 'x'.repeat(128), '\u0000', 'ÿ'])('says unauthorized for the token %j', async (token) => {
    const owner = await test.connect();
    const { sessionId } = await owner.create();
    const id = client.send({ type: 'session.resume', sessionId, token, after: 0 });
    expect((await client.error(id)).code).toBe('unauthorized');
    expect(client.seqs(sessionId)).toEqual([]);
  });

  it('says unauthorized for the token of another session', async () => {
    const owner = await test.connect();
    const { sessionId } = await owner.create();
    const mine = await client.create();
    const id = client.send({ type: 'session.resume', sessionId, token: mine.token, after: 0 });
    expect((await client.error(id)).code).toBe('unauthorized');
  });

  it('takes no hash for a token', async () => {
    const owner = await test.connect();
    const { sessionId } = await owner.create();
    const token = await test.log.tokenHash(sessionId);
    const id = client.send({ type: 'session.resume', sessionId, token, after: 0 });
    expect((await client.error(id)).code).toBe('unauthorized');
  });

  it.each(['message.send', 'interview.start', 'turn.cancel'])(
    'says unauthorized to a connection that is not attached: %s',
    async (type) => {
      const owner = await test.connect();
      const { sessionId } = await owner.create();
      const more = type === 'message.send' ? { text: 'x' } : type === 'interview.start' ? { plan: {} } : {};
      for (const target of [sessionId, 'nobody']) {
        const id = client.send({ type, sessionId: target, ...more });
        expect((await client.error(id)).code).toBe('unauthorized');
      }
      expect(await test.log.read(sessionId)).toHaveLength(1);
    },
  );

  it('tells a connection nothing of sessions it has no token for', async () => {
    const owner = await test.connect();
    const session = await owner.create();
    const mine = await client.create();
    client.send({ type: 'session.resume', sessionId: session.sessionId, token: mine.token, after: 0 });
    await owner.say(session.sessionId, 'private words');
    await client.say(mine.sessionId, 'mine');
    expect(JSON.stringify(client.frames)).not.toContain('private words');
    expect(client.seqs(session.sessionId)).toEqual([]);
  });

  it('stops guessing of tokens', async () => {
    await test.stop();
    test = await startServer({ limits: { wrongTokensPerMinutePerAddress: 3 } });
    const guesser = await test.connect();
    const session = await guesser.create();
    const codes: string[] = [];
    for (let guess = 0; guess < 5; guess += 1) {
      const id = guesser.send({
        type: 'session.resume',
        sessionId: session.sessionId,
        token: `guess${guess}`,
        after: 0,
      });
      codes.push((await guesser.error(id)).code);
    }
    expect(codes).toEqual(['unauthorized', 'unauthorized', 'unauthorized', 'rate-limited', 'rate-limited']);
  });

  it('logs neither tokens nor what candidates say', async () => {
    const { sessionId, token } = await client.create();
    await client.say(sessionId, 'my private words');
    client.send({ type: 'session.resume', sessionId, token: 'wrong-token-wrong', after: 0 });
    await client.error();
    await test.fetch(`/api/sessions/${sessionId}/export`, { headers: { authorization: `Bearer ${token}` } });
    expect(test.logged.length).toBeGreaterThan(2);
    for (const secret of [token, 'my private words', 'wrong-token-wrong']) {
      expect(test.logged.join('')).not.toContain(secret);
    }
  });
});
