/** The model in use: probed in the background, tried again while it is away, exchanged at any time, measured. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Registry } from 'prom-client';
import { z } from 'zod';
import type { ChatModelConfig } from '../../src/config.ts';
import { ModelDesk } from '../../src/llm/model-desk.ts';
import { UsageLedger } from '../../src/llm/usage-ledger.ts';
import { createModelMetrics } from '../../src/server/model-metrics.ts';
import { capable } from './capable.ts';
import {
  fails,
  lacking,
  says,
  startScriptedChatServer,
  type ScriptedChatServer,
} from './scripted-chat-server.ts';

let server: ScriptedChatServer;
let desk: ModelDesk;
let said: string[];
const registry = new Registry();
const metrics = createModelMetrics(registry);

beforeEach(async () => {
  server = await startScriptedChatServer();
  said = [];
  const ledger = new UsageLedger({
    file: null,
    dayTokens: 1_000,
    sessionTokens: null,
    priceIn: 1,
    priceOut: 2,
    now: Date.now,
    onFailure: () => undefined,
    onAdd: metrics.usage,
  });
  desk = new ModelDesk({
    ledger,
    now: () => performance.now(),
    onCall: metrics.call,
    say: (message) => void said.push(message),
    firstPauseMs: 20,
  });
});
afterEach(async () => {
  await desk.close();
  await server.close();
});

const config = (more: Partial<ChatModelConfig> = {}): ChatModelConfig => ({
  url: server.url,
  model: 'first',
  apiKey: 'sk-very-secret-key',
  structured: 'auto',
  timeoutMs: 2_000,
  ...more,
});
const word = z.object({ word: z.string() });
const request = { system: 'Say a word.', user: 'Please.', purpose: 'grade' as const };

it('probes both models in the background and asks as they take it', async () => {
  server.onProbe(lacking({ jsonSchema: 'refuse', systemRole: true }, capable));
  await desk.use(config({ fallback: 'second' }));
  await vi.waitFor(() => expect(desk.report().map(({ state }) => state)).toEqual(['known', 'known']), {
    timeout: 20_000,
  });
  expect(desk.report()).toMatchObject([
    {
      role: 'primary',
      model: 'first',
      breaker: 'closed',
      trouble: null,
      capabilities: { systemRole: false },
    },
    { role: 'fallback', model: 'second' },
  ]);
  expect(said).toContain('chat model first: without systemRole, jsonSchema; structured answers by json-mode');
  server.plays(says('{"word":"a"}'));
  await desk.model!.complete(request, word, 'word');
  expect(server.requests[0]!.body.messages.map(({ role }) => role)).toEqual(['user']);
  expect(server.requests[0]!.body.response_format?.type).toBe('json_object');
});

it('does not wait for an endpoint that is away, says so once, and finds it when it is back', async () => {
  server.onProbe(fails(500));
  await desk.use(config());
  await vi.waitFor(() => expect(desk.report()[0]!.state).toBe('away'), { timeout: 20_000 });
  await vi.waitFor(() => expect(server.probes.length).toBeGreaterThan(5), { timeout: 20_000 });
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/^Chat model first failed.*\(500\)\. It is tried again/);
  server.onProbe(capable);
  await vi.waitFor(() => expect(desk.report()[0]!.state).toBe('known'), { timeout: 20_000 });
  expect(JSON.stringify([said, desk.report()])).not.toContain('sk-very-secret-key');
});

it('is exchanged while it is in use, and can be none', async () => {
  const seen: (string | null)[] = [];
  desk.onChange(() => seen.push(desk.model?.id ?? null));
  await desk.use(config());
  await desk.use(config({ model: 'other' }));
  await desk.use(null);
  expect(seen).toEqual(['first', 'other', null]);
  expect(desk.report()).toEqual([]);
});

it('is measured, with labels that are closed sets', async () => {
  registry.resetMetrics();
  metrics.watch({ endpoints: () => desk.report(), today: () => desk.today });
  await desk.use(config());
  server.plays(says('{"word":"a"}', { usage: { prompt: 100, completion: 20 } }), fails(401));
  await desk.model!.complete(request, word, 'word');
  await expect(desk.model!.complete(request, word, 'word')).rejects.toMatchObject({ code: 'llm-failed' });
  const text = await registry.metrics();
  for (const line of [
    'viva_model_calls_total{role="primary",purpose="grade",outcome="ok"} 1',
    'viva_model_calls_total{role="primary",purpose="grade",outcome="refused-key"} 1',
    'viva_model_tokens_total{purpose="grade",estimated="false",direction="in"} 100',
    'viva_model_tokens_total{purpose="grade",estimated="false",direction="out"} 20',
    'viva_model_cost_total{purpose="grade"} 0.00014',
    'viva_model_call_seconds_count{role="primary",purpose="grade"} 2',
    'viva_model_breaker_state{role="primary"} 0',
    'viva_model_day_tokens{which="used"} 120',
    'viva_model_day_tokens{which="limit"} 1000',
  ])
    expect(text).toContain(line);
  expect(text).not.toMatch(/first|sk-very/);
});
