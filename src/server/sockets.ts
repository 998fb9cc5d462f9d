/** The WebSocket side: who may connect, heartbeat, and the end. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { toPublicError, VivaError } from '../errors.ts';
import type { AccessGuard } from './access-guard.ts';
import { Connection } from './connection.ts';
import type { Gateway } from './gateway.ts';
import { httpStatus } from './http-errors.ts';
import type { Metrics } from './metrics.ts';
import { checkOrigin, clientAddress, type OriginPolicy } from './origin.ts';
import { RateLimit } from './rate-limit.ts';
import { answerRaw } from './raw-answer.ts';
import type { ServerLimits } from './server-limits.ts';

export interface SocketsDeps {
  readonly gateway: Gateway;
  readonly guard: AccessGuard;
  readonly limits: ServerLimits;
  readonly policy: OriginPolicy;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly newId: () => string;
}

/** Where sockets connect. */
export const socketPath = '/ws';

export class Sockets {
  readonly #deps: SocketsDeps;
  readonly #server: WebSocketServer;
  readonly #connections = new Set<Connection>();
  readonly #byAddress = new Map<string, number>();
  readonly #pings: RateLimit;
  readonly #heartbeat: NodeJS.Timeout;
  #stopping = false;

  constructor(deps: SocketsDeps) {
    this.#deps = deps;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: deps.limits.receiveBytes,
      // Deltas are small: compressing them costs more memory and time than it saves.
      perMessageDeflate: false,
      // Clients send a frame whole. Each piece of one costs far more memory than the bytes in it.
      maxFragments: 256,
      maxBufferedChunks: 4096,
    });
    this.#server.on('wsClientError', (cause, socket) =>
      this.#refuse(socket, new VivaError('usage', 'This is no handshake of a WebSocket.', { cause })),
    );
    this.#pings = new RateLimit('pings', deps.limits.framesPerTenSeconds * 10, 10);
    this.#heartbeat = setInterval(() => {
      for (const connection of this.#connections) connection.heartbeat();
    }, deps.limits.heartbeatMs);
    this.#heartbeat.unref();
  }

  /** Answers an upgrade request: a socket, or a plain HTTP refusal. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const ignore = () => socket.destroy();
    socket.on('error', ignore);
    try {
      checkOrigin(request, this.#deps.policy);
      await this.#deps.guard.check(request);
      const address = this.#admit(request);
      this.#server.handleUpgrade(request, socket, head, (opened) => {
        socket.off('error', ignore);
        this.#open(opened, address);
      });
    } catch (error) {
      this.#refuse(socket, error);
    }
  }

  /** Answers a plain request to the socket's path: 204 when a socket would be opened. @throws VivaError why not */
  check(request: IncomingMessage): void {
    this.#admit(request);
  }

  /** Closes every socket with 1001, "going away"; clients connect again and resume. */
  stop(): void {
    this.#stopping = true;
    clearInterval(this.#heartbeat);
    for (const connection of this.#connections) connection.close(1001, 'server is stopping');
  }

  terminate(): void {
    for (const connection of this.#connections) connection.terminate();
  }

  /** @throws VivaError why the socket is not opened */
  #admit(request: IncomingMessage): string {
    const { limits, policy } = this.#deps;
    const path = request.url?.split('?', 1)[0];
    if (path !== socketPath) throw new VivaError('not-found', `Sockets connect to ${socketPath}.`);
    if (this.#stopping)
      throw new VivaError('overloaded', 'The server is stopping.', { retryAfterSeconds: 2 });
    const address = clientAddress(request, policy);
    if ((this.#byAddress.get(address) ?? 0) >= limits.connectionsPerAddress) {
      throw new VivaError(
        'rate-limited',
        `This address has ${limits.connectionsPerAddress} sockets open: close one first.`,
        { retryAfterSeconds: 10 },
      );
    }
    if (this.#connections.size >= limits.connections) {
      throw new VivaError('overloaded', 'The server has as many sockets open as it may.', {
        retryAfterSeconds: 30,
      });
    }
    return address;
  }

  #open(socket: WebSocket, address: string): void {
    const { gateway, limits, logger, metrics, newId } = this.#deps;
    const id = newId();
    const connection = new Connection({
      id,
      address,
      socket,
      bufferedBytes: limits.bufferedBytes,
      onTooSlow: () => logger.warn({ connection: id }, 'cut off a client that reads too slowly'),
    });
    this.#connections.add(connection);
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
    metrics.socketOpened();
    logger.debug({ connection: id }, 'socket opened');

    socket.on('message', (data, isBinary) => void gateway.receive(connection, toBuffer(data), isBinary));
    const countPing = () => void this.#pings.take(id).catch(() => connection.close(1008, 'too many pings'));
    socket.on('ping', countPing);
    socket.on('pong', countPing);
    // Without a listener, a broken frame would end the process. ws closes the socket with the fitting code itself.
    socket.on('error', (error) => {
      metrics.error(isTooLarge(error) ? 'payload-too-large' : 'frame-invalid');
      logger.debug({ connection: id, err: error }, 'socket failed');
    });
    socket.on('close', (code) => {
      this.#connections.delete(connection);
      const left = (this.#byAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#byAddress.set(address, left);
      else this.#byAddress.delete(address);
      metrics.socketClosed();
      gateway.closed(connection);
      logger.debug({ connection: id, code }, 'socket closed');
    });
  }

  #refuse(socket: Duplex, error: unknown): void {
    const shown = toPublicError(error, this.#deps.newId());
    const status = httpStatus(shown.code);
    this.#deps.metrics.error(shown.code);
    if (status === 500)
      this.#deps.logger.warn({ err: error, requestId: shown.requestId }, 'an upgrade failed');
    answerRaw(socket, status, shown);
  }
}

function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

function isTooLarge(error: Error): boolean {
  return 'code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
}
