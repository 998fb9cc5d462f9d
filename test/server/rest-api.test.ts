import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseEntry } from '../../src/corpus/parse-entry.ts';
import type { Entry } from '../../src/corpus/entry.ts';
import { VivaError } from '../../src/errors.ts';
import { entryDetailSchema, entrySummarySchema, searchHitSchema, statusSchema } from '../../src/protocol.ts';
import type { RetrieveOptions } from '../../src/retrieval/retriever.ts';
import { entryText, statementsText } from '../corpus/entry-text.ts';
import { startServer, type TestServer } from './harness.ts';

const entry: Entry = parseEntry({
  file: 'llm/language/05-x.md',
  text: entryText(),
  statements: { file: 'llm/language/05-x.statements.yaml', text: statementsText },
}).entry!;

const queries: { query: string; lang: string; options: RetrieveOptions | undefined }[] = [];
let test: TestServer;
beforeEach(async () => {
  queries.length = 0;
  test = await startServer({
    entries: () => new Map([[entry.id, entry]]),
    about: () => ({ judge: 'verifier-1', chatModel: 'model-x', warnings: ['one entry was skipped'] }),
    retriever: {
      retrieve: async (query, lang, options) => {
        queries.push({ query, lang, options });
        if (query === 'fail')
          throw new VivaError('embedding-failed', 'The model does not answer: try again.');
        if (query === 'crash') throw new Error('secret detail at /home/somebody');
        const chunk = {
          id: 'c1',
          entryId: entry.id,
          part: 'answer' as const,
          lang: 'en' as const,
          text: 'B starts at zero',
          file: entry.file,
          start: 0,
          end: 16,
        };
        const hit = { chunk, similarity: 0.9 };
        const stale = { ...hit, chunk: { ...chunk, entryId: 'gone/01' } };
        return [
          { entryId: entry.id, score: 1.5, hits: [hit] },
          { entryId: 'gone/01', score: 1, hits: [stale] },
        ];
      },
    },
  });
});
afterEach(async () => test.stop());

describe('GET /api/status', () => {
  it('says what there is to be asked about, and who judges', async () => {
    const response = await test.fetch('/api/status');
    expect(statusSchema.parse(response.json())).toEqual({
      protocol: 1,
      entries: 1,
      modules: [{ module: 'llm', section: 'language', entries: 1 }],
      judge: 'verifier-1',
      chatModel: 'model-x',
      warnings: ['one entry was skipped'],
    });
    expect(response.headers['cache-control']).toBe('no-store');
  });
});

describe('GET /api/entries', () => {
  it('lists summaries', async () => {
    const { entries } = (await test.fetch('/api/entries')).json() as { entries: unknown[] };
    expect(entries.map((one) => entrySummarySchema.parse(one).id)).toEqual(['llm/language/05']);
  });

  it('shows one entry, its id as one segment', async () => {
    const response = await test.fetch('/api/entries/llm%2Flanguage%2F05');
    const detail = entryDetailSchema.parse(response.json());
    expect(detail.answer.en).toContain('B starts at zero');
    expect(detail.keyPoints).toHaveLength(4);
    expect(response.text).not.toContain('statements');
  });

  it.each([
    '/api/entries/nothing',
    '/api/entries/llm/language/05',
    '/api/entries/__proto__',
    '/api/entries/%00',
  ])('has no %s', async (path) => {
    const response = await test.fetch(path);
    expect(response.status).toBe(404);
    expect(response.json()).toMatchObject({ error: { code: expect.stringMatching(/not-found$/) as string } });
  });
});

describe('GET /api/search', () => {
  it('finds entries, with the best piece of each', async () => {
    const response = await test.fetch(`/api/search?q=${encodeURIComponent('LoRA 初始化')}&lang=en&limit=5`);
    const { hits } = response.json() as { hits: unknown[] };
    expect(hits.map((hit) => searchHitSchema.parse(hit))).toMatchObject([
      { entry: { id: 'llm/language/05' }, score: 1.5, excerpt: 'B starts at zero' },
    ]);
    expect(queries[0]).toMatchObject({ query: 'LoRA 初始化', lang: 'en', options: { limit: 5 } });
  });

  it("searches in the server's language when none is given", async () => {
    await test.fetch('/api/search?q=x');
    expect(queries[0]).toMatchObject({ lang: 'zh', options: { limit: 10 } });
  });

  it.each([
    '',
    '?q=a&limit=0',
    '?q=a&limit=51',
    '?q=a&limit=x',
    '?q=a&lang=xx',
    `?q=${'x'.repeat(501)}`,
    '?q=a&q=b',
  ])('refuses %s', async (query) => {
    const response = await test.fetch(`/api/search${query}`);
    expect(response.status).toBe(400);
    expect(response.json()).toMatchObject({ error: { code: 'usage' } });
    expect(queries).toEqual([]);
  });

  it('says which failures may pass', async () => {
    const response = await test.fetch('/api/search?q=fail');
    expect(response.status).toBe(500);
    expect(response.json()).toMatchObject({ error: { code: 'embedding-failed', retryable: true } });
  });

  it('keeps details of its own failures in the log', async () => {
    const response = await test.fetch('/api/search?q=crash', { headers: { 'x-request-id': 'trace-7' } });
    expect(response.status).toBe(500);
    expect(response.json()).toMatchObject({ error: { code: 'internal', requestId: 'trace-7' } });
    expect(response.text).not.toContain('secret');
    expect(
      test.logged.find((line) => line.includes('trace-7') && line.includes('secret detail')),
    ).toBeDefined();
  });
});

