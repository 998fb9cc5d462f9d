/** The chat model behind any OpenAI-compatible server, by way of LangChain's ChatOpenAI. */
import type { ChatGenerationChunk } from '@langchain/core/outputs';
import { ChatOpenAI } from '@langchain/openai';
import { AIMessage, HumanMessage, SystemMessage, type BaseMessage } from 'langchain';
import type { z } from 'zod';
import type { LlmConfig } from '../config.ts';
import { VivaError } from '../errors.ts';
import { CallClock } from './call-clock.ts';
import type { ChatModel, ChatRequest } from './chat-model.ts';
import { attemptName, retryDelay, toLlmError } from './llm-error.ts';
import { jsonSchemaOf, parseStructured } from './structured-output.ts';
import { ThinkingFilter } from './thinking.ts';

/** Attempts after the first one, for failures that may pass by themselves. */
const retries = 2;
/** A whole call may take this many times the pause that is allowed between two signs of life. */
const totalFactor = 4;
/** Characters after which an answer is cut off; far above what any allowed number of tokens holds. */
const longestAnswer = 200_000;

type CallOptions = ChatOpenAI['ParsedCallOptions'];

interface Written {
  readonly text: string;
  readonly finish: string | null;
}

/** Names whose servers refuse a temperature. */
const fixedTemperature = /^(?:o\d|gpt-5(?!-chat))/;

export class OpenAiChatModel implements ChatModel {
  readonly id: string;
  readonly #config: LlmConfig;

  constructor(config: LlmConfig) {
    this.id = config.model;
    this.#config = config;
  }

