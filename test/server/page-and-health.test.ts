import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TalkCounts } from '../../src/talk/outcomes.ts';
import { startServer, type TestServer } from './harness.ts';

let test: TestServer;
let reasons: string[] = [];
beforeEach(async () => {
  reasons = [];
  test = await startServer({ unready: () => reasons });
});
afterEach(async () => test.stop());

function build(): void {
  mkdirSync(join(test.web, 'assets'));
  writeFileSync(
    join(test.web, 'index.html'),
    '<!doctype html><script type="module" src="/assets/a-1.js"></script>',
  );
  writeFileSync(join(test.web, 'assets', 'a-1.js'), 'export {};');
  writeFileSync(join(test.web, 'icon.svg'), '<svg/>');
}

describe('the page', () => {
  it('is always asked for afresh, under its own paths too', async () => {
    build();
    for (const path of ['/', '/index.html', '/interview', '/material/llm%2Flanguage%2F05?tab=1']) {
      const response = await test.fetch(path);
      expect(response.status).toBe(200);
      expect(response.headers['content-type']).toContain('text/html');
      expect(response.headers['cache-control']).toBe('no-cache');
      expect(response.text).toContain('/assets/a-1.js');
    }
  });

  it('has hashed files that are kept for ever', async () => {
    build();
    const script = await test.fetch('/assets/a-1.js');
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(script.headers['content-type']).toContain('javascript');
    expect(script.headers['x-content-type-options']).toBe('nosniff');
    expect((await test.fetch('/icon.svg')).headers['cache-control']).toBe('no-cache');
  });

  it('travels compressed to whoever takes that, and plain to others', async () => {
    build();
    const script = 'export const one = 1;\n'.repeat(500);
    writeFileSync(join(test.web, 'assets', 'a-1.js'), script);
    const small = await test.fetch('/assets/a-1.js', { headers: { 'accept-encoding': 'gzip' } });
    expect(small.headers['content-encoding']).toBe('gzip');
    expect(small.headers['vary']).toContain('Accept-Encoding');
    expect(small.text.length).toBeLessThan(script.length / 10);
    const plain = await test.fetch('/assets/a-1.js');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.text).toBe(script);
  });

  it('is not sent in place of a missing file or for other methods', async () => {
    build();
    for (const [path, method] of [
      ['/assets/a-2.js', 'GET'],
      ['/', 'POST'],
      ['/interview', 'DELETE'],
    ] as const) {
      const response = await test.fetch(path, { method });
      expect(response.status).toBe(404);
      expect(response.json()).toMatchObject({ error: { code: 'not-found' } });
    }
  });

  it('says how to build it when it is not built', async () => {
    const response = await test.fetch('/');
    expect(response.status).toBe(503);
    expect(response.headers['content-type']).toContain('text/plain');
    expect(response.text).toContain('npm run build');
    build();
    expect((await test.fetch('/')).status).toBe(200);
  });
});

describe('security headers', () => {
  it('let nothing foreign in, and hold on a plain-http host name', async () => {
    const { headers } = await test.fetch('/', { headers: { host: `viva.localhost:${test.port}` } });
    const policy = String(headers['content-security-policy']);
    expect(policy.split(';').map((part) => part.trim())).toEqual([
      "default-src 'self'",
      "script-src 'self'",
      "script-src-attr 'none'",
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "font-src 'self' data:",
      `connect-src 'self' ws://viva.localhost:${test.port} wss://viva.localhost:${test.port}`,
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ]);
    expect(policy).not.toContain('upgrade-insecure-requests');
    expect(headers['strict-transport-security']).toBeUndefined();
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers['referrer-policy']).toBe('no-referrer');
  });
});

describe('health', () => {
  it('is alive as soon as it listens, and ready when nothing is missing', async () => {
    reasons = ['the index is being loaded'];
    expect((await test.fetch('/healthz')).json()).toEqual({ alive: true });
    const waiting = await test.fetch('/readyz');
    expect(waiting.status).toBe(503);
    expect(waiting.json()).toEqual({ ready: false, reasons: ['the index is being loaded'] });
    const client = await test.connect();
    const early = client.send({ type: 'session.create', lang: 'en' });
    expect(await client.error(early)).toMatchObject({
      code: 'overloaded',
      retryable: true,
      retryAfterSeconds: 2,
    });
    reasons = [];
    expect((await test.fetch('/readyz')).json()).toEqual({ ready: true, reasons: [] });
  });

  it('counts what a chat model was asked to word, and what came of it', async () => {
    const counts = new TalkCounts();
    const own = await startServer({ talk: () => counts.list() });
    counts.count('hint', 'leak');
    counts.count('hint', 'leak');
    counts.count('follow-up', 'used');
    // Read twice: what is counted elsewhere must not be added up here.
    await own.fetch('/metrics');
    const { text } = await own.fetch('/metrics');
    await own.stop();
    expect(text).toContain('viva_model_talk_total{deed="hint",outcome="leak"} 2\n');
    expect(text).toContain('viva_model_talk_total{deed="follow-up",outcome="used"} 1\n');
  });

  it('counts turns, sockets, sessions, requests and errors', async () => {
    const client = await test.connect();
    const { sessionId } = await client.create();
    const id = await client.say(sessionId, 'x');
    client.send({ type: 'message.send', sessionId, text: 'x', id });
    client.raw('nonsense');
    await client.error();
    await test.fetch('/api/nothing');
    await test.fetch('/api/entries/a');
    const response = await test.fetch('/metrics');
    expect(response.headers['content-type']).toContain('text/plain');
    for (const line of [
      'viva_turns_total{kind="create",outcome="done"} 1',
      'viva_turns_total{kind="message",outcome="done"} 1',
      'viva_turns_total{kind="message",outcome="replayed"} 1',
      'viva_turn_seconds_count{kind="message"} 2',
      'viva_sockets 1',
      'viva_sessions 1',
      'viva_errors_total{code="frame-invalid"} 1',
      'viva_errors_total{code="not-found"} 1',
      'viva_http_request_seconds_count{method="GET",route="/api/entries/:id",status="404"} 1',
      'process_cpu_seconds_total',
    ]) {
      expect(response.text).toContain(line);
    }
    expect(response.text).not.toContain(sessionId);
    client.socket.close();
    await client.closeCode();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await test.fetch('/metrics')).text).toContain('viva_sockets 0');
    expect((await test.fetch('/metrics')).text).toContain('viva_sessions 0');
  });
});

describe('starting', () => {
  it('says that a port is taken, and what to do', async () => {
    const refused = startServer().then(async (other) => {
      try {
        await other.server.close();
        await other.server.listen(test.port, '127.0.0.1');
      } finally {
        await other.stop();
      }
    });
    await expect(refused).rejects.toMatchObject({ code: 'port-in-use' });
    await expect(refused).rejects.toThrow(`Port ${test.port} on 127.0.0.1`);
  });

  it('says that a host is none of this machine', async () => {
    const other = await startServer();
    await other.server.close();
    await expect(other.server.listen(0, '203.0.113.1')).rejects.toMatchObject({ code: 'config-invalid' });
    await other.stop();
  });

  it('is built without starting anything, and closes without having listened', async () => {
    expect(test.server.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await test.server.close();
    expect(test.server.address).toBeNull();
    await test.server.close();
  });
});
