/** What a probe finds out about endpoints that can, cannot, and are not there. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LlmConfig } from '../../src/config.ts';
import type { Capabilities } from '../../src/llm/capabilities.ts';
import { probeModel } from '../../src/llm/probe-model.ts';
import { capable } from './capable.ts';
import {
  fails,
  hangs,
  lacking,
  says,
  stalls,
  startScriptedChatServer,
  type Lacks,
  type ScriptedChatServer,
  type Step,
} from './scripted-chat-server.ts';

const apiKey = 'sk-very-secret-key';
const all: Capabilities = {
  streaming: true,
  jsonSchema: true,
  jsonMode: true,
  toolCalls: true,
  forcedTool: true,
  usage: true,
  streamUsage: true,
  systemRole: true,
  temperature: true,
};

let server: ScriptedChatServer;
beforeEach(async () => {
  server = await startScriptedChatServer();
  server.onProbe(null);
});
afterEach(() => server.close());

const endpoint = (more: Partial<LlmConfig> = {}): LlmConfig => ({
  url: server.url,
  model: 'scripted',
  apiKey,
  structured: 'auto',
  timeoutMs: 1_000,
  ...more,
});

it('finds everything in a few calls where everything is there', async () => {
  server.otherwise(capable);
  expect(await probeModel(endpoint())).toEqual(all);
  expect(server.requests).toHaveLength(6);
});

describe('finds what is lacking:', () => {
  it.each<[Lacks, Partial<Capabilities>]>([
    [{ jsonSchema: 'refuse' }, { jsonSchema: false }],
    [{ jsonSchema: 'ignore' }, { jsonSchema: false }],
    [{ jsonMode: 'refuse' }, { jsonMode: false }],
    [{ jsonMode: 'ignore' }, { jsonMode: false }],
    [{ tools: 'refuse' }, { toolCalls: false, forcedTool: false }],
    [{ tools: 'ignore' }, { toolCalls: false, forcedTool: false }],
    [{ systemRole: true }, { systemRole: false }],
    [{ streaming: true }, { streaming: false, streamUsage: false }],
    [{ usage: true }, { streamUsage: false }],
  ])('%j', async (lacks, found) => {
    server.otherwise(lacking(lacks, capable));
    expect(await probeModel(endpoint())).toEqual({ ...all, ...found });
  });

  it('a temperature that is refused', async () => {
    server.otherwise((response, request) =>
      (request.body.temperature === undefined ? capable : fails(400))(response, request),
    );
    expect(await probeModel(endpoint())).toEqual({ ...all, temperature: false });
  });

  it('usage, where none is told', async () => {
    server.otherwise(says('ready'));
    expect(await probeModel(endpoint())).toMatchObject({ streaming: true, usage: false, streamUsage: false });
  });

  it('what never ends, or stalls: it does not count as there', async () => {
    server.otherwise((response, request) => {
      const { stream, response_format: format } = request.body;
      const step: Step = stream === true ? stalls('one') : format?.type === 'json_schema' ? hangs : capable;
      return step(response, request);
    });
    expect(await probeModel(endpoint())).toEqual({
      ...all,
      streaming: false,
      streamUsage: false,
      jsonSchema: false,
    });
  });
});

describe('an endpoint that cannot be spoken to', () => {
  it.each<[string, Step, RegExp]>([
    ['a wrong key', fails(401), /refused the key.*\(401\)/],
    ['no such model', fails(404), /was not found.*\(404\)/],
    ['a broken server', fails(500), /failed.*\(500\)/],
    ['no answer', hangs, /took too long/],
    ['a page', (response) => void response.writeHead(200).end(`<p>${apiKey}</p>`), /gave no answer/],
  ])('is an error without a word of its own: %s', async (_, step, message) => {
    server.otherwise(step);
    const error = await probeModel(endpoint()).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ name: 'VivaError', message: expect.stringMatching(message) as string });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(apiKey);
  });

  it('that went away in the middle is not taken for one that can little', async () => {
    server.plays(capable, capable, fails(429));
    server.otherwise(fails(429));
    await expect(probeModel(endpoint())).rejects.toMatchObject({ code: 'llm-failed' });
  });

  it('is given up when its caller goes away', async () => {
    server.otherwise(hangs);
    const caller = new AbortController();
    const probing = probeModel(endpoint({ timeoutMs: 30_000 }), { signal: caller.signal });
    caller.abort();
    await expect(probing).rejects.toMatchObject({ code: 'aborted' });
  });
});

it('is told apart from other calls by the server of the tests', async () => {
  const other = await startScriptedChatServer();
  try {
    expect(await probeModel(endpoint({ url: other.url }))).toEqual(all);
    expect(other.requests).toEqual([]);
    expect(other.probes).toHaveLength(6);
  } finally {
    await other.close();
  }
});
