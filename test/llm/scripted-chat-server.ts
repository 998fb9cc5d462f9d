/**
 * A real HTTP server that speaks the OpenAI chat protocol from a script. Each request takes the next step; when none is
 * left, a rule that was set for all others answers, and without one 418, which no client retries.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

import { capable, isProbe } from './capable.ts';

export * from './chat-steps.ts';

/** Text, parts of text, or nothing beside a tool call: always read as one string. */
const contentSchema = z
  .union([z.string(), z.array(z.object({ type: z.literal('text'), text: z.string() })), z.null()])
  .optional()
  .transform((content) =>
    typeof content === 'string' ? content : (content ?? []).map(({ text }) => text).join('\n'),
  );

const bodySchema = z.object({
  model: z.string(),
  stream: z.boolean().optional(),
  stream_options: z.object({ include_usage: z.boolean().optional() }).optional(),
  temperature: z.number().optional(),
  max_tokens: z.number().optional(),
  max_completion_tokens: z.number().optional(),
  response_format: z.object({ type: z.string() }).loose().optional(),
  tools: z.array(z.object({ function: z.object({ name: z.string() }).loose() })).optional(),
  tool_choice: z.unknown().optional(),
  messages: z.array(
    z.object({
      role: z.string(),
      content: contentSchema,
      tool_calls: z
        .array(z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) }))
        .optional(),
      tool_call_id: z.string().optional(),
    }),
  ),
});

export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: z.infer<typeof bodySchema>;
  /** Settles when the client's side of the connection closed before the answer was complete. */
  readonly hungUp: Promise<void>;
}

/** Answers one request. */
export type Step = (response: ServerResponse, request: SeenRequest) => void | Promise<void>;

export interface ScriptedChatServer {
  /** Base URL, ending in /v1. */
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** Calls of probes, which take no step of the script. */
  readonly probes: readonly SeenRequest[];
  /** Adds steps to the end of the script. */
  plays(...steps: readonly Step[]): void;
  /** What answers every request for which the script has no step. */
  otherwise(step: Step): void;
  /** What answers probes; default: an endpoint that can everything. null: they are requests like others. */
  onProbe(step: Step | null): void;
  close(): Promise<void>;
}

const scriptIsOver: Step = (response) =>
  void response.writeHead(418).end('{"error":{"message":"the script is over"}}');

export async function startScriptedChatServer(...script: Step[]): Promise<ScriptedChatServer> {
  const requests: SeenRequest[] = [];
  const steps = [...script];
  const probes: SeenRequest[] = [];
  let rest = scriptIsOver;
  let probed: Step | null = capable;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method === 'GET') {
      const list = { object: 'list', data: [{ id: 'scripted', object: 'model' }] };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(list));
      return;
    }
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
    if (probed && isProbe(seen)) {
      probes.push(seen);
      return probed(response, seen);
    }
    requests.push(seen);
    await (steps.shift() ?? rest)(response, seen);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      // A client that went away is part of many scripts; anything else is a request that no such server takes.
      if (response.headersSent || response.destroyed || request.destroyed) response.destroy();
      else response.writeHead(400).end(JSON.stringify({ error: { message: String(error) } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    probes,
    plays: (...more) => void steps.push(...more),
    otherwise: (step) => void (rest = step),
    onProbe: (step) => void (probed = step),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
