/** A body that stalls after its head: the signal must end it, whatever the garbage collector did meanwhile. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { OpenAiChatModel } from '../../src/llm/openai-chat-model.ts';
import { stalls, startScriptedChatServer, type ScriptedChatServer } from './scripted-chat-server.ts';

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;

let server: ScriptedChatServer;
beforeEach(async () => {
  server = await startScriptedChatServer();
});
afterEach(async () => server.close());

it.each(['json-mode', 'json-schema', 'tool'] as const)(
  'times out with %s',
  async (structured) => {
    server.plays(stalls('{"a":'));
    const model = new OpenAiChatModel({
      url: server.url,
      model: 'scripted',
      apiKey: 'none',
      structured,
      timeoutMs: 1_000,
    });
    const answer = model.complete({ system: 's', user: 'u' }, z.object({ a: z.string() }), 'one');
    const collecting = setInterval(collectGarbage, 50);
    try {
      await expect(answer).rejects.toMatchObject({ code: 'timeout' });
      // The connection is closed too: nobody pays for an answer that nobody reads.
      await server.requests[0]!.hungUp;
    } finally {
      clearInterval(collecting);
    }
  },
  10_000,
);
