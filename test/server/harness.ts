/** A whole server on port 0 and a client that checks every frame against the protocol. */
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { WebSocket, type ClientOptions } from 'ws';
import type { Entry } from '../../src/corpus/entry.ts';
import { protocolVersion, serverFrameSchema, type ServerFrame } from '../../src/protocol.ts';
import { createServer, type ServerDeps, type VivaServer } from '../../src/server/create-server.ts';
import { createLogger } from '../../src/server/logger.ts';
import type { EventLog } from '../../src/sessions/event-log.ts';
import { openSqliteEventLog } from '../../src/sessions/sqlite-event-log.ts';
import { stubEngine, type StubEngine, type StubScript } from './stub-engine.ts';

export type FrameOf<T extends ServerFrame['type']> = Extract<ServerFrame, { type: T }>;

export interface TestServer {
  readonly server: VivaServer;
  readonly engine: StubEngine;
  readonly log: EventLog;
  readonly registry: Registry;
  /** Lines of the log, level debug and up. */
  readonly logged: string[];
  /** Empty folder that stands for web/dist. */
  readonly web: string;
  readonly port: number;
  connect(options?: ClientOptions): Promise<Client>;
  fetch(path: string, options?: RawRequest): Promise<RawResponse>;
  stop(): Promise<void>;
}