describe("a session's routes", () => {
  async function session() {
    const client = await test.connect();
    const made = await client.create();
    await client.say(made.sessionId, 'my words');
    return { client, ...made, headers: { authorization: `Bearer ${made.token}` } };
  }

  it.each(['report', 'export'])('are closed without the token: %s', async (route) => {
    const { sessionId } = await session();
    const other = await session();
    const path = `/api/sessions/${sessionId}/${route}`;
    const refused = [
      await test.fetch(path),
      await test.fetch(path, { headers: { authorization: 'Bearer wrong' } }),
      await test.fetch(path, { headers: { authorization: `Basic ${other.token}` } }),
      await test.fetch(path, { headers: other.headers }),
      await test.fetch(`${path}?token=${other.token}`),
    ];
    expect(refused.map((response) => response.status)).toEqual([401, 401, 401, 401, 401]);
    expect((await test.fetch(`/api/sessions/nobody/${route}`, { headers: other.headers })).status).toBe(404);
  });

  it('export as JSON and as Markdown', async () => {
    const { sessionId, headers } = await session();
    const json = await test.fetch(`/api/sessions/${sessionId}/export`, { headers });
    expect(json.json()).toMatchObject({
      format: 'viva-session',
      version: 1,
      sessionId,
      lastSeq: 3,
      lang: 'en',
    });
    expect(json.headers['content-disposition']).toBe(`attachment; filename=viva-${sessionId}.json`);
    const markdown = await test.fetch(`/api/sessions/${sessionId}/export?format=markdown`, { headers });
    expect(markdown.headers['content-type']).toBe('text/markdown; charset=utf-8');
    expect(markdown.text).toContain('# Mock interview');
    expect((await test.fetch(`/api/sessions/${sessionId}/export?format=pdf`, { headers })).status).toBe(400);
  });

  it('say that there is no report yet', async () => {
    const { sessionId, headers } = await session();
    const response = await test.fetch(`/api/sessions/${sessionId}/report`, { headers });
    expect(response.status).toBe(404);
    expect(response.json()).toMatchObject({ error: { code: 'not-found' } });
  });

  it('delete everything of the session', async () => {
    const { client, sessionId, token, headers } = await session();
    const wrong = await test.fetch(`/api/sessions/${sessionId}`, { method: 'DELETE' });
    expect(wrong.status).toBe(401);
    const response = await test.fetch(`/api/sessions/${sessionId}`, { method: 'DELETE', headers });
    expect(response.status).toBe(204);
    await expect(test.log.read(sessionId)).rejects.toMatchObject({ code: 'session-not-found' });
    // Whoever was in it is cut off, and learns on coming back why.
    await client.closeCode();
    const again = await test.connect();
    const resumed = again.send({ type: 'session.resume', sessionId, token, after: 0 });
    expect((await again.error(resumed)).code).toBe('session-not-found');
  });
});

describe('any other request', () => {
  it('has an id of its own, or the plain one it came with', async () => {
    expect((await test.fetch('/api/status')).headers['x-request-id']).toMatch(/^id-\d+$/);
    expect(
      (await test.fetch('/api/status', { headers: { 'x-request-id': 'abc.1' } })).headers['x-request-id'],
    ).toBe('abc.1');
    expect(
      (await test.fetch('/api/status', { headers: { 'x-request-id': 'a b<script>' } })).headers[
        'x-request-id'
      ],
    ).toMatch(/^id-/);
  });

  it('is not found under /api, in JSON', async () => {
    for (const method of ['GET', 'POST', 'PUT']) {
      const response = await test.fetch('/api/nothing', { method });
      expect(response.status).toBe(404);
      expect(response.json()).toMatchObject({ error: { code: 'not-found', retryable: false } });
    }
  });

  it('is refused from another origin, and gets no CORS headers', async () => {
    const response = await test.fetch('/api/entries', { headers: { origin: 'https://evil.example' } });
    expect(response.status).toBe(403);
    expect(response.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('is limited per address', async () => {
    await test.stop();
    test = await startServer({ limits: { requestsPerMinutePerAddress: 2 } });
    await test.fetch('/api/status');
    await test.fetch('/api/status');
    const response = await test.fetch('/api/status');
    expect(response.status).toBe(429);
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
    expect(response.json()).toMatchObject({ error: { code: 'rate-limited', retryable: true } });
    expect((await test.fetch('/healthz')).status).toBe(200);
  });
});
