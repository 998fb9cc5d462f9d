/**
 * The chat model in use: which one, what its endpoints were found to do, and how it is doing. It may be exchanged while the
 * server runs; whoever uses it asks for the one of now.
 */
import type { ChatModelConfig, LlmConfig } from '../config.ts';
import { messageOf, VivaError } from '../errors.ts';
import { methodOf, type Capabilities } from './capabilities.ts';
import type { ChatModel } from './chat-model.ts';
import type { BreakerState } from './circuit-breaker.ts';
import { SteadyChatModel, type ModelCall, type Role } from './steady-chat-model.ts';
import type { UsageLedger } from './usage-ledger.ts';

/** Pauses between attempts at an endpoint that could not be probed: 15 s, twice that, … 10 min. */
const firstPauseMs = 15_000;
const longestPauseMs = 600_000;

export interface ModelDeskOptions {
  readonly ledger: UsageLedger;
  /** Milliseconds; only differences count. */
  readonly now: () => number;
  readonly onCall?: (call: ModelCall) => void;
  /** Told what was found, in a line without secrets. */
  readonly say: (message: string) => void;
  /** Default 15 s. */
  readonly firstPauseMs?: number;
}

/** How an endpoint is doing. */
export interface EndpointReport {
  readonly role: Role;
  readonly model: string;
  /** `probing`: not known yet; `away`: it could not be probed, and is tried again. */
  readonly state: 'probing' | 'known' | 'away';
  readonly breaker: BreakerState;
  readonly capabilities: Capabilities | null;
  /** Why it is away, in words for its owner. */
  readonly trouble: string | null;
}

interface Adaptable extends ChatModel {
  adapt(known: Capabilities): void;
}

interface Desk {
  readonly config: ChatModelConfig;
  readonly model: SteadyChatModel;
  readonly endpoints: readonly Probed[];
  readonly stop: AbortController;
}

interface Probed {
  readonly role: Role;
  readonly config: LlmConfig;
  readonly model: Adaptable;
  capabilities: Capabilities | null;
  trouble: string | null;
}

export class ModelDesk {
  readonly #options: ModelDeskOptions;
  readonly #listeners = new Set<() => void>();
  #desk: Desk | null = null;

  constructor(options: ModelDeskOptions) {
    this.#options = options;
  }

  /** null: no chat model is in use. */
  get model(): SteadyChatModel | null {
    return this.#desk?.model ?? null;
  }

  /**
   * From now on this one; null: none. Its endpoints are probed meanwhile, and again while they cannot be.
   * The library behind it (80 MB in memory) is loaded with the first one.
   */
  async use(config: ChatModelConfig | null): Promise<void> {
    const desk = config ? await this.#open(config) : null;
    this.#desk?.stop.abort();
    this.#desk = desk;
    for (const listener of this.#listeners) listener();
    if (desk === null) return;
    for (const endpoint of desk.endpoints) void this.#probe(endpoint, desk.stop.signal);
  }

  /** @param listener told after each change of the model in use */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Tokens of today, and the limit. */
  get today(): UsageLedger['today'] {
    return this.#options.ledger.today;
  }

  /** By role; empty without a model. */
  report(): readonly EndpointReport[] {
    const breakers = this.#desk?.model.breakers() ?? [];
    return (this.#desk?.endpoints ?? []).map(({ role, model, capabilities, trouble }) => ({
      role,
      model: model.id,
      state: capabilities ? 'known' : trouble === null ? 'probing' : 'away',
      breaker: breakers.find((one) => one.role === role)?.state ?? 'closed',
      capabilities,
      trouble,
    }));
  }

  /** Stops probing, and writes down what was counted. */
  async close(): Promise<void> {
    this.#desk?.stop.abort();
    await this.#options.ledger.flush();
  }

  async #open(config: ChatModelConfig): Promise<Desk> {
    const { OpenAiChatModel } = await import('./openai-chat-model.ts');
    const { ledger, now, onCall } = this.#options;
    const endpoint = (role: Role, model: string): Probed => {
      const own = { ...config, model };
      return { role, config: own, model: new OpenAiChatModel(own), capabilities: null, trouble: null };
    };
    const primary = endpoint('primary', config.model);
    const fallback = config.fallback ? endpoint('fallback', config.fallback) : null;
    const model = new SteadyChatModel({
      primary: primary.model,
      fallback: fallback?.model ?? null,
      ledger,
      now,
      ...(onCall ? { onCall } : {}),
    });
    return {
      config,
      model,
      endpoints: fallback ? [primary, fallback] : [primary],
      stop: new AbortController(),
    };
  }

  async #probe(endpoint: Probed, signal: AbortSignal): Promise<void> {
    const { probeModel } = await import('./probe-model.ts');
    const { say, firstPauseMs: first = firstPauseMs } = this.#options;
    for (let pause = first; !signal.aborted; pause = Math.min(pause * 2, longestPauseMs)) {
      try {
        const found = await probeModel(endpoint.config, { signal });
        endpoint.capabilities = found;
        endpoint.trouble = null;
        endpoint.model.adapt(found);
        say(`chat model ${endpoint.model.id}: ${inWords(found)}`);
        return;
      } catch (error) {
        if (signal.aborted) return;
        const known = error instanceof VivaError;
        const trouble = known ? messageOf(error) : `Chat model ${endpoint.model.id} could not be tried.`;
        // Said once, not with every attempt.
        if (endpoint.trouble === null)
          say(`${trouble} It is tried again; until then the local judge stands in.`);
        endpoint.trouble = trouble;
      }
      await elapsed(pause, signal);
    }
  }
}

/** One line for a log. */
export function inWords(found: Capabilities): string {
  const lacking = Object.entries(found).flatMap(([name, has]) => (has ? [] : [name]));
  const method = `structured answers by ${methodOf(found)}`;
  return lacking.length === 0 ? `can everything; ${method}` : `without ${lacking.join(', ')}; ${method}`;
}

/** Resolves after a while, or early with the signal; keeps no process alive. */
function elapsed(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds).unref();
    signal.addEventListener('abort', done);
  });
}
