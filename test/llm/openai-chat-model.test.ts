import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { LlmConfig } from '../../src/config.ts';
import { VivaError } from '../../src/errors.ts';
import { OpenAiChatModel } from '../../src/llm/openai-chat-model.ts';
import {
  callsTool,
  drops,
  fails,
  hangs,
  hangsUp,
  says,
  sends,
  stalls,
  startScriptedChatServer,
  type ScriptedChatServer,
} from './scripted-chat-server.ts';

const schema = z.strictObject({ verdict: z.enum(['yes', 'no']), why: z.string() });
const valid = '{"verdict":"yes","why":"因为"}';
const request = { system: 'Judge.', user: 'Data.' };
const apiKey = 'sk-very-secret-0123456789';

let server: ScriptedChatServer;
beforeEach(async () => {
  server = await startScriptedChatServer();
});
afterEach(() => server.close());

function model(overrides: Partial<LlmConfig> = {}): OpenAiChatModel {
  return new OpenAiChatModel({
    url: server.url,
    model: 'scripted-model',
    apiKey,
    structured: 'json-mode',
    timeoutMs: 5_000,
    ...overrides,
  });
}

async function failureOf(promise: Promise<unknown>): Promise<VivaError> {
  const error = await promise.then(
    () => new Error('did not fail'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof VivaError)) throw error;
  return error;
}

async function collect(stream: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of stream) text += piece;
  return text;
}

