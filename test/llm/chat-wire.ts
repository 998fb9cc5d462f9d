/** How an answer goes over the wire: whole, in a stream of small pieces, or in a stream that is cut where nobody would. */
import type { ServerResponse } from 'node:http';
import type { SeenRequest } from './scripted-chat-server.ts';

export interface ToolCallSaid {
  readonly name: string;
  /** Sent as it is, valid JSON or not. */
  readonly arguments: string;
}

export interface Answer {
  readonly text?: string;
  readonly calls?: readonly ToolCallSaid[];
  /** `finish_reason`; null: none is sent. Default: 'stop', or 'tool_calls' with calls. */
  readonly finish?: string | null;
  /** Tokens told of at the end; in a stream only when the client asks for them. Default: none. */
  readonly usage?: { readonly prompt: number; readonly completion: number };
}

export interface Manner {
  /**
   * `small`: events of seven characters. `odd`: bytes cut in the middle of characters and of lines, with comments,
   * CRLF, empty pieces and pieces without a choice between.
   */
  readonly chunks?: 'small' | 'odd';
  /** A number in [0, 1) for each cut of `odd`. */
  readonly random?: () => number;
  /** Milliseconds before the first byte. */
  readonly waitMs?: number;
  /** Milliseconds between two events. */
  readonly pieceMs?: number;
}

export const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** One event of a stream. */
export function eventOf(value: unknown): string {
  return `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;
}

/** A chunk of a streamed answer. */
export function chunkOf(delta: Record<string, unknown>, finish: string | null = null): unknown {
  return {
    id: 'c1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'scripted',
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
}

function usageOf({ prompt, completion }: NonNullable<Answer['usage']>) {
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

function callsOf(calls: readonly ToolCallSaid[]): readonly Record<string, unknown>[] {
  return calls.map(({ name, arguments: args }, index) => ({
    index,
    id: `t${index + 1}`,
    type: 'function',
    function: { name, arguments: args },
  }));
}

/** Sends the whole answer, streamed when the client asked for a stream. */
export async function send(
  response: ServerResponse,
  { body }: SeenRequest,
  answer: Answer,
  manner: Manner = {},
): Promise<void> {
  if (manner.waitMs) await pause(manner.waitMs);
  const calls = answer.calls ?? [];
  const finish = answer.finish === undefined ? (calls.length > 0 ? 'tool_calls' : 'stop') : answer.finish;
  if (body.stream !== true) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(
      JSON.stringify({
        id: 'c1',
        object: 'chat.completion',
        created: 1,
        model: 'scripted',
        choices: [
          {
            index: 0,
            message: {
              role: 'assistant',
              content: answer.text ?? null,
              ...(calls.length > 0 ? { tool_calls: callsOf(calls) } : {}),
            },
            finish_reason: finish,
          },
        ],
        ...(answer.usage ? { usage: usageOf(answer.usage) } : {}),
      }),
    );
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const events = [chunkOf({ role: 'assistant', content: '' })];
  for (const piece of answer.text?.match(/[\s\S]{1,7}/gu) ?? []) events.push(chunkOf({ content: piece }));
  for (const call of callsOf(calls)) events.push(...callChunks(call));
  if (finish !== null) events.push(chunkOf({}, finish));
  if (answer.usage && body.stream_options?.include_usage === true) {
    events.push({
      id: 'c1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'scripted',
      choices: [],
      usage: usageOf(answer.usage),
    });
  }
  if (manner.chunks === 'odd') await sendOdd(response, events, manner.random ?? Math.random);
  else {
    for (const event of events) {
      response.write(eventOf(event));
      await pause(manner.pieceMs ?? 0);
    }
  }
  response.end(eventOf('[DONE]'));
}

/** The name first, then the arguments in two pieces, as real servers stream them. */
function callChunks(call: Record<string, unknown>): unknown[] {
  const { name, arguments: args } = call['function'] as ToolCallSaid;
  const half = Math.ceil(args.length / 2);
  const index = call['index'];
  return [
    chunkOf({ tool_calls: [{ ...call, function: { name, arguments: '' } }] }),
    ...[args.slice(0, half), args.slice(half)].map((part) =>
      chunkOf({ tool_calls: [{ index, function: { arguments: part } }] }),
    ),
  ];
}

async function sendOdd(response: ServerResponse, events: unknown[], random: () => number): Promise<void> {
  const noise = [
    ': keep-alive\n\n',
    '\r\n',
    eventOf(chunkOf({ content: '' })),
    eventOf(chunkOf({})),
    ': 中文 🙂\r\n\r\n',
  ];
  let text = '';
  for (const event of events) {
    const written = eventOf(event);
    text += random() < 0.5 ? written : written.replaceAll('\n', '\r\n').replace('data: ', 'data:');
    if (random() < 0.3) text += noise[Math.floor(random() * noise.length)] ?? '';
  }
  const bytes = Buffer.from(text, 'utf8');
  for (let from = 0; from < bytes.length;) {
    const length = random() < 0.2 ? 1 : 1 + Math.floor(random() * 200);
    response.write(bytes.subarray(from, from + length));
    from += length;
    if (random() < 0.1) await pause(0);
  }
}