export async function startServer(
  change: Partial<ServerDeps> & { script?: StubScript; log?: EventLog } = {},
): Promise<TestServer> {
  const { script, ...deps } = change;
  let ids = 0;
  const newId = () => `id-${(ids += 1)}`;
  const folder = mkdtempSync(join(tmpdir(), 'viva-web-'));
  const log = deps.log ?? openSqliteEventLog({ file: ':memory:', now: Date.now });
  const engine = stubEngine(log, newId, script);
  const registry = new Registry();
  const logged: string[] = [];
  const server = createServer({
    engine,
    log,
    registry,
    newId,
    retriever: { retrieve: async () => [] },
    entries: () => new Map<string, Entry>(),
    about: () => ({ judge: 'stub', chatModel: null, warnings: [] }),
    unready: () => [],
    logger: createLogger('debug', { write: (line) => void logged.push(line) }),
    now: () => performance.now(),
    wallClock: Date.now,
    keepDays: 0,
    policy: { origins: [], trustProxy: false },
    access: null,
    lang: 'zh',
    web: folder,
    ...deps,
  });
  await server.listen(0, '127.0.0.1');
  const port = Number(new URL(server.address!).port);
  const clients: Client[] = [];
  return {
    server,
    engine,
    log,
    registry,
    logged,
    web: folder,
    port,
    async connect(options) {
      const client = await Client.open(`ws://127.0.0.1:${port}/ws`, options);
      clients.push(client);
      return client;
    },
    fetch: async (path, options) => rawFetch(port, path, options),
    async stop() {
      for (const client of clients) client.socket.terminate();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Ids of client messages, unique over all clients. */
let clientIds = 0;

/** A socket that keeps every frame it got. */
export class Client {
  readonly socket: WebSocket;
  readonly frames: ServerFrame[] = [];
  /** Close code, once closed. */
  closed: number | null = null;
  /** How long `until` and its like wait. */
  patienceMs = 3_000;
  #listeners = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      this.frames.push(serverFrameSchema.parse(JSON.parse((data as Buffer).toString('utf8'))));
      for (const listener of this.#listeners) listener();
    });
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      this.closed = code;
      for (const listener of this.#listeners) listener();
    });
  }

  /** @throws with `status` when the upgrade is refused */
  static async open(url: string, options: ClientOptions = {}): Promise<Client> {
    const socket = new WebSocket(url, options);
    const client = new Client(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
      socket.once('unexpected-response', (_request, response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () =>
          reject(Object.assign(new Error('refused'), { status: response.statusCode, body })),
        );
      });
    });
    return client;
  }

  raw(data: string | Buffer): void {
    this.socket.send(data);
  }

  /** Sends a message with version and a fresh id unless it has its own; returns the id. */
  send(message: Record<string, unknown>): string {
    const id = typeof message['id'] === 'string' ? message['id'] : `c-${(clientIds += 1)}`;
    this.raw(JSON.stringify({ v: protocolVersion, ...message, id }));
    return id;
  }

  /** The first frame (from `from` on) that `accept` takes; waits for it, `patienceMs` at most. */
  async until<T extends ServerFrame>(accept: (frame: ServerFrame) => frame is T, from?: number): Promise<T>;
  async until(accept: (frame: ServerFrame) => boolean, from?: number): Promise<ServerFrame>;
  async until(accept: (frame: ServerFrame) => boolean, from = 0): Promise<ServerFrame> {
    return this.#wait(
      () => this.frames.slice(from).find(accept),
      () => `frame; got ${JSON.stringify(this.frames.map((frame) => frame.type))}`,
    );
  }

  async next<T extends ServerFrame['type']>(type: T, from = 0): Promise<FrameOf<T>> {
    return this.until((frame): frame is FrameOf<T> => frame.type === type, from);
  }

  /** The error that answers frame `id` (or any error without an id). */
  async error(id?: string): Promise<FrameOf<'error'>['error']> {
    const frame = await this.until(
      (one): one is FrameOf<'error'> => one.type === 'error' && (id === undefined || one.id === id),
    );
    return frame.error;
  }

  async closeCode(): Promise<number> {
    return this.#wait(
      () => this.closed ?? undefined,
      () => 'close',
    );
  }

  /** Numbers of the events received of a session, in order of arrival. */
  seqs(sessionId: string): number[] {
    return this.frames.flatMap((frame) =>
      frame.type === 'event' && frame.sessionId === sessionId ? [frame.event.seq] : [],
    );
  }

  async create(more: Record<string, unknown> = {}): Promise<{ sessionId: string; token: string }> {
    const id = this.send({ type: 'session.create', lang: 'en', mode: 'study', ...more });
    const ready = await this.until(
      (frame): frame is FrameOf<'session.ready'> => frame.type === 'session.ready' && frame.id === id,
    );
    const { sessionId, token, lastSeq } = ready;
    await this.until(
      (frame) => frame.type === 'event' && frame.sessionId === sessionId && frame.event.seq === lastSeq,
    );
    return { sessionId, token: token! };
  }

  async resume(session: { sessionId: string; token: string }, after = 0): Promise<FrameOf<'session.ready'>> {
    const id = this.send({ type: 'session.resume', ...session, after });
    return this.until(
      (frame): frame is FrameOf<'session.ready'> => frame.type === 'session.ready' && frame.id === id,
    );
  }

  /** Sends a message and waits for the end of its turn. */
  async say(sessionId: string, text: string, more: Record<string, unknown> = {}): Promise<string> {
    const id = this.send({ type: 'message.send', sessionId, text, ...more });
    await this.until((frame) => frame.type === 'turn.end' && frame.id === id);
    return id;
  }

  async #wait<T>(find: () => T | undefined, what: () => string): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const check = () => {
        const found = find();
        if (found === undefined) return;
        clearTimeout(timer);
        this.#listeners.delete(check);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.#listeners.delete(check);
        reject(new Error(`waited ${this.patienceMs} ms for ${what()}`));
      }, this.patienceMs);
      this.#listeners.add(check);
      check();
    });
  }
}

export interface RawRequest {
  method?: string;
  body?: string;
  headers?: Record<string, string>;
}

export interface RawResponse {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  json(): unknown;
}

/** A request whose path and headers go out as they are (fetch would tidy them). */
export async function rawFetch(
  port: number,
  path: string,
  { body, ...options }: RawRequest = {},
): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, agent: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const json = (): unknown => JSON.parse(text);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}
