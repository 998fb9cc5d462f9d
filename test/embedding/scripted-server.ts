/** A real HTTP server that answers /embeddings by a script, and remembers what it was asked. */
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface EmbeddingRequest {
  readonly input: string[];
  readonly model: string;
  readonly encoding_format?: string;
  readonly dimensions?: number;
  readonly headers: IncomingHttpHeaders;
}

export type Answer = (request: EmbeddingRequest, response: ServerResponse) => void | Promise<void>;

/** A vector that depends on the text alone. */
export function vectorOf(input: string, dims: number): number[] {
  let state = 7;
  for (const character of input) state = (state * 31 + (character.codePointAt(0) ?? 0)) % 2_147_483_647;
  return Array.from({ length: dims }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647 - 0.5;
  });
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** What a proper server answers. */
export function proper(dims: number): Answer {
  return ({ input, model }, response) => {
    const data = input.map((each, index) => ({
      object: 'embedding',
      index,
      embedding: vectorOf(each, dims),
    }));
    sendJson(response, 200, { object: 'list', model, data, usage: { prompt_tokens: 1, total_tokens: 1 } });
  };
}

export class ScriptedServer {
  readonly requests: EmbeddingRequest[] = [];
  /** Requests whose socket was closed by the client before the answer. */
  closedEarly = 0;
  answer: Answer;
  readonly #server: Server;

  private constructor(answer: Answer) {
    this.answer = answer;
    this.#server = createServer((request, response) => {
      response.on('close', () => {
        if (!response.writableFinished) this.closedEarly += 1;
      });
      void text(request).then((body) => {
        if (request.url !== '/v1/embeddings') throw new Error(`unscripted path ${request.url ?? ''}`);
        const parsed = {
          ...(JSON.parse(body) as Omit<EmbeddingRequest, 'headers'>),
          headers: request.headers,
        };
        this.requests.push(parsed);
        return this.answer(parsed, response);
      });
    });
  }

  static async start(answer: Answer): Promise<ScriptedServer> {
    const server = new ScriptedServer(answer);
    await new Promise<void>((resolve) => {
      server.#server.listen(0, '127.0.0.1', resolve);
    });
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
