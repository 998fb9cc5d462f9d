/** The key of the whole server: who is let in, for how long, and how often one may guess. */
import { afterEach, describe, expect, it } from 'vitest';
import { AccessKey } from '../../src/server/access-key.ts';
import { startServer, type RawResponse, type TestServer } from './harness.ts';

const key = 'a-key-of-the-house-24';
const day = 24 * 3600 * 1000;

let test: TestServer;
let clock = Date.UTC(2026, 0, 1);

afterEach(async () => test.stop());

async function guarded(limits = {}) {
  clock = Date.UTC(2026, 0, 1);
  test = await startServer({ access: new AccessKey({ key, now: () => clock }), limits });
}

async function give(given: string, headers: Record<string, string> = {}): Promise<RawResponse> {
  return test.fetch('/api/access', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ key: given }),
  });
}

function cookieOf(response: RawResponse): string {
  return response.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

const refused = { error: { code: 'access-required' } };

describe('a server with an access key', () => {
  it('lets nobody in without it, on any way in', async () => {
    await guarded();
    for (const path of [
      '/api/status',
      '/api/entries',
      '/api/nothing',
      '/api/sessions/x/export',
      '/metrics',
      '/ws',
    ]) {
      const response = await test.fetch(path);
      expect(response.status, path).toBe(401);
      expect(response.json(), path).toMatchObject(refused);
    }
    const socket = test.connect();
    await expect(socket).rejects.toMatchObject({
      status: 401,
      body: expect.stringContaining('access-required'),
    });
  });

  it('keeps its page and its health open', async () => {
    await guarded();
    expect((await test.fetch('/healthz')).status).toBe(200);
    expect((await test.fetch('/readyz')).status).toBe(200);
    expect((await test.fetch('/')).status).not.toBe(401);
    expect((await test.fetch('/api/access')).json()).toEqual({ required: true, granted: false });
  });

  it('takes the key in a header', async () => {
    await guarded();
    const headers = { 'x-viva-access-key': key };
    expect((await test.fetch('/api/status', { headers })).status).toBe(200);
    const client = await test.connect({ headers });
    expect(await client.create()).toMatchObject({ sessionId: expect.any(String) });
  });

  it('trades the key for a cookie that no script can read', async () => {
    await guarded();
    const granted = await give(key);
    expect(granted.status).toBe(204);
    expect(granted.headers['set-cookie']?.[0]).toMatch(
      /; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/,
    );
    const headers = { cookie: `other=1; ${cookieOf(granted)}` };
    expect((await test.fetch('/api/status', { headers })).status).toBe(200);
    expect((await test.fetch('/api/access', { headers })).json()).toEqual({ required: true, granted: true });
    await (await test.connect({ headers })).create();
  });

  it('ends a cookie after 30 days, with another key, or when it was changed', async () => {
    await guarded();
    const cookie = cookieOf(await give(key));
    clock += 29 * day;
    expect((await test.fetch('/api/status', { headers: { cookie } })).status).toBe(200);
    clock += 2 * day;
    expect((await test.fetch('/api/status', { headers: { cookie } })).status).toBe(401);
    const [name, value] = cookie.split('=');
    const [expires, signature] = (value ?? '').split('.');
    for (const forged of [`${Number(expires) + 9e6}.${signature}`, `${expires}.${'A'.repeat(43)}`, '', '.']) {
      const response = await test.fetch('/api/status', { headers: { cookie: `${name}=${forged}` } });
      expect(response.status, forged).toBe(401);
    }
    const other = new AccessKey({ key: 'another-key-of-the-house', now: () => clock });
    const foreign = other.cookie(false).split(';')[0] ?? '';
    expect((await test.fetch('/api/status', { headers: { cookie: foreign } })).status).toBe(401);
  });

  it('lets an address guess a few times a minute, header and page together', async () => {
    await guarded({ wrongTokensPerMinutePerAddress: 3 });
    expect((await give('wrong')).status).toBe(401);
    expect((await test.fetch('/api/status', { headers: { 'x-viva-access-key': 'wrong' } })).status).toBe(401);
    await expect(test.connect({ headers: { 'x-viva-access-key': 'wrong' } })).rejects.toMatchObject({
      status: 401,
    });
    const late = await give(key);
    expect(late.status).toBe(429);
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('takes nothing but JSON with a key, and not from foreign pages', async () => {
    await guarded();
    for (const body of ['', 'key=1', '[]', '{"key":1}', `{"key":"${'x'.repeat(3000)}"}`]) {
      const headers = { 'content-type': 'application/json' };
      const response = await test.fetch('/api/access', { method: 'POST', headers, body });
      expect(response.status, body.slice(0, 20)).toBe(400);
    }
    expect((await give(key, { origin: 'https://elsewhere.example' })).status).toBe(403);
  });

  it('never writes the key or a cookie into its log', async () => {
    await guarded();
    const cookie = cookieOf(await give(key));
    await test.fetch('/api/status', { headers: { cookie, 'x-viva-access-key': key } });
    await give('a-wrong-guess-of-mine');
    const log = test.logged.join('\n');
    expect(log).not.toContain(key);
    expect(log).not.toContain(cookie.split('=')[1]);
    expect(log).not.toContain('a-wrong-guess-of-mine');
  });
});

describe('behind a proxy that ends TLS', () => {
  it('marks the cookie as secure', async () => {
    test = await startServer({
      access: new AccessKey({ key, now: Date.now }),
      policy: { origins: [], trustProxy: true },
    });
    const granted = await give(key, { 'x-forwarded-proto': 'https' });
    expect(granted.headers['set-cookie']?.[0]).toMatch(/; Secure$/);
  });
});

describe('a server without an access key', () => {
  it('asks for none', async () => {
    test = await startServer();
    expect((await test.fetch('/api/access')).json()).toEqual({ required: false, granted: true });
    expect((await test.fetch('/api/status')).status).toBe(200);
    expect((await give('anything')).headers['set-cookie']).toBeUndefined();
  });
});
