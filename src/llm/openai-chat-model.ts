/** The chat model behind any OpenAI-compatible server, by way of LangChain's ChatOpenAI. */
import type { ChatGenerationChunk } from '@langchain/core/outputs';
import { ChatOpenAI } from '@langchain/openai';
import { AIMessage, HumanMessage, SystemMessage, type BaseMessage } from 'langchain';
import type { z } from 'zod';
import type { LlmConfig } from '../config.ts';
import { VivaError } from '../errors.ts';
import { CallClock } from './call-clock.ts';
import { methodOf, type Capabilities, type StructuredMethod } from './capabilities.ts';
import type { ChatModel, ChatRequest } from './chat-model.ts';
import type { ToolUse, ToolUseRequest } from './chat-tool.ts';
import { estimateTokens } from './estimate-tokens.ts';
import { attemptName, retryDelay, toLlmError } from './llm-error.ts';
import { fixedTemperature } from './model-names.ts';
import { plainFetch } from './plain-fetch.ts';
import { finishOf, requireWhole, toolArguments, usageOf, type ToldUsage } from './read-generation.ts';
import { jsonSchemaOf, parseStructured } from './structured-output.ts';
import { ThinkingFilter } from './thinking.ts';
import { runToolAgent, type AskModel } from './tool-agent.ts';
import { callText, readChunks, readWhole, toolChoice } from './tool-calls.ts';

/** Attempts after the first one, for failures that may pass by themselves. */
const retries = 2;
/** A whole call may take this many times the pause that is allowed between two signs of life. */
const totalFactor = 4;
/** And a whole run of tools this many times: its calls are few and short. */
const runFactor = 2;
/** Characters after which an answer is cut off; far above what any allowed number of tokens holds. */
const longestAnswer = 200_000;

type CallOptions = ChatOpenAI['ParsedCallOptions'];

export class OpenAiChatModel implements ChatModel {
  readonly id: string;
  readonly #config: LlmConfig;
  #known: Capabilities | null = null;
  #refusesTools = false;

  constructor(config: LlmConfig) {
    this.id = config.model;
    this.#config = config;
  }

  /** From now on asks in the way that this endpoint was found to take. */
  adapt(known: Capabilities): void {
    this.#known = known;
  }

