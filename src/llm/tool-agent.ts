/**
 * A run of langchain's agent: the model calls tools until it writes its answer, at most four calls of the model.
 *
 * Everything that reaches the network goes through the given `ask`, so retries, deadlines and checks of a single call are
 * those of every other one. What the library would do by itself is kept from it here: its tracer and its console, which
 * LANGSMITH_* and LANGCHAIN_* switch on; its reading of arguments, which ends a run at the first bad JSON; its words about
 * a failed tool, which hold a stack trace; and ids of calls that a server gives twice.
 */
import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { ChatResult } from '@langchain/core/outputs';
import {
  AIMessage,
  createAgent,
  HumanMessage,
  SystemMessage,
  tool,
  ToolMessage,
  type BaseMessage,
} from 'langchain';
import { z } from 'zod';
import { VivaError } from '../errors.ts';
import type { CallClock } from './call-clock.ts';
import type { ChatTool, ToolUse, ToolUseRequest } from './chat-tool.ts';
import { block } from './prompts.ts';

/** Calls of the model in one run; in the last one it has to write. */
export const mostModelCalls = 4;
/** Tools run for one call of the model; what it calls beyond that is left out. */
const mostCallsAtOnce = 4;

const lastCall =
  'No tool can be called any more. Write the answer now, from what you have read, or say that it does not hold the answer.';

/** A tool that the model wants called. */
export interface WantedCall {
  readonly name: string;
  /** As the model wrote it, JSON or not. */
  readonly args: string;
}

export interface ModelWrote {
  readonly text: string;
  readonly calls: readonly WantedCall[];
}

/** One call of the model; `request` has the run's signal, and the tools may be called unless `mustWrite`. */
export type AskModel = (
  messages: BaseMessage[],
  options: {
    readonly request: ToolUseRequest;
    readonly tools: readonly ChatTool[];
    readonly mustWrite: boolean;
  },
) => Promise<ModelWrote>;

/**
 * @param clock ends the whole run, also in the middle of a tool
 * @param systemRole whether the server takes instructions in a message of their own
 * @throws what `ask` throws, or an error without meaning when the clock has fired
 */
export async function runToolAgent(
  request: ToolUseRequest,
  clock: CallClock,
  systemRole: boolean,
  ask: AskModel,
): Promise<ToolUse> {
  const { signal } = clock;
  let toolCalls = 0;
  const model = new SteppingModel(request, systemRole, ask, signal);
  const tools = request.tools.map((one) =>
    tool(
      async (args: unknown) => {
        toolCalls += 1;
        return resultOf(one, args, request, signal);
      },
      // The tool itself checks: what it complains of is written for the model to read.
      { name: one.name, description: one.description, schema: z.looseObject({}) },
    ),
  );
  const agent = createAgent({ model, tools });
  const run = agent.invoke(
    { messages: [new HumanMessage(systemRole ? request.user : `${request.system}\n\n${request.user}`)] },
    { signal, callbacks: [new NoTracer(), new NoConsole()], recursionLimit: 4 * mostModelCalls },
  );
  await untilAborted(run, signal);
  return { text: model.text, modelCalls: model.count, toolCalls };
}

async function resultOf(
  one: ChatTool,
  args: unknown,
  { code, onToolFailure }: ToolUseRequest,
  signal: AbortSignal,
): Promise<string> {
  let text: string;
  try {
    text = await untilAborted(one.call(unreadable in Object(args) ? null : args, signal), signal);
  } catch (error) {
    if (signal.aborted) throw error;
    onToolFailure?.(error, one.name);
    text = 'This tool failed. Go on without it.';
  }
  // Nobody but us knows the code, and nobody else ends the block.
  return block('result', code, text.replaceAll(code, ''));
}

/** Stands for arguments that are no JSON. */
const unreadable = '__unreadable';

/** Settles with the promise, or fails as soon as the signal fires. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // What comes after the end is nobody's any more.
  promise.catch(() => undefined);
  let stop = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The model as the agent sees it: each call goes to `ask`, and the last one can only write. */
class SteppingModel extends BaseChatModel {
  readonly #request: ToolUseRequest;
  readonly #systemRole: boolean;
  readonly #ask: AskModel;
  readonly #signal: AbortSignal;
  count = 0;
  /** What it wrote in its last call. */
  text = '';

  constructor(request: ToolUseRequest, systemRole: boolean, ask: AskModel, signal: AbortSignal) {
    super({});
    this.#request = request;
    this.#systemRole = systemRole;
    this.#ask = ask;
    this.#signal = signal;
  }

  override _llmType(): string {
    return 'viva';
  }

  /** The tools are those of the request, described by their own schemas. */
  override bindTools(): this {
    return this;
  }

  override async _generate(conversation: BaseMessage[]): Promise<ChatResult> {
    const { system, tools, onModelCall } = this.#request;
    this.count += 1;
    if (this.count > mostModelCalls) {
      throw new VivaError('internal', `The run of tools went beyond ${mostModelCalls} calls of the model.`);
    }
    onModelCall?.(this.count);
    const mustWrite = this.count === mostModelCalls;
    const messages = [
      ...(this.#systemRole ? [new SystemMessage(system)] : []),
      ...conversation.map(plainMessage),
      ...(mustWrite ? [new HumanMessage(lastCall)] : []),
    ];
    const { text, calls } = await this.#ask(messages, {
      request: { ...this.#request, signal: this.#signal },
      tools,
      mustWrite,
    });
    this.text = text;
    const wanted = mustWrite ? [] : calls.slice(0, mostCallsAtOnce);
    const message = new AIMessage({
      content: text,
      tool_calls: wanted.map(({ name, args }, index) => ({
        type: 'tool_call' as const,
        // Servers give the same id in every answer; the agent would take the second call for answered.
        id: `call-${this.count}-${index + 1}`,
        name: name.slice(0, 64),
        args: readArguments(args),
      })),
    });
    return { generations: [{ text, message }] };
  }
}

function readArguments(args: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(args === '' ? '{}' : args);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Told to the model as what it is.
  }
  return { [unreadable]: args.slice(0, 500) };
}

/** Only what every server takes: no names of nodes, no contents in parts. */
function plainMessage(message: BaseMessage): BaseMessage {
  if (AIMessage.isInstance(message))
    return new AIMessage({ content: message.text, tool_calls: message.tool_calls ?? [] });
  if (ToolMessage.isInstance(message))
    return new ToolMessage({ content: message.text, tool_call_id: message.tool_call_id });
  return message;
}

/** Takes the place of the tracer that LANGSMITH_TRACING and its likes switch on: it sends nothing. */
class NoTracer extends BaseCallbackHandler {
  name = 'langchain_tracer';
  getRunTreeWithTracingConfig(): undefined {
    return undefined;
  }
}

/** Takes the place of the console that LANGCHAIN_VERBOSE switches on, which is looked for under no name at all. */
class NoConsole extends BaseCallbackHandler {
  name = undefined as unknown as string;
}
