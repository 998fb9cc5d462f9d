/** `session.create` with a token of the client's own: what it asks for stays reachable when the answer is lost. */
import { afterEach, describe, expect, it } from 'vitest';
import { hashToken, newToken } from '../../src/server/tokens.ts';
import { startServer, type FrameOf, type TestServer } from './harness.ts';

let running: TestServer | null = null;
async function start(change: Parameters<typeof startServer>[0] = {}): Promise<TestServer> {
  running = await startServer(change);
  return running;
}
afterEach(async () => {
  await running?.stop();
  running = null;
});

describe('a session created under a token of the client', () => {
  it('is the same one when it is asked for again, on another connection too, and plans no second interview', async () => {
    const { connect, log, engine } = await start();
    const token = newToken();
    const plan = { questions: 3 };
    const lost = await connect();
    lost.send({ type: 'session.create', lang: 'en', plan, token });
    await lost.next('session.ready');
    lost.socket.terminate();

    const client = await connect();
    const { sessionId } = await client.create({ plan, token });
    expect((await client.next('session.ready')).token).toBe(token);
    expect(await log.tokenHash(sessionId)).toBe(hashToken(token));
    expect(client.seqs(sessionId)).toEqual([1, 2]);
    const again = await client.create({ plan, token });
    expect(again.sessionId).toBe(sessionId);
    expect(await log.list(10)).toHaveLength(1);
    expect(engine.calls.filter(({ name }) => name === 'createSession')).toHaveLength(1);
    await (await connect()).resume({ sessionId, token });
  });

  it('is one when many ask at once', async () => {
    const { connect, log } = await start({
      script: { plan: async () => new Promise((resolve) => setTimeout(() => resolve([]), 20)) },
    });
    const token = newToken();
    const clients = await Promise.all(Array.from({ length: 5 }, async () => connect()));
    const made = await Promise.all(
      clients.map(async (client) => client.create({ plan: { questions: 1 }, token })),
    );
    expect(new Set(made.map(({ sessionId }) => sessionId)).size).toBe(1);
    expect(await log.list(10)).toHaveLength(1);
  });

  it('counts as new once, however often it is asked for', async () => {
    const { connect } = await start({ limits: { sessionsPerMinutePerAddress: 1, sessionsPerConnection: 1 } });
    const token = newToken();
    const client = await connect();
    const { sessionId } = await client.create({ token });
    expect((await client.create({ token })).sessionId).toBe(sessionId);
    const id = client.send({ type: 'session.create', lang: 'en', token: newToken() });
    expect(await client.error(id)).toMatchObject({ code: 'rate-limited' });
  });

  it('is refused when the token could be guessed, and the refusal does not repeat it', async () => {
    const { connect, log } = await start();
    const client = await connect();
    for (const token of ['short', 'x'.repeat(42), `${'x'.repeat(43)}!`, 'x'.repeat(129)]) {
      const id = client.send({ type: 'session.create', lang: 'en', token });
      const error = await client.error(id);
      expect(error).toMatchObject({ code: 'frame-invalid', message: expect.stringContaining('token') });
      expect(error.message).not.toContain(token);
    }
    expect(await log.list(10)).toEqual([]);
  });

  it('does not open the session of another token', async () => {
    const { connect } = await start();
    const client = await connect();
    const mine = await client.create({ token: newToken() });
    const theirs = await client.create({ token: newToken() });
    expect(theirs.sessionId).not.toBe(mine.sessionId);
    const id = client.send({ type: 'session.resume', ...mine, token: theirs.token, after: 0 });
    const refused = await client.until(
      (frame): frame is FrameOf<'error'> => frame.type === 'error' && frame.id === id,
    );
    expect(refused.error.code).toBe('unauthorized');
  });
});
