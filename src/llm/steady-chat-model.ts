/** A chat model that is looked after: a budget, a breaker, one that stands in, and every call counted. */
import type { z } from 'zod';
import { VivaError } from '../errors.ts';
import type { ChatModel, ChatRequest } from './chat-model.ts';
import type { ToolUse, ToolUseRequest } from './chat-tool.ts';
import { CircuitBreaker, type BreakerState, type Passage } from './circuit-breaker.ts';
import { endpointFault, failureKindOf, type FailureKind } from './failure-kind.ts';
import { scopedSession } from './model-scope.ts';
import type { UsageLedger } from './usage-ledger.ts';

export type Role = 'primary' | 'fallback';

/** One call to one endpoint, with what came of it. */
export interface ModelCall {
  readonly role: Role;
  readonly purpose: NonNullable<ChatRequest['purpose']>;
  readonly outcome: 'ok' | FailureKind;
  readonly seconds: number;
}

export interface SteadyChatModelOptions {
  readonly primary: ChatModel;
  /** Asked when the primary fails. */
  readonly fallback?: ChatModel | null;
  readonly ledger: UsageLedger;
  /** Milliseconds; only differences count. */
  readonly now: () => number;
  readonly onCall?: (call: ModelCall) => void;
  /** Pauses of the breakers, for tests. */
  readonly breaker?: { readonly failures?: number; readonly firstPauseMs?: number };
}

interface Endpoint {
  readonly role: Role;
  readonly model: ChatModel;
  readonly breaker: CircuitBreaker;
}

export class SteadyChatModel implements ChatModel {
  /** The primary's name; who really answered stands in the usage. */
  readonly id: string;
  /** For a second opinion: the fallback alone, as who judged first is no second judge. Without a fallback it is this one. */
  readonly second: ChatModel;
  readonly #options: SteadyChatModelOptions;
  readonly #endpoints: readonly Endpoint[];

  constructor(options: SteadyChatModelOptions) {
    const { primary, fallback, now, breaker } = options;
    this.id = primary.id;
    this.#options = options;
    const endpoint = (role: Role, model: ChatModel): Endpoint => ({
      role,
      model,
      breaker: new CircuitBreaker({ now, ...breaker }),
    });
    this.#endpoints = [endpoint('primary', primary), ...(fallback ? [endpoint('fallback', fallback)] : [])];
    this.second = fallback ? this.#alone(fallback) : this;
  }

  complete<T>(request: ChatRequest, schema: z.ZodType<T>, schemaName: string): Promise<T> {
    return this.#asked(this.#endpoints, request, (model, counted) =>
      model.complete(counted, schema, schemaName),
    );
  }

  /** A model that stands in begins anew: what the first one looked up is lost. */
  useTools(request: ToolUseRequest): Promise<ToolUse | null> {
    return this.#asked(this.#endpoints, request, async (model, counted) =>
      model.useTools ? model.useTools({ ...request, ...counted }) : null,
    );
  }

  stream(request: ChatRequest): AsyncIterable<string> {
    return this.#stream(this.#endpoints, request);
  }

  /** By role. */
  breakers(): readonly { readonly role: Role; readonly model: string; readonly state: BreakerState }[] {
    return this.#endpoints.map(({ role, model, breaker }) => ({
      role,
      model: model.id,
      state: breaker.state,
    }));
  }

  #alone(fallback: ChatModel): ChatModel {
    const only = this.#endpoints.filter(({ model }) => model === fallback);
    return {
      id: fallback.id,
      complete: (request, schema, name) =>
        this.#asked(only, request, (model, counted) => model.complete(counted, schema, name)),
      stream: (request) => this.#stream(only, request),
    };
  }

  async #asked<T>(
    endpoints: readonly Endpoint[],
    request: ChatRequest,
    ask: (model: ChatModel, counted: ChatRequest) => Promise<T>,
  ): Promise<T> {
    const counted = this.#counted(request);
    let failure: unknown = null;
    for (const endpoint of endpoints) {
      const call = this.#begin(endpoint, request);
      if (call === null) {
        failure ??= this.#resting(endpoints);
        continue;
      }
      try {
        const value = await ask(endpoint.model, counted);
        call.end(null);
        return value;
      } catch (error) {
        call.end(error);
        if (isFinal(error)) throw error;
        failure = worse(failure, error);
      }
    }
    throw failure;
  }

  async *#stream(endpoints: readonly Endpoint[], request: ChatRequest): AsyncGenerator<string> {
    const counted = this.#counted(request);
    let failure: unknown = null;
    for (const endpoint of endpoints) {
      const call = this.#begin(endpoint, request);
      if (call === null) {
        failure ??= this.#resting(endpoints);
        continue;
      }
      let begun = false;
      let ended = false;
      try {
        for await (const piece of endpoint.model.stream(counted)) {
          begun = true;
          yield piece;
        }
        ended = true;
        call.end(null);
        return;
      } catch (error) {
        ended = true;
        call.end(error);
        // What was read cannot be taken back: nobody else goes on with it.
        if (begun || isFinal(error)) throw error;
        failure = worse(failure, error);
      } finally {
        // The reader went away in the middle.
        if (!ended) call.end(new VivaError('aborted', 'The answer was not read to its end.'));
      }
    }
    throw failure;
  }

  /** @throws VivaError `model-budget` */
  #begin(
    { role, breaker }: Endpoint,
    request: ChatRequest,
  ): { readonly end: (error: unknown) => void } | null {
    const { ledger, now, onCall } = this.#options;
    const purpose = request.purpose ?? 'other';
    const told = (outcome: ModelCall['outcome'], seconds: number) =>
      onCall?.({ role, purpose, outcome, seconds });
    try {
      ledger.requireRoom(request.sessionId ?? scopedSession());
    } catch (error) {
      told('budget', 0);
      throw error;
    }
    const passage = breaker.enter();
    if (passage === null) {
      told('resting', 0);
      return null;
    }
    const began = now();
    return {
      end: (error) => {
        settle(passage, error);
        told(error === null ? 'ok' : failureKindOf(error), (now() - began) / 1000);
      },
    };
  }

  #counted(request: ChatRequest): ChatRequest {
    // Read now: a stream may be read on in another scope.
    const sessionId = request.sessionId ?? scopedSession();
    return {
      ...request,
      onUsage: (usage) => {
        const counted = this.#options.ledger.add(usage, sessionId);
        request.onUsage?.(counted);
      },
    };
  }

  #resting(endpoints: readonly Endpoint[]): VivaError {
    const seconds = Math.ceil(Math.min(...endpoints.map(({ breaker }) => breaker.waitMs)) / 1000);
    return new VivaError(
      'llm-failed',
      `Chat model ${this.id} failed several times in a row and is left alone for ${seconds} s.`,
      { context: { model: this.id, resting: true }, retryAfterSeconds: seconds },
    );
  }
}

function settle(passage: Passage, error: unknown): void {
  if (error === null) return passage.succeeded();
  const kind = failureKindOf(error);
  if (kind === 'aborted' || kind === 'budget') return passage.withdrawn();
  const fault = endpointFault(error);
  return fault === null ? passage.succeeded() : passage.failed(fault.pauseMs);
}

/** Nobody else is asked: the caller went away, or there is no budget for anybody. */
function isFinal(error: unknown): boolean {
  const kind = failureKindOf(error);
  return kind === 'aborted' || kind === 'budget';
}

/** A failure tells more than that somebody was not asked. */
function worse(before: unknown, error: unknown): unknown {
  return before === null || failureKindOf(before) === 'resting' ? error : before;
}