  async complete<T>(request: ChatRequest, schema: z.ZodType<T>, schemaName: string): Promise<T> {
    const shape = jsonSchemaOf(schema);
    const format = `Answer with one JSON object and nothing else. It must fit this JSON Schema:\n${JSON.stringify(shape)}`;
    const messages = this.#opening(`${request.system}\n\n${format}`, request.user);
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
    const messages = this.#opening(request.system, request.user);
    if (this.#known?.streaming === false) {
      yield thinking.push(await this.#writeWhole(request, messages, {})) + thinking.end();
      return;
    }
    for await (const chunk of this.#chunks(request, messages, {})) {
      const text = thinking.push(chunk.text);
      if (text !== '') yield text;
    }
    const rest = thinking.end();
    if (rest !== '') yield rest;
  }

  async useTools(request: ToolUseRequest): Promise<ToolUse | null> {
    if (this.#known?.toolCalls === false || this.#refusesTools) return null;
    const totalMs = request.deadlineMs ?? runFactor * this.#config.timeoutMs;
    const clock = new CallClock(request.signal, { idleMs: totalMs, totalMs });
    try {
      return await runToolAgent(request, clock, this.#known?.systemRole !== false, this.#step);
    } catch (error) {
      const failed = toLlmError(error, this.id, clock, []);
      const status = failed.context['status'];
      // The server takes no tools: it will not take them the next time either.
      if (clock.ended !== null || (status !== 400 && status !== 422)) throw failed;
      this.#refusesTools = true;
      return null;
    } finally {
      clock.close();
    }
  }

  /** One call of the model in a run of tools. */
  #step: AskModel = async (messages, { request, tools, mustWrite }) => {
    const options = toolChoice(tools, mustWrite);
    if (this.#known?.streaming === false)
      return readWhole(await this.#generate(request, messages, options), request.onText);
    return readChunks(this.#chunks(request, messages, options), request.onText);
  };

  /** Instructions stand before the data in one message where the server takes none of their own. */
  #opening(system: string, user: string): BaseMessage[] {
    if (this.#known?.systemRole === false) return [new HumanMessage(`${system}\n\n${user}`)];
    return [new SystemMessage(system), new HumanMessage(user)];
  }

  get #method(): StructuredMethod {
    const { structured } = this.#config;
    if (structured !== 'auto') return structured;
    // Until a probe has told more, what most servers take.
    return this.#known ? methodOf(this.#known) : 'json-mode';
  }

  /** The answer as one text: content, or the arguments of the forced tool call. */
  async #write(
    request: ChatRequest,
    messages: BaseMessage[],
    options: Partial<CallOptions>,
  ): Promise<string> {
    // LangChain reads json_schema answers itself and loses the text of a bad one, except in a stream.
    if (this.#method === 'json-schema') {
      let text = '';
      for await (const chunk of this.#chunks(request, messages, options)) text += chunk.text;
      return text;
    }
    return this.#writeWhole(request, messages, options);
  }

  async #writeWhole(
    request: ChatRequest,
    messages: BaseMessage[],
    options: Partial<CallOptions>,
  ): Promise<string> {
    const message = await this.#generate(request, messages, options);
    return toolArguments(message) ?? message.text;
  }

  /** One whole message, not streamed. */
  async #generate(
    request: ChatRequest,
    messages: BaseMessage[],
    options: Partial<CallOptions>,
  ): Promise<BaseMessage> {
    const { timeoutMs } = this.#config;
    const clock = new CallClock(request.signal, { idleMs: timeoutMs, totalMs: timeoutMs });
    const attempts: string[] = [];
    try {
      const model = this.#model(request.maxTokens);
      const result = await this.#retrying(clock, attempts, () =>
        model._generate(messages, { ...options, signal: clock.signal }),
      );
      const generation = result.generations[0];
      this.#tell(request, messages, generation?.text ?? '', usageOf(generation?.message));
      if (!generation) throw this.#failed('answered without a choice');
      const text = toolArguments(generation.message) ?? generation.text;
      requireWhole({ text, finish: finishOf(generation.generationInfo) }, false, this.id);
      return generation.message;
    } catch (error) {
      throw toLlmError(error, this.id, clock, attempts);
    } finally {
      clock.close();
    }
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
    let text = '';
    let calls = '';
    let usage: ToldUsage | undefined;
    let answered = false;
    try {
      const model = this.#model(request.maxTokens);
      const opened = await this.#retrying(clock, attempts, async () => {
        const chunks = model._streamResponseChunks(messages, { ...options, signal: clock.signal });
        return { chunks, first: await chunks.next() };
      });
      answered = true;
      let finish: string | null = null;
      for (let step = opened.first; step.done !== true; step = await opened.chunks.next()) {
        clock.touch();
        text += step.value.text;
        usage = usageOf(step.value.message) ?? usage;
        finish = finishOf(step.value.generationInfo) ?? finish;
        calls += callText(step.value.message);
        if (text.length + calls.length > longestAnswer) throw this.#failed('wrote without end');
        yield step.value;
      }
      clock.signal.throwIfAborted();
      requireWhole({ text: text + calls, finish }, true, this.id);
    } catch (error) {
      throw toLlmError(error, this.id, clock, attempts);
    } finally {
      clock.close();
      // What was begun was paid for, whatever became of it.
      if (answered) this.#tell(request, messages, text + calls, usage);
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

  #tell(request: ChatRequest, messages: BaseMessage[], written: string, usage?: ToldUsage): void {
    request.onUsage?.({
      model: this.id,
      purpose: request.purpose ?? 'other',
      inputTokens: usage?.inputTokens ?? estimateTokens(messages.map(({ text }) => text).join('\n')),
      outputTokens: usage?.outputTokens ?? estimateTokens(written),
      estimated: !usage,
      cost: null,
    });
  }

  #failed(what: string): VivaError {
    return new VivaError('llm-failed', `Chat model ${this.id} ${what}.`, { context: { model: this.id } });
  }

  #callOptions(shape: Record<string, unknown>, name: string): Partial<CallOptions> {
    switch (this.#method) {
      case 'prompt':
        return {};
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
      streamUsage: this.#known?.streamUsage ?? false,
      ...((this.#known?.temperature ?? !fixedTemperature.test(model)) ? { temperature: 0 } : {}),
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
