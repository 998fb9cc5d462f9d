import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  OpenAiCompatibleEmbeddings,
  type OpenAiCompatibleOptions,
} from '../../src/embedding/openai-compatible.ts';
import { conforms, dot, failure } from './conformance.ts';
import { ScriptedServer, proper, sendJson, vectorOf, type Answer } from './scripted-server.ts';

const DIMS = 12;
let server: ScriptedServer;

beforeAll(async () => {
  server = await ScriptedServer.start(proper(DIMS));
});

beforeEach(() => {
  server.answer = proper(DIMS);
  server.requests.length = 0;
  server.closedEarly = 0;
});

afterAll(() => server.close());

function open(options: Partial<OpenAiCompatibleOptions> = {}): Promise<OpenAiCompatibleEmbeddings> {
  return OpenAiCompatibleEmbeddings.connect({ url: server.url, model: 'test-model', dims: DIMS, ...options });
}

/** An answer given so many times, then a proper one. */
function first(times: number, answer: Answer): Answer {
  let left = times;
  return (request, response) => (left-- > 0 ? answer(request, response) : proper(DIMS)(request, response));
}

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    sendJson(response, code, { error: { message: 'sk-secret was refused', type: 'error' } }, headers);
  };

conforms('OpenAiCompatibleEmbeddings', () => open());