  async complete<T>(request: ChatRequest, schema: z.ZodType<T>, schemaName: string): Promise<T> {
    const shape = jsonSchemaOf(schema);
    const format = `Answer with one JSON object and nothing else. It must fit this JSON Schema:\n${JSON.stringify(shape)}`;
    const messages: BaseMessage[] = [
      new SystemMessage(`${request.system}\n\n${format}`),
      new HumanMessage(request.user),
    ];
    const first = await this.#write(request, messages, this.#callOptions(shape, schemaName));
    const parsed = parseStructured(first, schema);
    if (parsed.ok) return parsed.value;
    const second = await this.#write(
      request,
      [
        ...messages,
        new AIMessage(first.slice(0, 8_000)),
        new HumanMessage(
          `That does not fit:\n${parsed.complaint.slice(0, 2_000)}\nAnswer again: the whole JSON object, nothing else.`,
        ),
      ],
      this.#callOptions(shape, schemaName),
    );
    const repaired = parseStructured(second, schema);
    if (repaired.ok) return repaired.value;
    throw new VivaError(
      'llm-invalid-output',
      `Chat model ${this.id} twice gave an answer that does not fit '${schemaName}'.`,
      {
        context: { model: this.id, complaint: repaired.complaint.slice(0, 500) },
      },
    );
  }

  async *stream(request: ChatRequest): AsyncIterable<string> {
    const thinking = new ThinkingFilter();
    const messages = [new SystemMessage(request.system), new HumanMessage(request.user)];
    for await (const chunk of this.#chunks(request, messages, {})) {
      const text = thinking.push(chunk.text);
      if (text !== '') yield text;
    }
    const rest = thinking.end();
    if (rest !== '') yield rest;
  }

  /** The answer as one text: content, or the arguments of the forced tool call. */
  async #write(
    request: ChatRequest,
    messages: BaseMessage[],
    options: Partial<CallOptions>,
  ): Promise<string> {
    // LangChain reads json_schema answers itself and loses the text of a bad one, except in a stream.
    if (this.#config.structured === 'json-schema') {
      let text = '';
      for await (const chunk of this.#chunks(request, messages, options)) text += chunk.text;
      return text;
    }
    const { timeoutMs } = this.#config;
    const clock = new CallClock(request.signal, { idleMs: timeoutMs, totalMs: timeoutMs });
    return this.#guarded(clock, async (retry) => {
      const model = this.#model(request.maxTokens);
      const result = await retry(() => model._generate(messages, { ...options, signal: clock.signal }));
      const generation = result.generations[0];
      if (!generation) throw this.#failed('answered without a choice');
      const written = {
        text: toolArguments(generation.message) ?? generation.text,
        finish: finishOf(generation.generationInfo),
      };
      this.#requireWhole(written, false);
      return written.text;
    });
  }

  /** Chunks of a stream that is known to have ended properly when the iteration ends. */
  async *#chunks(
    request: ChatRequest,
    messages: BaseMessage[],
    options: Partial<CallOptions>,
  ): AsyncGenerator<ChatGenerationChunk> {
    const { timeoutMs } = this.#config;
    const clock = new CallClock(request.signal, { idleMs: timeoutMs, totalMs: totalFactor * timeoutMs });
    const attempts: string[] = [];
    try {
      const model = this.#model(request.maxTokens);
      const opened = await this.#retrying(clock, attempts, async () => {
        const chunks = model._streamResponseChunks(messages, { ...options, signal: clock.signal });
        return { chunks, first: await chunks.next() };
      });
      let text = '';
      let finish: string | null = null;
      for (let step = opened.first; step.done !== true; step = await opened.chunks.next()) {
        clock.touch();
        text += step.value.text;
        finish = finishOf(step.value.generationInfo) ?? finish;
        if (text.length > longestAnswer) throw this.#failed('wrote without end');
        yield step.value;
      }
      clock.signal.throwIfAborted();
      this.#requireWhole({ text, finish }, true);
    } catch (error) {
      throw toLlmError(error, this.id, clock, attempts);
    } finally {
      clock.close();
    }
  }

  async #guarded<T>(
    clock: CallClock,
    run: (retry: <R>(attempt: () => Promise<R>) => Promise<R>) => Promise<T>,
  ): Promise<T> {
    const attempts: string[] = [];
    try {
      return await run((attempt) => this.#retrying(clock, attempts, attempt));
    } catch (error) {
      throw toLlmError(error, this.id, clock, attempts);
    } finally {
      clock.close();
    }
  }

  /** Runs `attempt` again when it failed for a reason that may pass; `attempts` collects what failed. */
  async #retrying<R>(clock: CallClock, attempts: string[], attempt: () => Promise<R>): Promise<R> {
    for (let count = 0; ; count++) {
      clock.signal.throwIfAborted();
      clock.touch();
      try {
        return await attempt();
      } catch (error) {
        attempts.push(attemptName(error));
        const delay = count < retries && !clock.signal.aborted ? retryDelay(error, count) : null;
        if (delay === null) throw error;
        await clock.pause(delay);
      }
    }
  }

  #requireWhole({ text, finish }: Written, streamed: boolean): void {
    if (finish === 'length') {
      throw new VivaError(
        'llm-invalid-output',
        `Chat model ${this.id} ran out of tokens before its answer was complete.`,
        {
          context: { model: this.id, characters: text.length },
        },
      );
    }
    if (finish === 'content_filter') throw this.#failed('withheld its answer (content filter)');
    if (finish === null && streamed) throw this.#failed('broke off before its answer was complete');
    if (text.trim() === '') throw this.#failed('gave an empty answer');
  }

  #failed(what: string): VivaError {
    return new VivaError('llm-failed', `Chat model ${this.id} ${what}.`, { context: { model: this.id } });
  }

  #callOptions(shape: Record<string, unknown>, name: string): Partial<CallOptions> {
    switch (this.#config.structured) {
      // Until a probe has told more, what most servers take.
      case 'auto':
      case 'json-mode':
        return { response_format: { type: 'json_object' } };
      case 'json-schema':
        return {
          response_format: { type: 'json_schema', json_schema: { name, schema: shape, strict: true } },
        };
      case 'tool':
        return {
          tools: [
            { type: 'function', function: { name, description: 'Hands in the answer.', parameters: shape } },
          ],
          tool_choice: { type: 'function', function: { name } },
        };
    }
  }

  /**
   * Its `_generate` and `_streamResponseChunks` are called directly: `invoke` and `stream` would hand
   * prompts to whatever tracer or console the environment (LANGSMITH_*, LANGCHAIN_*) names.
   */
  #model(maxTokens = 1_024): ChatOpenAI {
    const { url, model, apiKey } = this.#config;
    return new ChatOpenAI({
      model,
      apiKey,
      maxTokens,
      maxRetries: 0,
      useResponsesApi: false,
      streamUsage: false,
      ...(fixedTemperature.test(model) ? {} : { temperature: 0 }),
      configuration: {
        baseURL: url,
        organization: null,
        project: null,
        logLevel: 'off',
        fetch: plainFetch(apiKey),
      },
    });
  }
}

/** Sends our own headers alone: none from OPENAI_* variables, no facts about this machine. */
function plainFetch(apiKey: string): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, {
      ...init,
      redirect: 'error',
      headers: {
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${apiKey}`,
      },
    });
    return init?.signal ? breakable(response, init.signal) : response;
  };
}

/**
 * A response whose body ends with the signal. That of `fetch` alone does so as long as nobody has collected its request:
 * it holds it weakly, and a body that stalls after that is read for ever.
 */
function breakable(response: Response, signal: AbortSignal): Response {
  if (!response.body) return response;
  const reader = response.body.getReader();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const stop = () => {
        controller.error(signal.reason);
        // Closes the connection; a body that has ended by itself has nothing to cancel.
        reader.cancel(signal.reason).catch(() => undefined);
      };
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      // A body that was stopped meanwhile takes nothing any more.
      if (signal.aborted) return;
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: async (reason) => reader.cancel(reason),
  });
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}

function finishOf(info: Record<string, unknown> | undefined): string | null {
  const reason = info?.['finish_reason'];
  return typeof reason === 'string' ? reason : null;
}

/** The arguments of the first tool call as the model wrote them; null when it called none. */
function toolArguments(message: BaseMessage): string | null {
  if (!AIMessage.isInstance(message)) return null;
  const call = message.tool_calls?.[0];
  if (call) return JSON.stringify(call.args);
  return message.invalid_tool_calls?.[0]?.args ?? null;
}
