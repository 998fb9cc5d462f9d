/** Steps of a scripted chat server: one way each in which such a server answers, fails, or does neither. */
import { chunkOf, eventOf, pause, send, type Answer, type Manner, type ToolCallSaid } from './chat-wire.ts';
import type { SeenRequest, Step } from './scripted-chat-server.ts';

/** Answers with a text, streamed in small pieces when the client asked for a stream. */
export function says(text: string, options: Omit<Answer, 'text' | 'calls'> & Manner = {}): Step {
  return async (response, request) => send(response, request, { ...options, text }, options);
}

/** Answers with what a function makes of the request. */
export function thinks(mind: (request: SeenRequest) => Answer, manner: Manner = {}): Step {
  return async (response, request) => send(response, request, mind(request), manner);
}

/** Answers with a call of the tool that the client forced or names first; `args` is sent as it is, valid JSON or not. */
export function callsTool(args: string, options: Pick<Answer, 'usage'> & Manner = {}): Step {
  return async (response, request) => {
    const name = request.body.tools?.[0]?.function.name ?? 'none';
    await send(response, request, { ...options, calls: [{ name, arguments: args }] }, options);
  };
}

/** Answers with calls of tools by name, whether the client has them or not. */
export function callsTools(...calls: readonly ToolCallSaid[]): Step {
  return async (response, request) => send(response, request, { calls });
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

/** An answer of the right form without a single choice. */
export const givesNoChoice: Step = (response, { body }) => {
  const empty = { id: 'c1', created: 1, model: 'scripted', choices: [] };
  if (body.stream !== true) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...empty, object: 'chat.completion' }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(eventOf({ ...empty, object: 'chat.completion.chunk' }) + eventOf('[DONE]'));
};

/** Streams a beginning and cuts the connection. */
export function drops(text: string): Step {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(eventOf(chunkOf({ role: 'assistant', content: text })));
    await pause(20);
    response.destroy();
  };
}

/** Streams a beginning and then says nothing more; to a client that wants no stream, half of a body. */
export function stalls(text: string): Step {
  return (response, { body }) => {
    if (body.stream === false || body.stream === undefined) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"id":"c1","object":"chat.completion","choices":[{"index":0,"message":{"content":"');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(eventOf(chunkOf({ role: 'assistant', content: text })));
  };
}

/** Writes for as long as somebody reads; without a stream, a body that never closes. */
export function neverEnds(piece = 'and so on, '): Step {
  return async (response, { body }) => {
    response.writeHead(200, {
      'content-type': body.stream === true ? 'text/event-stream' : 'application/json',
    });
    const text = body.stream === true ? eventOf(chunkOf({ content: piece.repeat(40) })) : ' '.repeat(400);
    while (!response.destroyed) {
      response.write(text);
      await pause(1);
    }
  };
}

/** Accepts the request and never answers. */
export const hangs: Step = () => {};

/** Closes the connection before any answer. */
export const hangsUp: Step = (response) => void response.destroy();

/** What an endpoint does not have. It refuses what needs it, as such servers do. */
export interface Lacks {
  /** `refuse`: 400; `ignore`: answers as if it had not been asked for. */
  readonly jsonSchema?: 'refuse' | 'ignore';
  readonly jsonMode?: 'refuse' | 'ignore';
  readonly tools?: 'refuse' | 'ignore';
  readonly systemRole?: true;
  readonly streaming?: true;
  /** Refuses `stream_options`. */
  readonly usage?: true;
}

/** An endpoint that lacks something, and answers the rest by a step. */
export function lacking(lacks: Lacks, step: Step): Step {
  return (response, request) => {
    const { body } = request;
    const format = body.response_format?.type;
    const refused =
      (lacks.jsonSchema === 'refuse' && format === 'json_schema' && 'response_format json_schema') ||
      (lacks.jsonMode === 'refuse' && format === 'json_object' && 'response_format json_object') ||
      (lacks.tools === 'refuse' && body.tools && 'tools') ||
      (lacks.systemRole && body.messages.some(({ role }) => role === 'system') && 'the role system') ||
      (lacks.streaming && body.stream === true && 'stream') ||
      (lacks.usage && body.stream_options && 'stream_options');
    if (refused) {
      const error = { message: `${refused} is not supported`, type: 'invalid_request_error', code: null };
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
      return;
    }
    const { response_format: _, tools: __, ...plain } = body;
    const ignores =
      (lacks.jsonSchema === 'ignore' && format === 'json_schema') ||
      (lacks.jsonMode === 'ignore' && format === 'json_object');
    return step(response, {
      ...request,
      body: {
        ...plain,
        ...(body.response_format && !ignores ? { response_format: body.response_format } : {}),
        ...(body.tools && lacks.tools !== 'ignore' ? { tools: body.tools } : {}),
      },
    });
  };
}