describe('a structured answer', () => {
  it.each([
    ['plain JSON', valid],
    ['fenced JSON', `\`\`\`json\n${valid}\n\`\`\``],
    ['JSON after a thought', `<think>{"verdict":"no"}</think>\n${valid}`],
    ['JSON among words', `Here you are: ${valid} I hope it helps.`],
  ])('is read from %s', async (_name, text) => {
    server.plays(says(text));
    expect(await model().complete(request, schema, 'judgement')).toEqual({ verdict: 'yes', why: '因为' });
  });

  it('describes the schema in the prompt and asks for JSON in json-mode', async () => {
    server.plays(says(valid));
    await model().complete(request, schema, 'judgement');
    const { body, path } = server.requests[0]!;
    expect(path).toBe('/v1/chat/completions');
    expect(body.response_format).toEqual({ type: 'json_object' });
    expect(body.messages[0]).toMatchObject({ role: 'system' });
    expect(body.messages[0]?.content).toContain('"enum":["yes","no"]');
    expect(body.messages[1]).toEqual({ role: 'user', content: 'Data.' });
    expect(body).toMatchObject({ model: 'scripted-model', temperature: 0, max_tokens: 1024 });
  });

  it('is asked for once more with the complaint', async () => {
    server.plays(says('{"verdict":"maybe","why":""}'), says(valid));
    expect(await model().complete(request, schema, 'judgement')).toMatchObject({ verdict: 'yes' });
    const messages = server.requests[1]!.body.messages;
    expect(messages.map((message) => message.role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(messages[3]?.content).toContain('verdict');
  });

  it('fails as llm-invalid-output when the second answer does not fit either', async () => {
    server.plays(says('no idea'), says('[1,2'));
    const error = await failureOf(model().complete(request, schema, 'judgement'));
    expect(error).toMatchObject({ code: 'llm-invalid-output', retryable: true });
    expect(server.requests).toHaveLength(2);
  });

  it('that ran out of tokens is llm-invalid-output at once', async () => {
    server.plays(says(valid, { finish: 'length' }));
    expect(await failureOf(model().complete(request, schema, 'judgement'))).toMatchObject({
      code: 'llm-invalid-output',
    });
    expect(server.requests).toHaveLength(1);
  });

  it('comes from a forced tool call in tool mode, and is repaired there too', async () => {
    server.plays(callsTool('{"verdict": "yes", "why"'), callsTool(valid));
    expect(await model({ structured: 'tool' }).complete(request, schema, 'judgement')).toMatchObject({
      verdict: 'yes',
    });
    const { body } = server.requests[0]!;
    expect(body.tool_choice).toEqual({ type: 'function', function: { name: 'judgement' } });
    expect(body.response_format).toBeUndefined();
  });

  it('is accepted as text in tool mode when the server ignores tools', async () => {
    server.plays(says(`\`\`\`json\n${valid}\n\`\`\``));
    expect(await model({ structured: 'tool' }).complete(request, schema, 'judgement')).toMatchObject({
      verdict: 'yes',
    });
  });

  it('is repaired in json-schema mode, with two requests and no more', async () => {
    server.plays(says('```json\n{"verdict": 1}\n```'), says(`\`\`\`json\n${valid}\n\`\`\``));
    expect(await model({ structured: 'json-schema' }).complete(request, schema, 'judgement')).toMatchObject({
      verdict: 'yes',
    });
    expect(server.requests[0]!.body.response_format).toMatchObject({
      type: 'json_schema',
      json_schema: { name: 'judgement', strict: true, schema: { additionalProperties: false } },
    });
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    ['an error object with status 200', sends('{"error":{"message":"quota"}}')],
    ['a page instead of JSON', sends('<html>hello</html>', 'text/html')],
    ['no choices', sends('{"choices":[]}')],
    ['an empty text', says('')],
    ['a filtered answer', says(valid, { finish: 'content_filter' })],
  ])('is llm-failed on %s', async (_name, step) => {
    server.plays(step);
    expect(await failureOf(model().complete(request, schema, 'judgement'))).toMatchObject({
      code: 'llm-failed',
    });
  });
});

describe('a stream', () => {
  it('yields the text as it is written', async () => {
    server.plays(says('第一句。Second sentence.'));
    expect(await collect(model().stream(request))).toBe('第一句。Second sentence.');
  });

  it('leaves out what the model thinks', async () => {
    server.plays(says('<think>a long thought\n</think>\n\n答案在这里。'));
    expect(await collect(model().stream(request))).toBe('答案在这里。');
  });

  it.each([
    ['the connection drops', drops('Half a sen'), 'llm-failed'],
    ['it ends without a finish reason', says('Half a sen', { finish: null }), 'llm-failed'],
    ['it ran out of tokens', says('Half a sen', { finish: 'length' }), 'llm-invalid-output'],
    [
      'the server sends an error event',
      sends('data: {"error":{"message":"boom"}}\n\n', 'text/event-stream'),
      'llm-failed',
    ],
  ])('ends in an error when %s', async (_name, step, code) => {
    server.plays(step);
    expect(await failureOf(collect(model().stream(request)))).toMatchObject({ code });
    expect(server.requests).toHaveLength(1);
  });

  it('that falls silent is a timeout, and the connection is closed', async () => {
    server.plays(stalls('Half'));
    expect(await failureOf(collect(model({ timeoutMs: 200 }).stream(request)))).toMatchObject({
      code: 'timeout',
    });
    await server.requests[0]!.hungUp;
  });

  it('closes the connection when the reader stops', async () => {
    server.plays(stalls('Half'));
    for await (const _ of model().stream(request)) break;
    await server.requests[0]!.hungUp;
  });
});

describe('a failing server', () => {
  it('is asked again after a 500', async () => {
    server.plays(fails(500), fails(503), says(valid));
    expect(await model().complete(request, schema, 'judgement')).toMatchObject({ verdict: 'yes' });
  });

  it('is given up after three attempts, all of them on record', async () => {
    server.plays(fails(500), fails(502), hangsUp, says(valid));
    const error = await failureOf(model().complete(request, schema, 'judgement'));
    expect(error.code).toBe('llm-failed');
    expect(error.context['attempts']).toMatch(/^500,502,(?:UND_ERR_SOCKET|ECONNRESET)$/);
    expect(server.requests).toHaveLength(3);
  });

  it('is waited for as long as it says after a 429', async () => {
    server.plays(fails(429, { 'retry-after': '1' }), says(valid));
    const begun = performance.now();
    await model().complete(request, schema, 'judgement');
    expect(performance.now() - begun).toBeGreaterThan(950);
  });

  it('is not waited for when it asks for minutes; the caller learns how long', async () => {
    server.plays(fails(429, { 'retry-after': '300' }));
    expect(await failureOf(model().complete(request, schema, 'judgement'))).toMatchObject({
      code: 'llm-failed',
      retryAfterSeconds: 300,
    });
    expect(server.requests).toHaveLength(1);
  });

  it.each([400, 401, 403, 404])('is not asked again after a %i', async (status) => {
    server.plays(fails(status));
    const error = await failureOf(model().complete(request, schema, 'judgement'));
    expect(error).toMatchObject({ code: 'llm-failed' });
    expect(error.message).toContain(String(status));
    expect(server.requests).toHaveLength(1);
  });

  it('never gets its echo of the key into an error', async () => {
    server.plays(fails(401));
    const error = await failureOf(model().complete(request, schema, 'judgement'));
    expect(JSON.stringify([error.message, error.context, String(error.cause), error.stack])).not.toContain(
      apiKey,
    );
  });

  it('that cannot be reached is llm-failed with the reason', async () => {
    await server.close();
    const error = await failureOf(model().complete(request, schema, 'judgement'));
    expect(error).toMatchObject({ code: 'llm-failed', context: { code: 'ECONNREFUSED' } });
    server = await startScriptedChatServer();
  });

  it('that is slow with its headers is a timeout and is not asked again', async () => {
    server.plays(hangs, says(valid));
    const error = await failureOf(model({ timeoutMs: 200 }).complete(request, schema, 'judgement'));
    expect(error.code).toBe('timeout');
    await server.requests[0]!.hungUp;
    expect(server.requests).toHaveLength(1);
  });
});

describe('a caller who gives up', () => {
  it.each(['json-mode', 'json-schema', 'tool'] as const)(
    'closes the connection at once (%s)',
    async (structured) => {
      server.plays(hangs);
      const controller = new AbortController();
      const pending = failureOf(
        model({ structured }).complete({ ...request, signal: controller.signal }, schema, 'judgement'),
      );
      while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      controller.abort();
      expect((await pending).code).toBe('aborted');
      await server.requests[0]!.hungUp;
    },
  );

  it('ends a wait between two attempts', async () => {
    server.plays(fails(429, { 'retry-after': '15' }));
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 150);
    const begun = performance.now();
    const error = await failureOf(collect(model().stream({ ...request, signal: controller.signal })));
    expect(error.code).toBe('aborted');
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('sends nothing when the signal fired before', async () => {
    const signal = AbortSignal.abort();
    expect((await failureOf(model().complete({ ...request, signal }, schema, 'judgement'))).code).toBe(
      'aborted',
    );
    expect(server.requests).toHaveLength(0);
  });
});

describe('the environment of other programs', () => {
  const names = [
    'OPENAI_API_KEY',
    'OPENAI_BASE_URL',
    'OPENAI_ORG_ID',
    'OPENAI_ORGANIZATION',
    'OPENAI_PROJECT_ID',
    'OPENAI_CUSTOM_HEADERS',
    'LANGSMITH_TRACING',
    'LANGSMITH_ENDPOINT',
    'LANGSMITH_API_KEY',
  ];
  const before = new Map(names.map((name) => [name, process.env[name]]));
  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  it('does not reach the wire, and no tracer hears the prompts', async () => {
    const spy = await startScriptedChatServer();
    for (const name of names) process.env[name] = 'leaked-value';
    process.env['OPENAI_BASE_URL'] = spy.url;
    process.env['OPENAI_CUSTOM_HEADERS'] = 'x-leaked: leaked-value';
    process.env['LANGSMITH_TRACING'] = 'true';
    process.env['LANGSMITH_ENDPOINT'] = spy.url;
    server.plays(says(valid), says('text'));
    await model().complete(request, schema, 'judgement');
    await collect(model().stream(request));
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const { headers } of server.requests) {
      expect(headers.authorization).toBe(`Bearer ${apiKey}`);
      expect(JSON.stringify(headers)).not.toContain('leaked-value');
    }
    expect(spy.requests).toHaveLength(0);
    await spy.close();
  });
});
