/** A real HTTP server that speaks the OpenAI chat protocol from a script, one step per request. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const bodySchema = z.object({
  model: z.string(),
  stream: z.boolean().optional(),
  temperature: z.number().optional(),
  max_tokens: z.number().optional(),
  max_completion_tokens: z.number().optional(),
  response_format: z.object({ type: z.string() }).loose().optional(),
  tools: z.array(z.object({ function: z.object({ name: z.string() }).loose() })).optional(),
  tool_choice: z.unknown().optional(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
});

export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: z.infer<typeof bodySchema>;
  /** Settles when the client's side of the connection closed before the answer was complete. */
  readonly hungUp: Promise<void>;
}

export type Step = (response: ServerResponse, request: SeenRequest) => void | Promise<void>;

export interface ScriptedChatServer {
  /** Base URL, ending in /v1. */
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** Adds steps to the end of the script. */
  plays(...steps: readonly Step[]): void;
  close(): Promise<void>;
}

/** A request that the script does not foresee is answered with 418, which no client retries. */
export async function startScriptedChatServer(...script: Step[]): Promise<ScriptedChatServer> {
  const requests: SeenRequest[] = [];
  const steps = [...script];
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const seen: SeenRequest = {
        path: request.url ?? '',
        headers: request.headers,
        body: bodySchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8'))),
        hungUp: new Promise((resolve) => {
          response.on('close', () => {
            if (!response.writableFinished) resolve();
          });
        }),
      };
      requests.push(seen);
      const step = steps.shift();
      if (!step) {
        response.writeHead(418).end('{"error":{"message":"the script is over"}}');
        return;
      }
      await step(response, seen);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    plays: (...more) => void steps.push(...more),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function writeEvent(response: ServerResponse, value: unknown): void {
  response.write(`data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`);
}

function chunkOf(delta: Record<string, unknown>, finish: string | null = null): unknown {
  return {
    id: 'c1',
    object: 'chat.completion.chunk',
    model: 'scripted',
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
}

/** Answers with a text, streamed in small pieces when the client asked for a stream. */
export function says(text: string, options: { finish?: string | null } = {}): Step {
  const finish = options.finish === undefined ? 'stop' : options.finish;
  return async (response, { body }) => {
    if (body.stream !== true) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          id: 'c1',
          object: 'chat.completion',
          model: 'scripted',
          choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: finish }],
        }),
      );
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    writeEvent(response, chunkOf({ role: 'assistant', content: '' }));
    for (const piece of text.match(/[\s\S]{1,7}/gu) ?? []) {
      writeEvent(response, chunkOf({ content: piece }));
      await pause(0);
    }
    if (finish !== null) writeEvent(response, chunkOf({}, finish));
    writeEvent(response, '[DONE]');
    response.end();
  };
}

/** Answers with a call of the tool that the client forced; `args` is sent as it is, valid JSON or not. */
export function callsTool(args: string): Step {
  return (response, { body }) => {
    const name = body.tools?.[0]?.function.name ?? 'none';
    response.writeHead(200, { 'content-type': 'application/json' }).end(
      JSON.stringify({
        id: 'c1',
        object: 'chat.completion',
        model: 'scripted',
        choices: [
          {
            index: 0,
            message: {
              role: 'assistant',
              content: null,
              tool_calls: [{ id: 't1', type: 'function', function: { name, arguments: args } }],
            },
            finish_reason: 'tool_calls',
          },
        ],
      }),
    );
  };
}

/** Fails with a status; the body echoes the caller's key, as real servers do. */
export function fails(status: number, headers: Record<string, string> = {}): Step {
  return (response, request) => {
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(
        JSON.stringify({ error: { message: `bad key ${request.headers.authorization}`, code: 'scripted' } }),
      );
  };
}

/** Any body with status 200. */
export function sends(body: string, contentType = 'application/json'): Step {
  return (response) => void response.writeHead(200, { 'content-type': contentType }).end(body);
}

/** Streams a beginning and cuts the connection. */
export function drops(text: string): Step {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    writeEvent(response, chunkOf({ role: 'assistant', content: text }));
    await pause(20);
    response.destroy();
  };
}

/** Streams a beginning and then says nothing more. */
export function stalls(text: string): Step {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    writeEvent(response, chunkOf({ role: 'assistant', content: text }));
  };
}

/** Accepts the request and never answers. */
export const hangs: Step = () => {};

/** Closes the connection before any answer. */
export const hangsUp: Step = (response) => void response.destroy();
