/** What a call took: as the server tells it, else counted from the texts. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import type { Capabilities } from '../../src/llm/capabilities.ts';
import type { ModelUsage } from '../../src/llm/chat-model.ts';
import { OpenAiChatModel } from '../../src/llm/openai-chat-model.ts';
import {
  drops,
  fails,
  lacking,
  says,
  startScriptedChatServer,
  type ScriptedChatServer,
} from './scripted-chat-server.ts';

const everything: Capabilities = {
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
let told: ModelUsage[];
beforeEach(async () => {
  server = await startScriptedChatServer();
  told = [];
});
afterEach(() => server.close());

const usage = { prompt: 120, completion: 7 };
const word = z.object({ word: z.string() });
const request = {
  system: 'Say it.',
  user: '什么是注意力？',
  purpose: 'grade' as const,
  onUsage: (one: ModelUsage) => void told.push(one),
};

function model(known?: Partial<Capabilities>): OpenAiChatModel {
  const chat = new OpenAiChatModel({
    url: server.url,
    model: 'scripted',
    apiKey: 'none',
    structured: 'auto',
    timeoutMs: 2_000,
  });
  if (known) chat.adapt({ ...everything, ...known });
  return chat;
}

async function read(chat: OpenAiChatModel): Promise<string> {
  let text = '';
  for await (const piece of chat.stream(request)) text += piece;
  return text;
}

it('is what the server says, for each call of a request', async () => {
  server.plays(says('{"wort": 1}', { usage }), says('{"word": "a"}', { usage }));
  await model({ jsonSchema: false }).complete(request, word, 'word');
  const one = { model: 'scripted', purpose: 'grade', inputTokens: 120, outputTokens: 7, cost: null };
  expect(told).toEqual([
    { ...one, estimated: false },
    { ...one, estimated: false },
  ]);
});

it('is asked for in streams where the server tells it there', async () => {
  server.otherwise(says('Attention weighs.', { usage }));
  expect(await read(model({}))).toBe('Attention weighs.');
  expect(server.requests[0]!.body.stream_options).toEqual({ include_usage: true });
  expect(told).toMatchObject([{ inputTokens: 120, outputTokens: 7, estimated: false }]);
  await read(model({ streamUsage: false }));
  expect(server.requests[1]!.body.stream_options).toBeUndefined();
  expect(told[1]).toMatchObject({ estimated: true, inputTokens: 8, outputTokens: 5 });
});

it('is counted, and marked, when the server says nothing, also of an answer that broke off', async () => {
  server.plays(drops('Attention weighs what it reads.'));
  await expect(read(model({}))).rejects.toMatchObject({ code: 'llm-failed' });
  expect(told).toMatchObject([{ estimated: true, inputTokens: 8 }]);
  expect(told[0]!.outputTokens).toBeGreaterThan(0);
});

it('is nothing for a call that was refused', async () => {
  server.plays(fails(401));
  await expect(read(model())).rejects.toMatchObject({ code: 'llm-failed' });
  expect(told).toEqual([]);
});

it('adapts to what the endpoint lacks', async () => {
  server.otherwise(
    lacking({ systemRole: true, streaming: true, jsonSchema: 'refuse' }, says('{"word":"a"}')),
  );
  const chat = model({ systemRole: false, streaming: false, jsonSchema: false, temperature: false });
  expect(await chat.complete(request, word, 'word')).toEqual({ word: 'a' });
  expect(await read(chat)).toBe('{"word":"a"}');
  for (const { body } of server.requests) {
    expect(body.messages).toHaveLength(1);
    expect(body.messages[0]!.content).toMatch(/^Say it\.[\s\S]*什么是注意力？$/);
    expect(body.temperature).toBeUndefined();
  }
});

it.each([
  [{}, 'json_schema', 0],
  [{ streaming: false }, 'json_object', 0],
  [{ jsonSchema: false }, 'json_object', 0],
  [{ jsonSchema: false, jsonMode: false }, undefined, 1],
  [{ jsonSchema: false, jsonMode: false, forcedTool: false }, undefined, 0],
])('asks for structure as the endpoint takes it best: %j', async (lacks, format, tools) => {
  server.otherwise(says('{"word":"a"}'));
  await model(lacks).complete(request, word, 'word');
  const { body } = server.requests[0]!;
  expect(body.response_format?.type).toBe(format);
  expect(body.tools?.length ?? 0).toBe(tools);
});
