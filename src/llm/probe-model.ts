/**
 * Finds out by a few tiny calls what an endpoint really does. It speaks plain HTTP: a library between would hide the very
 * differences that are looked for.
 */
import { z } from 'zod';
import type { LlmConfig } from '../config.ts';
import { VivaError } from '../errors.ts';
import { CallClock } from './call-clock.ts';
import type { Capabilities } from './capabilities.ts';
import { failureKindOf, type FailureKind } from './failure-kind.ts';
import { toLlmError } from './llm-error.ts';
import { fixedTemperature, namesCompletionTokens } from './model-names.ts';
import { plainFetch } from './plain-fetch.ts';
import { readEventStream } from './read-event-stream.ts';

/** Enough for a model that thinks a little before it writes a word. */
const maxTokens = 400;
/** Characters of an answer that are read. */
const longestBody = 200_000;

/** Every call of a probe has this in its last message, so that a server's log tells what it is. */
export const probeMark = '(Viva asks what this server can do.)';

const goneKinds: ReadonlySet<FailureKind> = new Set(['unreachable', 'refused-key', 'busy', 'quota']);

type Body = Readonly<Record<string, unknown>>;

/** What is asked for where a schema is in play: it says nothing of JSON, so only the schema can bring it. */
const schema = {
  type: 'object',
  properties: { colour: { type: 'string' }, number: { type: 'integer' } },
  required: ['colour', 'number'],
  additionalProperties: false,
};
const fitting = z.object({ colour: z.string(), number: z.number().int() });
const tool = {
  type: 'function',
  function: { name: 'note_colour', description: 'Notes a colour and a number.', parameters: schema },
};

const usageSchema = z.object({ prompt_tokens: z.number().positive() });
const completion = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({
          content: z.string().nullish(),
          tool_calls: z
            .array(z.object({ function: z.object({ name: z.string(), arguments: z.string() }) }))
            .nullish(),
        }),
      }),
    )
    .min(1),
  usage: z.unknown().optional(),
});

interface Reply {
  readonly text: string;
  readonly toolArguments: string | null;
  readonly usage: boolean;
}

export interface ProbeOptions {
  readonly signal?: AbortSignal;
}

/**
 * @throws VivaError `llm-failed` when the endpoint cannot be spoken to at all (away, wrong key, no such model), `timeout`,
 *   `aborted`. Nothing that the server said is in it.
 */
export async function probeModel(config: LlmConfig, { signal }: ProbeOptions = {}): Promise<Capabilities> {
  const probe = new Probe(config, signal);
  const { systemRole, temperature, usage } = await probe.plainAnswer();
  const stream = await probe.stream();
  return {
    systemRole,
    temperature,
    usage,
    ...stream,
    jsonSchema: await probe.jsonSchema(),
    jsonMode: await probe.jsonMode(),
    forcedTool: await probe.tool({ type: 'function', function: { name: tool.function.name } }),
    toolCalls: await probe.tool('auto'),
  };
}

class Probe {
  readonly #config: LlmConfig;
  readonly #signal: AbortSignal | undefined;
  #systemRole = true;
  #temperature: boolean;

  constructor(config: LlmConfig, signal: AbortSignal | undefined) {
    this.#config = config;
    this.#signal = signal;
    this.#temperature = !fixedTemperature.test(config.model);
  }

