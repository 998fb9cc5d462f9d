/** Requests from other sites, under other names, and for paths outside. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from './harness.ts';

let test: TestServer;
beforeEach(async () => {
  test = await startServer();
});
afterEach(async () => test.stop());

/** The server lives, and serves others. */
async function stillServes(): Promise<void> {
  const other = await test.connect();
  const { sessionId } = await other.create();
  await other.say(sessionId, 'still here');
}

/** Sends bytes as they are and returns all that comes back. */
async function rawTcp(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connectTcp(test.port, '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(3_000, () => socket.destroy(new Error(`no end of the answer after: ${answer}`)));
    socket.on('data', (chunk) => (answer += chunk.toString('utf8')));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

describe('requests from elsewhere', () => {
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
  const key = { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };

  it.each([
    ['another site', 'https://evil.example'],
    ['another port', 'http://127.0.0.1:1'],
    ['a sandboxed page', 'null'],
    ['nonsense', '::::'],
    ['a file', 'file:///etc/passwd'],
  ])('refuses a socket with the Origin of %s', async (_name, origin) => {
    const refused = test.connect({ headers: { origin } });
    await expect(refused).rejects.toMatchObject({ status: 403 });
    await expect(refused).rejects.toHaveProperty('body', expect.stringContaining('"forbidden-origin"'));
  });

  it('takes the own Origin, none, and a configured one', async () => {
    await test.connect({ headers: { origin: `http://127.0.0.1:${test.port}` } });
    await test.connect();
    await test.stop();
    test = await startServer({ policy: { origins: ['https://viva.example'], trustProxy: false } });
    await test.connect({ headers: { origin: 'https://viva.example' } });
    await expect(test.connect({ headers: { origin: 'https://viva.example.evil' } })).rejects.toMatchObject({
      status: 403,
    });
  });

  it.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1.evil.example',
    'localhost.evil',
    'evil.example/127.0.0.1',
  ])('refuses the Host %j on loopback, so that no page can resolve its own name to us', async (host) => {
    const page = await test.fetch('/', { headers: { host } });
    expect(page.status).toBe(403);
    const api = await test.fetch('/api/status', { headers: { host, origin: `http://${host}` } });
    expect(api.status).toBe(403);
    expect(api.json()).toMatchObject({ error: { code: 'forbidden-origin' } });
    const socket = await test.fetch('/ws', { headers: { host, ...upgrade, ...key } });
    expect(socket.status).toBe(403);
  });

  it.each(['localhost', 'viva.localhost', '127.0.0.1', '[::1]', 'LOCALHOST'])(
    'takes the Host %s',
    async (host) => {
      expect((await test.fetch('/api/status', { headers: { host: `${host}:${test.port}` } })).status).toBe(
        200,
      );
    },
  );

  it('refuses sockets on other paths', async () => {
    for (const path of ['/', '/api/ws', '/ws/x', '/ws%2f', '/wsx']) {
      expect((await test.fetch(path, { headers: { ...upgrade, ...key } })).status).toBe(404);
    }
  });

  it('refuses a broken handshake', async () => {
    expect((await test.fetch('/ws', { headers: { ...upgrade } })).status).toBe(400);
    await stillServes();
  });

  it('ends a request whose headers never end', async () => {
    await test.stop();
    test = await startServer({ limits: { headersTimeoutMs: 150 } });
    expect(await rawTcp('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')).toContain('408');
  });

  it('refuses what is not HTTP', async () => {
    expect(await rawTcp('\u0016\u0003\u0001 hello\r\n\r\n')).toContain('400');
    await stillServes();
  });
});

describe('paths that want out', () => {
  it.each([
    '/../../../../etc/passwd',
    '/..%2f..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/assets/../../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
    '//etc/passwd',
    '/.env',
    '/.git/config',
    '/assets/%00',
    '/%00',
  ])('%s', async (path) => {
    mkdirSync(join(test.web, 'assets'));
    writeFileSync(join(test.web, '..', 'secret.txt'), 'top secret');
    writeFileSync(join(test.web, '.env'), 'top secret');
    writeFileSync(join(test.web, 'index.html'), '<!doctype html>the page');
    const { status, text } = await test.fetch(path);
    expect(text).not.toMatch(/root:|top secret/);
    expect([200, 400, 404]).toContain(status);
    if (status === 200) expect(text).toContain('the page');
  });

  it.each(['/api/entries/%E0%A4%A', '/api/entries/%', '/api/sessions/%ff/report', '/%E0%A4%A'])(
    'bad percent-encoding is the client’s doing: %s',
    async (path) => {
      const response = await test.fetch(path);
      expect(response.status).toBe(400);
      expect(response.json()).toMatchObject({ error: { code: 'usage', retryable: false } });
    },
  );
});
