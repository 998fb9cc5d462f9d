/** What the chat model takes and how it is doing, for Prometheus. No model name, no session, no text is a label. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ModelUsage } from '../llm/chat-model.ts';
import type { EndpointReport } from '../llm/model-desk.ts';
import type { ModelCall } from '../llm/steady-chat-model.ts';

export interface ModelMetrics {
  readonly call: (call: ModelCall) => void;
  readonly usage: (usage: ModelUsage) => void;
  /** What to read when metrics are asked for. */
  watch(watched: {
    readonly endpoints: () => readonly EndpointReport[];
    readonly today: () => { readonly tokens: number; readonly limit: number | null };
  }): void;
}

const breakerValues = { closed: 0, 'half-open': 1, open: 2 };

/** One registry takes one server. */
export function createModelMetrics(register: Registry): ModelMetrics {
  const registers = [register];
  const calls = new Counter({
    name: 'viva_model_calls_total',
    help: 'Calls to the chat model, by who was asked (primary, fallback), what for, and outcome: ok or why it failed.',
    labelNames: ['role', 'purpose', 'outcome'] as const,
    registers,
  });
  const seconds = new Histogram({
    name: 'viva_model_call_seconds',
    help: 'Time from a call to the end of its answer, by purpose; calls that were made.',
    labelNames: ['role', 'purpose'] as const,
    buckets: [0.1, 0.3, 1, 3, 10, 30, 100],
    registers,
  });
  const tokens = new Counter({
    name: 'viva_model_tokens_total',
    help: 'Tokens by purpose and direction (in, out); estimated="true": the server did not tell them.',
    labelNames: ['purpose', 'direction', 'estimated'] as const,
    registers,
  });
  const cost = new Counter({
    name: 'viva_model_cost_total',
    help: 'Cost by purpose, in the currency of VIVA_MODEL_PRICE_IN and VIVA_MODEL_PRICE_OUT.',
    labelNames: ['purpose'] as const,
    registers,
  });
  return {
    call({ role, purpose, outcome, seconds: took }) {
      calls.inc({ role, purpose, outcome });
      if (outcome !== 'budget' && outcome !== 'resting') seconds.observe({ role, purpose }, took);
    },
    usage({ purpose, inputTokens, outputTokens, estimated, cost: paid }) {
      const label = { purpose, estimated: String(estimated) };
      tokens.inc({ ...label, direction: 'in' }, inputTokens);
      tokens.inc({ ...label, direction: 'out' }, outputTokens);
      if (paid !== null) cost.inc({ purpose }, paid);
    },
    watch: (watched) => watchModel(watched, registers),
  };
}

type Watched = Parameters<ModelMetrics['watch']>[0];

function watchModel({ endpoints, today }: Watched, registers: Registry[]): readonly Gauge[] {
  const breaker = new Gauge({
    name: 'viva_model_breaker_state',
    help: 'Whether the chat model is asked: 0 yes (closed), 1 on trial (half open), 2 left alone (open).',
    labelNames: ['role'] as const,
    registers,
    collect() {
      this.reset();
      for (const one of endpoints()) this.set({ role: one.role }, breakerValues[one.breaker]);
    },
  });
  const day = new Gauge({
    name: 'viva_model_day_tokens',
    help: 'Tokens of today (UTC), and the most that a day may take (0: no limit).',
    labelNames: ['which'] as const,
    registers,
    collect() {
      const { tokens, limit } = today();
      this.set({ which: 'used' }, tokens);
      this.set({ which: 'limit' }, limit ?? 0);
    },
  });
  return [breaker, day];
}
