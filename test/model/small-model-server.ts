/** The OpenAI chat protocol over a small model: streams, JSON by grammar, tool calls, usage. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { callOpening, markUp, readCalls, type MarkupMessage, type ToolCall } from './chat-markup.ts';
import type { Writer, WriteOptions, Written } from './small-model.ts';

const contentSchema = z
  .union([z.string(), z.array(z.object({ type: z.literal('text'), text: z.string() })), z.null()])
  .optional()
  .transform((content) =>
    typeof content === 'string' ? content : (content ?? []).map(({ text }) => text).join('\n'),
  );

const bodySchema = z.object({
  messages: z.array(
    z.object({
      role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
      content: contentSchema,
      tool_calls: z
        .array(z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) }))
        .optional(),
    }),
  ),
  stream: z.boolean().default(false),
  stream_options: z.object({ include_usage: z.boolean().optional() }).nullish(),
  temperature: z.number().nullish(),
  max_tokens: z.number().nullish(),
  max_completion_tokens: z.number().nullish(),
  response_format: z
    .union([
      z.object({ type: z.literal('json_schema'), json_schema: z.object({ schema: z.unknown() }) }),
      z.object({ type: z.enum(['json_object', 'text']) }),
    ])
    .nullish(),
  tools: z
    .array(
      z.object({
        function: z.object({
          name: z.string(),
          description: z.string().optional(),
          parameters: z.unknown(),
        }),
      }),
    )
    .default([]),
  tool_choice: z.union([z.string(), z.object({ function: z.object({ name: z.string() }) })]).nullish(),
});
type Body = z.infer<typeof bodySchema>;

export interface SmallModelServer {
  /** Ends in /v1. */
  readonly url: string;
  close(): Promise<void>;
}

export const smallModelName = 'small';

/** @param say told a line about each call: tokens and seconds */
export async function startSmallModelServer(
  model: Writer,
  { port = 0, say = () => {} }: { port?: number; say?: (line: string) => void } = {},
): Promise<SmallModelServer> {
  const server = createServer((request, response) => {
    answer(model, request, response, say).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      const status = error instanceof z.ZodError || error instanceof RangeError ? 400 : 500;
      say(`${status}: ${message.slice(0, 500)}`);
      if (response.headersSent) response.destroy();
      else json(response, { error: { message, type: 'invalid_request_error', code: null } }, status);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

async function answer(
  model: Writer,
  request: IncomingMessage,
  response: ServerResponse,
  say: (line: string) => void,
): Promise<void> {
  if (request.url === '/v1/models') {
    json(response, { object: 'list', data: [{ id: smallModelName, object: 'model' }] });
    return;
  }
  if (request.url !== '/v1/chat/completions') {
    json(response, { error: { message: 'not found' } }, 404);
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = bodySchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  const gone = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) gone.abort(new Error('the client hung up'));
  });
  const began = performance.now();
  const written = await write(model, body, gone.signal, response);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  say(
    `${written.promptTokens} tokens read, ${written.writtenTokens} written, ${seconds} s, ${written.finish}`,
  );
}

async function write(
  model: Writer,
  body: Body,
  signal: AbortSignal,
  response: ServerResponse,
): Promise<Written> {
  const tools = body.tool_choice === 'none' ? [] : body.tools.map((tool) => tool.function);
  const forced = forcedTool(body);
  const format = body.response_format;
  const common: WriteOptions = {
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? 1_024,
    temperature: body.temperature ?? undefined,
    signal,
  };
  const prompt = markUp(body.messages.map(messageOf), forced ? [] : tools);
  if (forced) {
    const opening = `${callOpening}{"name": ${JSON.stringify(forced.name)}, "arguments": `;
    const written = await model.write(prompt + opening, { ...common, json: { schema: forced.parameters } });
    send(response, body, written, '', [{ id: 'call_1', name: forced.name, arguments: written.text }]);
    return written;
  }
  const limited = format?.type === 'json_schema' ? format.json_schema : format?.type === 'json_object';
  const options = { ...common, ...(limited ? { json: limited } : {}) };
  // With tools in the hand it is known at the end only whether it was text.
  if (!body.stream || tools.length > 0) {
    const written = await model.write(prompt, options);
    const names = tools.map(({ name }) => name);
    const { text, calls } =
      tools.length > 0 ? readCalls(written.text, names) : { text: written.text, calls: [] };
    send(response, body, written, text, calls);
    return written;
  }
  const open = openStream(response);
  const written = await model.write(prompt, { ...options, onText: (piece) => open({ content: piece }) });
  closeStream(response, body, written, written.finish);
  return written;
}

function messageOf({ role, content, tool_calls }: Body['messages'][number]): MarkupMessage {
  return {
    role: role === 'developer' ? 'system' : role,
    content,
    ...(tool_calls ? { toolCalls: tool_calls.map(({ id, function: called }) => ({ id, ...called })) } : {}),
  };
}

function forcedTool({ tools, tool_choice: choice }: Body) {
  const name =
    typeof choice === 'object' && choice !== null
      ? choice.function.name
      : choice === 'required' && tools.length === 1
        ? tools[0]?.function.name
        : undefined;
  return tools.find((tool) => tool.function.name === name)?.function;
}

function usageOf({ promptTokens, writtenTokens }: Written) {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: writtenTokens,
    total_tokens: promptTokens + writtenTokens,
  };
}

function send(
  response: ServerResponse,
  body: Body,
  written: Written,
  text: string,
  calls: readonly ToolCall[],
): void {
  const finish = calls.length > 0 ? 'tool_calls' : written.finish;
  const toolCalls = calls.map(({ id, name, arguments: args }, index) => ({
    index,
    id,
    type: 'function',
    function: { name, arguments: args },
  }));
  const message = {
    content: text === '' ? null : text,
    ...(calls.length > 0 ? { tool_calls: toolCalls } : {}),
  };
  if (body.stream) {
    openStream(response)(message);
    closeStream(response, body, written, finish);
    return;
  }
  json(response, {
    ...head('chat.completion'),
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
    usage: usageOf(written),
  });
}

function head(object: string) {
  return { id: 'small-1', object, created: Math.floor(Date.now() / 1000), model: smallModelName };
}

function event(response: ServerResponse, value: unknown): void {
  response.write(`data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`);
}

function openStream(response: ServerResponse): (delta: object) => void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const chunk = (delta: object) =>
    event(response, {
      ...head('chat.completion.chunk'),
      choices: [{ index: 0, delta, finish_reason: null }],
    });
  chunk({ role: 'assistant', content: '' });
  return chunk;
}

function closeStream(response: ServerResponse, body: Body, written: Written, finish: string): void {
  event(response, {
    ...head('chat.completion.chunk'),
    choices: [{ index: 0, delta: {}, finish_reason: finish }],
  });
  if (body.stream_options?.include_usage === true) {
    event(response, { ...head('chat.completion.chunk'), choices: [], usage: usageOf(written) });
  }
  event(response, '[DONE]');
  response.end();
}