  /** The plainest call, with less and less in it until the endpoint takes it. */
  async plainAnswer(): Promise<Pick<Capabilities, 'systemRole' | 'temperature' | 'usage'>> {
    const ways = [
      { systemRole: true, temperature: this.#temperature },
      { systemRole: true, temperature: false },
      { systemRole: false, temperature: this.#temperature },
      { systemRole: false, temperature: false },
    ];
    let refused: unknown;
    for (const { systemRole, temperature } of ways) {
      this.#systemRole = systemRole;
      this.#temperature = temperature;
      try {
        const { usage } = await this.#ask('Answer with the one word: ready', {});
        return { systemRole, temperature, usage };
      } catch (error) {
        if (!isRefusal(error)) throw error;
        refused = error;
      }
    }
    throw refused;
  }

  async stream(): Promise<Pick<Capabilities, 'streaming' | 'streamUsage'>> {
    const task = 'Count from one to five, in words.';
    const withUsage = await this.#orNull(this.#askStream(task, { stream_options: { include_usage: true } }));
    if (withUsage?.whole === true) return { streaming: true, streamUsage: withUsage.usage };
    const plain = await this.#orNull(this.#askStream(task, {}));
    return { streaming: plain?.whole === true, streamUsage: false };
  }

  async jsonSchema(): Promise<boolean> {
    const format = { type: 'json_schema', json_schema: { name: 'colour', schema, strict: true } };
    const reply = await this.#orNull(
      this.#ask('Name a colour you like, and how many letters it has.', { response_format: format }),
    );
    return reply !== null && fits(reply.text);
  }

  async jsonMode(): Promise<boolean> {
    const task = 'Write one JSON object with the fields "colour" (a colour) and "number" (an integer).';
    const reply = await this.#orNull(this.#ask(task, { response_format: { type: 'json_object' } }));
    return reply !== null && isJson(reply.text);
  }

  async tool(choice: unknown): Promise<boolean> {
    const task = 'Note the colour red and the number 3 by calling the tool note_colour.';
    const reply = await this.#orNull(this.#ask(task, { tools: [tool], tool_choice: choice }));
    return reply?.toolArguments != null && isJson(reply.toolArguments);
  }

  /**
   * A call that this endpoint does not take, or does not answer in time, is something that it cannot do. That it went away
   * in the middle says nothing of what it can.
   */
  async #orNull<T>(call: Promise<T>): Promise<T | null> {
    try {
      return await call;
    } catch (error) {
      if (this.#signal?.aborted || goneKinds.has(failureKindOf(error))) throw error;
      return null;
    }
  }

  async #ask(task: string, more: Body): Promise<Reply> {
    return this.#call(task, { ...more, stream: false }, async (response) => {
      const found = completion.safeParse(await readJson(response));
      const message = found.data?.choices[0]?.message;
      if (!message) throw new VivaError('llm-failed', `Chat model ${this.#config.model} gave no answer.`);
      return {
        text: message.content ?? '',
        toolArguments: message.tool_calls?.[0]?.function.arguments ?? null,
        usage: usageSchema.safeParse(found.data?.usage).success,
      };
    });
  }

  async #askStream(task: string, more: Body): Promise<{ whole: boolean; usage: boolean }> {
    return this.#call(task, { ...more, stream: true }, async (response) => {
      if (!/^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')) {
        return { whole: false, usage: false };
      }
      return readEventStream(response);
    });
  }

  async #call<T>(task: string, more: Body, read: (response: Response) => Promise<T>): Promise<T> {
    const { url, model, apiKey, timeoutMs } = this.#config;
    const clock = new CallClock(this.#signal, { idleMs: timeoutMs, totalMs: timeoutMs });
    const system = 'You are tried out. Keep it short.';
    const user = `${task}\n\n${probeMark}`;
    const body = {
      model,
      messages: this.#systemRole
        ? [
            { role: 'system', content: system },
            { role: 'user', content: user },
          ]
        : [{ role: 'user', content: `${system}\n\n${user}` }],
      ...(this.#temperature ? { temperature: 0 } : {}),
      [namesCompletionTokens.test(model) ? 'max_completion_tokens' : 'max_tokens']: maxTokens,
      ...more,
    };
    try {
      const response = await plainFetch(apiKey)(`${url.replace(/\/+$/, '')}/chat/completions`, {
        method: 'POST',
        body: JSON.stringify(body),
        signal: clock.signal,
      });
      if (!response.ok) {
        const facts = await refusalOf(response);
        throw Object.assign(new Error('refused'), {
          status: response.status,
          headers: response.headers,
          ...facts,
        });
      }
      return await read(response);
    } catch (error) {
      throw toLlmError(error, model, clock, []);
    } finally {
      clock.close();
    }
  }
}

/** Of what a server says with a refusal, only whether it is about money is read. */
async function refusalOf(response: Response): Promise<{ code?: string }> {
  const said = await readJson(response).catch(() => null);
  const about = z
    .object({ error: z.object({ code: z.unknown().optional(), type: z.unknown().optional() }) })
    .safeParse(said);
  const { code, type } = about.data?.error ?? {};
  return code === 'insufficient_quota' || type === 'insufficient_quota' ? { code: 'insufficient_quota' } : {};
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  return text.length > longestBody ? null : parse(text);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRefusal(error: unknown): boolean {
  const status = error instanceof VivaError ? error.context['status'] : undefined;
  return status === 400 || status === 422 || status === 500;
}

function isJson(text: string): boolean {
  const value = parse(stripThought(text));
  return typeof value === 'object' && value !== null;
}

function fits(text: string): boolean {
  return fitting.safeParse(parse(stripThought(text))).success;
}

function stripThought(text: string): string {
  return text.replace(/^\s*<think>[\s\S]*?<\/think>/u, '').trim();
}
