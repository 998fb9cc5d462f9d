/** HTTP by the byte: what a proxy and a server could read in two ways, methods, paths, other sites, and headers on every answer. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { networkOf } from '../../src/server/origin.ts';
import { startServer, type RawResponse, type TestServer } from '../server/harness.ts';
import { rawExchange, RawSocket } from './raw-socket.ts';

let test: TestServer;
beforeEach(async () => {
  test = await startServer({ limits: { headersTimeoutMs: 300, heartbeatMs: 60 } });
  mkdirSync(join(test.web, 'assets'));
  writeFileSync(join(test.web, 'index.html'), '<!doctype html>the page');
  writeFileSync(join(test.web, 'assets', 'app-1.js'), 'export {};');
  writeFileSync(join(test.web, '.env'), 'top secret');
  writeFileSync(join(test.web, '..', 'viva-secret.txt'), 'top secret');
});
afterEach(async () => test.stop());

async function stillServes(): Promise<void> {
  const other = await test.connect();
  const { sessionId } = await other.create();
  await other.say(sessionId, 'still here');
  other.socket.terminate();
}

/** The heads of all answers on one connection. */
function statuses(answer: string): number[] {
  return [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map((match) => Number(match[1]));
}

const host = () => `Host: 127.0.0.1:${test.port}`;
const request = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`;

describe('requests that can be read in two ways', () => {
  /** A request hidden in the body of another; it must never be answered. */
  const hidden = () => request('GET /api/status HTTP/1.1', host(), 'X-Hidden: 1');
  const cases: [name: string, lines: (length: number) => string[]][] = [
    ['a length and pieces', (length) => [`Content-Length: ${length}`, 'Transfer-Encoding: chunked']],
    ['pieces and a length', () => ['Transfer-Encoding: chunked', 'Content-Length: 5']],
    ['two lengths', (length) => ['Content-Length: 0', `Content-Length: ${length}`]],
    ['two lengths in one line', (length) => [`Content-Length: 0, ${length}`]],
    ['a length with a sign', () => ['Content-Length: +0']],
    ['a negative length', () => ['Content-Length: -1']],
    ['a length in hexadecimal', () => ['Content-Length: 0x0']],
    ['a length without end', () => ['Content-Length: 99999999999999999999']],
    ['a space before the colon', (length) => [`Content-Length : ${length}`]],
    ['pieces that are none', () => ['Transfer-Encoding: xchunked']],
    ['pieces twice', () => ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity']],
    ['pieces with a space before the colon', () => ['Transfer-Encoding : chunked']],
    ['pieces in vertical tabs', () => ['Transfer-Encoding:\x0bchunked']],
    ['a folded line', () => ['X-Folded: a', ' Transfer-Encoding: chunked']],
    ['a NUL in a header', () => ['X-Nul: a\0b']],
    ['a bare carriage return', () => ['X-Bare: a\rContent-Length: 0']],
    ['no name', () => [': x']],
    ['a name with a space', () => ['X Y: z']],
  ];
  it.each(cases)('%s', async (_name, lines) => {
    const body = hidden();
    const answer = await rawExchange(
      test.port,
      request('POST /api/nothing HTTP/1.1', host(), ...lines(body.length)) + body,
    );
    expect(statuses(answer)[0]).toBe(400);
    expect(statuses(answer)).toHaveLength(1);
    await stillServes();
  });

  it.each([
    ['a bare line feed', 'GET /api/status HTTP/1.1\nHost: localhost\n\n'],
    ['pieces of garbage', 'POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    [
      'a piece with a negative size',
      'POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n',
    ],
    ['HTTP 0.9', 'GET /\r\n\r\n'],
    ['HTTP 2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['HTTP 9', 'GET / HTTP/9.9\r\nHost: localhost\r\n\r\n'],
    ['no host', 'GET /api/status HTTP/1.1\r\n\r\n'],
    ['a method of nobody', 'EVIL / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a tunnel', 'CONNECT 192.0.2.1:80 HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n'],
    ['noise', '\u0000\u0001\u0002\r\n\r\n'],
    ['TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'],
  ])('%s is no request', async (_name, bytes) => {
    const found = statuses(await rawExchange(test.port, bytes));
    for (const status of found) expect([400, 403, 404]).toContain(status);
    expect(found.length).toBeLessThanOrEqual(2);
    await stillServes();
  });

  it('takes the first of two hosts, and refuses a foreign one before it looks further', async () => {
    const two = await rawExchange(
      test.port,
      request('GET /api/status HTTP/1.1', 'Host: evil.example', host(), 'Connection: close'),
    );
    expect(statuses(two)).not.toContain(200);
    const absolute = await rawExchange(
      test.port,
      request('GET http://evil.example/api/status HTTP/1.1', 'Host: evil.example', 'Connection: close'),
    );
    expect(statuses(absolute)).toEqual([403]);
  });

  it('answers headers that are too large with 431', async () => {
    for (const lines of [
      [`X-Large: ${'x'.repeat(17_000)}`],
      Array.from({ length: 1_500 }, (_, index) => `X-${index}: 0123456789`),
    ]) {
      expect(statuses(await rawExchange(test.port, request('GET / HTTP/1.1', host(), ...lines)))).toEqual([
        431,
      ]);
    }
    expect(
      statuses(await rawExchange(test.port, request(`GET /${'x'.repeat(20_000)} HTTP/1.1`, host()))),
    ).toEqual([431]);
    await stillServes();
  });

  it('says nothing of what it could not read, in answer and log', async () => {
    const answer = await rawExchange(
      test.port,
      request('GET / HTTP/1.1', host(), 'Authorization: Bearer SECRET-1', 'Bad Header: SECRET-2'),
    );
    expect(statuses(answer)).toEqual([400]);
    expect(answer + test.logged.join('')).not.toContain('SECRET');
  });
});

describe('methods', () => {
  it.each(['TRACE', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS', 'PROPFIND', 'SEARCH', 'LINK'])(
    '%s changes and shows nothing',
    async (method) => {
      for (const path of ['/', '/api/status', '/api/entries', '/healthz', '/assets/app-1.js']) {
        const { status, text } = await test.fetch(path, { method, headers: { 'x-probe': 'ECHO' } });
        expect([200, 204, 404, 405]).toContain(status);
        if (status === 200) expect(method).toBe('OPTIONS');
        expect(text).not.toContain('ECHO');
      }
    },
  );

  it('HEAD shows the headers of GET and no body', async () => {
    for (const path of ['/', '/api/status', '/assets/app-1.js', '/nothing']) {
      const [head, get] = [await test.fetch(path, { method: 'HEAD' }), await test.fetch(path)];
      expect(head.status).toBe(get.status);
      expect(head.text).toBe('');
    }
  });

  it('a method in a header is none', async () => {
    const client = await test.connect();
    const { sessionId, token } = await client.create();
    await test.fetch(`/api/sessions/${sessionId}/export`, {
      headers: { authorization: `Bearer ${token}`, 'x-http-method-override': 'DELETE' },
    });
    expect(await test.log.read(sessionId)).toHaveLength(1);
  });
});

describe('pages of other sites', () => {
  const sites = ['https://evil.example', 'null', 'http://localhost.evil.example', 'http://127.0.0.1:1'];
  it.each(sites)('%s removes, reads and opens nothing, with a token or without', async (origin) => {
    const client = await test.connect();
    const { sessionId, token } = await client.create();
    for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS']) {
      for (const path of [
        `/api/sessions/${sessionId}`,
        `/api/sessions/${sessionId}/export`,
        '/api/access',
        '/api/status',
      ]) {
        const { status, headers } = await test.fetch(path, {
          method,
          headers: { origin, authorization: `Bearer ${token}` },
        });
        expect(status).toBe(403);
        expect(headers['access-control-allow-origin']).toBeUndefined();
      }
    }
    expect(await test.log.read(sessionId)).toHaveLength(1);
    await expect(test.connect({ headers: { origin } })).rejects.toMatchObject({ status: 403 });
  });

  it('a form of another site, which needs no permission, is refused', async () => {
    const body = 'key=x';
    const answer = await rawExchange(
      test.port,
      request(
        'POST /api/access HTTP/1.1',
        host(),
        'Origin: https://evil.example',
        'Content-Type: application/x-www-form-urlencoded',
        `Content-Length: ${body.length}`,
        'Connection: close',
      ) + body,
    );
    expect(statuses(answer)).toEqual([403]);
  });
});

describe('paths that want out', () => {
  const parts = [
    '..',
    '%2e%2e',
    '%2e.',
    '.%2e',
    '%252e%252e',
    '..%00',
    '..;',
    '%c0%ae%c0%ae',
    '%uff0e%uff0e',
    '....//',
    '.%5c.',
  ];
  const slashes = ['/', '%2f', '%5c', '\\', '%252f', '%c0%af', '//'];
  const targets = ['viva-secret.txt', '.env', 'etc/passwd', 'package.json'];
  it(`none of ${parts.length * slashes.length * targets.length * 2} finds a file`, async () => {
    const found: string[] = [];
    for (const start of ['/', '/assets/']) {
      for (const part of parts) {
        for (const slash of slashes) {
          for (const target of targets) {
            const path = `${start}${`${part}${slash}`.repeat(4)}${target}`;
            const { status, text } = await test.fetch(path).catch(() => ({ status: 400, text: '' }));
            const page = status === 200 && text.includes('the page');
            if (!page && ![400, 404].includes(status)) found.push(`${path}: ${status}`);
            if (/top secret|root:|"name":/.test(text)) found.push(path);
          }
        }
      }
    }
    expect(found).toEqual([]);
  });
});

/** What every answer of every kind carries, and what none may. */
function missingHeaders({ headers }: Pick<RawResponse, 'headers'>): string[] {
  const csp = String(headers['content-security-policy'] ?? '');
  const wrong: string[] = [];
  if (csp === '') wrong.push('no policy');
  if (/script-src[^;]*(?:unsafe|\*|http:|data:)/.test(csp) || /default-src[^;]*(?:unsafe|\*)/.test(csp))
    wrong.push(`policy: ${csp}`);
  if (!csp.includes("frame-ancestors 'none'")) wrong.push('may be framed');
  if (headers['x-content-type-options'] !== 'nosniff') wrong.push('sniffed');
  if (headers['referrer-policy'] !== 'no-referrer') wrong.push('referrer');
  if (headers['x-powered-by'] !== undefined || headers['server'] !== undefined)
    wrong.push('says what it is made of');
  if (!/^[\w.:-]{1,64}$/.test(String(headers['x-request-id'] ?? ''))) wrong.push('no id');
  return wrong;
}

describe('headers', () => {
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
  const rows: [what: string, path: string, status: number, options?: Parameters<TestServer['fetch']>[1]][] = [
    ['the page', '/', 200],
    ['a place in the page', '/material/x', 200],
    ['a script', '/assets/app-1.js', 200],
    ['a script that is not there', '/assets/none.js', 404],
    ['a part of a script', '/assets/app-1.js', 206, { headers: { range: 'bytes=0-3' } }],
    ['an impossible part', '/assets/app-1.js', 400, { headers: { range: 'bytes=99-100' } }],
    ['the status', '/api/status', 200],
    ['a route that is not there', '/api/none', 404],
    ['an entry that is not there', '/api/entries/none', 404],
    ['a bad query', '/api/search', 400],
    ['a bad encoding', '/%E0%A4%A', 400],
    ['a report without a token', '/api/sessions/none/report', 404],
    ['alive', '/healthz', 200],
    ['ready', '/readyz', 200],
    ['measured', '/metrics', 200],
    ['a foreign host', '/', 403, { headers: { host: 'evil.example' } }],
    ['a foreign origin', '/api/status', 403, { headers: { origin: 'https://evil.example' } }],
    ['another method', '/', 404, { method: 'POST' }],
    ['a refused socket', '/ws', 403, { headers: { ...upgrade, origin: 'https://evil.example' } }],
    ['a socket elsewhere', '/x', 404, { headers: upgrade }],
    ['a broken handshake', '/ws', 400, { headers: { ...upgrade, 'sec-websocket-key': 'short' } }],
  ];
  it.each(rows)('%s', async (_what, path, status, options) => {
    const response = await test.fetch(path, options);
    expect(response.status).toBe(status);
    expect(missingHeaders(response)).toEqual([]);
    if (path.startsWith('/api/') && status !== 403)
      expect(response.headers['cache-control']).toBe('no-store');
  });

  it('also on what cannot be read', async () => {
    const answer = await rawExchange(test.port, 'nonsense\r\n\r\n');
    const lines = answer.split('\r\n\r\n')[0]?.split('\r\n').slice(1) ?? [];
    const headers = Object.fromEntries(lines.map((line) => [line.split(': ')[0] ?? '', line.split(': ')[1]]));
    expect(missingHeaders({ headers })).toEqual([]);
  });

  it('with an id that the caller chose only when it is plain', async () => {
    for (const id of ['a'.repeat(65), '<script>', 'a b', 'é']) {
      const { headers } = await test
        .fetch('/healthz', { headers: { 'x-request-id': id } })
        .catch(() => ({ headers: {} }));
      expect((headers as Record<string, string>)['x-request-id']).not.toBe(id);
    }
  });
});

describe('connections that only hold on', () => {
  it('cuts off whoever sends headers drop by drop, and whoever sends nothing', async () => {
    const began = performance.now();
    const slow = Array.from({ length: 20 }, async (_, index) =>
      rawExchange(test.port, index % 2 === 0 ? 'GET / HTTP/1.1\r\nX-Slow: ' : '', 8_000),
    );
    const handshake = rawExchange(
      test.port,
      `GET /ws HTTP/1.1\r\n${host()}\r\nUpgrade: websocket\r\n`,
      8_000,
    );
    await stillServes();
    for (const answer of await Promise.all([...slow, handshake]))
      expect(statuses(answer).every((status) => status === 408)).toBe(true);
    expect(performance.now() - began).toBeLessThan(6_000);
  });

  it('cuts off a peer that vanished: two pings without an answer', async () => {
    const gone = await RawSocket.open(test.port);
    expect(await gone.closeCode()).toBe(1006);
    expect(gone.pings).toBeGreaterThan(0);
    expect(gone.pings).toBeLessThan(4);
  });

  it('cuts off a reader that stands still, though it answers pings unasked', async () => {
    const text = 'x'.repeat(20_000);
    await test.stop();
    // The kernel takes some megabytes by itself, so the bound is out of the way here: it is time that cuts it off.
    test = await startServer({
      limits: {
        heartbeatMs: 400,
        bufferedBytes: 1e9,
        framesPerTenSeconds: 1e6,
        messagesPerMinute: 1e6,
        messagesPerMinutePerAddress: 1e6,
      },
    });
    const writer = await test.connect();
    const { sessionId, token } = await writer.create();
    const stalled = await RawSocket.open(test.port);
    stalled.say({ type: 'session.resume', id: 'r', sessionId, token, after: 0 });
    await stalled.until(() => stalled.texts.length > 0);
    stalled.socket.pause();
    const pongs = setInterval(() => stalled.send({ opcode: 10 }), 20);
    const cut = () => test.logged.some((line) => line.includes('reads too slowly'));
    for (let message = 0; message < 2_000 && !cut(); message += 1) await writer.say(sessionId, text);
    clearInterval(pongs);
    expect(cut()).toBe(true);
  }, 60_000);

  it('cuts off a flood of pings and of pongs, and answers some', async () => {
    for (const opcode of [9, 10]) {
      const flood = await RawSocket.open(test.port);
      for (let round = 0; round < 20 && flood.closed === null; round += 1) {
        flood.send(...Array.from({ length: 100 }, () => ({ opcode, payload: 'x'.repeat(125) })));
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect([1006, 1008]).toContain(await flood.closeCode());
      expect(flood.pongs).toBeLessThan(1_100);
    }
    await stillServes();
  });

  it('holds four connections for each socket that an address may have, and drops the rest at once', async () => {
    await test.stop();
    test = await startServer({ limits: { connectionsPerAddress: 5 } });
    let dropped = 0;
    const held = Array.from({ length: 30 }, () =>
      connectTcp(test.port, '127.0.0.1')
        .on('error', () => undefined)
        .on('close', () => (dropped += 1)),
    );
    await vi.waitUntil(() => dropped >= 10, 3_000);
    expect(dropped).toBe(10);
    for (const socket of held) socket.destroy();
    await vi.waitUntil(() => dropped === 30);
    await stillServes();
  });
});

describe('what limits count by', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::1', '0:0:0:0::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:DB8:0:0:ffff:ffff:ffff:ffff', '2001:db8:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:0001:0002::', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['unknown', 'unknown'],
  ])('%s is of %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