describe('OpenAiCompatibleEmbeddings', () => {
  it('asks for numbers in batches, with key and dimensions', async () => {
    const model = await open({ batchSize: 4, apiKey: 'sk-1' });
    await model.embed(
      Array.from({ length: 10 }, (_, at) => `t${at}`),
      { kind: 'passage' },
    );
    expect(server.requests.map((request) => request.input.length).sort((a, b) => a - b)).toEqual([2, 4, 4]);
    const [request] = server.requests;
    expect(request).toMatchObject({ model: 'test-model', encoding_format: 'float', dimensions: DIMS });
    expect(request?.headers.authorization).toBe('Bearer sk-1');
  });

  it('learns the dimensions by asking once, and does not ask for them', async () => {
    const model = await open({ dims: undefined });
    expect(model.dims).toBe(DIMS);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).not.toHaveProperty('dimensions');
  });

  it('keeps line breaks, and puts the prefix of the kind in front', async () => {
    const model = await open({ prefixes: { query: 'Q: ', passage: 'P: ' } });
    await model.embed(['a\nb'], { kind: 'query' });
    await model.embed(['a\nb'], { kind: 'passage' });
    expect(server.requests.map((request) => request.input)).toEqual([['Q: a\nb'], ['P: a\nb']]);
    expect(model.id).not.toBe((await open()).id);
  });

  it('follows the numbers of the rows, not their places', async () => {
    server.answer = ({ input }, response) => {
      const data = input.map((each, index) => ({ index, embedding: vectorOf(each, DIMS) }));
      sendJson(response, 200, { data: data.reverse() });
    };
    const model = await open();
    const [a, b] = await model.embed(['a', 'b'], { kind: 'query' });
    server.answer = proper(DIMS);
    const [alone] = await model.embed(['a'], { kind: 'query' });
    expect(dot(a!, alone!)).toBeCloseTo(1, 5);
    expect(dot(b!, alone!)).toBeLessThan(0.99);
  });

  it('refuses vectors of another size, saying what to set', async () => {
    server.answer = proper(7);
    const error = await failure((await open()).embed(['x'], { kind: 'query' }));
    expect(error.code).toBe('config-invalid');
    expect(error.message).toContain('VIVA_EMBEDDING_DIMS to 7');
  });

  it.each([
    ['a vector of zeros', Array.from({ length: DIMS }, () => 0), 'zeros'],
    ['base64 in place of numbers', Buffer.alloc(DIMS * 4, 1).toString('base64'), 'string'],
    ['something that is no number', [null, ...Array.from({ length: DIMS - 1 }, () => 1)], 'no number'],
  ])('refuses %s', async (_name, embedding, told) => {
    server.answer = (_request, response) => {
      sendJson(response, 200, { data: [{ index: 0, embedding }] });
    };
    const error = await failure((await open()).embed(['x'], { kind: 'query' }));
    expect(error.code).toBe('embedding-failed');
    expect(error.message).toContain(told);
  });

  it.each([
    [
      'fewer rows than texts',
      { data: [{ index: 0, embedding: vectorOf('x', DIMS) }] },
      '1 vectors for 2 texts',
    ],
    ['no rows', {}, 'no list'],
  ])('refuses %s', async (_name, body, told) => {
    server.answer = (_request, response) => {
      sendJson(response, 200, body);
    };
    const error = await failure((await open()).embed(['x', 'y'], { kind: 'query' }));
    expect(error.code).toBe('embedding-failed');
    expect(error.message).toContain(told);
  });

  it('refuses an answer that is no JSON', async () => {
    server.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    };
    expect((await failure((await open()).embed(['x'], { kind: 'query' }))).code).toBe('embedding-failed');
  });

  it('tries again after a failure of the server', async () => {
    server.answer = first(1, status(500));
    expect(await (await open()).embed(['x'], { kind: 'query' })).toHaveLength(1);
    expect(server.requests).toHaveLength(2);
  });

  it('waits as long as the server says when it is busy', async () => {
    server.answer = first(1, status(429, { 'retry-after': '1' }));
    const start = performance.now();
    expect(await (await open()).embed(['x'], { kind: 'query' })).toHaveLength(1);
    expect(performance.now() - start).toBeGreaterThan(900);
  });

  it('hands a long wait to the caller', async () => {
    server.answer = status(429, { 'retry-after': '3600' });
    const error = await failure((await open()).embed(['x'], { kind: 'query' }));
    expect(error).toMatchObject({ code: 'embedding-failed', retryable: true, retryAfterSeconds: 3600 });
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    [401, 'config-invalid', 'VIVA_EMBEDDING_API_KEY'],
    [404, 'config-invalid', 'VIVA_EMBEDDING_MODEL'],
    [400, 'embedding-failed', 'VIVA_EMBEDDING_BATCH'],
  ])(
    'says what to check after %i, asks once, and repeats nothing the server said',
    async (code, expected, told) => {
      server.answer = status(code);
      const error = await failure((await open()).embed(['x'], { kind: 'query' }));
      expect(error.code).toBe(expected);
      expect(error.message).toContain(told);
      expect(JSON.stringify([error.message, error.context, error.cause])).not.toContain('sk-secret');
      expect(server.requests).toHaveLength(1);
    },
  );

  it('does not wait for a server that starts to answer and stops', async () => {
    server.answer = first(3, (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"data": [');
    });
    const error = await failure((await open({ timeoutMs: 100 })).embed(['x'], { kind: 'query' }));
    expect(error.code).toBe('embedding-failed');
    expect(error.message).toContain('100 ms');
  });

  it('closes the request when it is given up, and returns at once', async () => {
    server.answer = () => undefined;
    const controller = new AbortController();
    const running = failure((await open()).embed(['x'], { kind: 'query', signal: controller.signal }));
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const start = performance.now();
    controller.abort();
    expect((await running).code).toBe('aborted');
    expect(performance.now() - start).toBeLessThan(500);
    while (server.closedEarly === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('gives up between two attempts too', async () => {
    server.answer = status(500);
    const controller = new AbortController();
    const running = failure((await open()).embed(['x'], { kind: 'query', signal: controller.signal }));
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    controller.abort();
    expect((await running).code).toBe('aborted');
  });

  it('says that nobody is there', async () => {
    const model = await open({ url: 'http://127.0.0.1:9/v1' });
    const error = await failure(model.embed(['x'], { kind: 'query' }));
    expect(error.code).toBe('embedding-failed');
    expect(error.message).toContain('VIVA_EMBEDDING_URL');
  });
});
