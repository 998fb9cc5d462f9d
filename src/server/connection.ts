/** One socket: what it may send, what it is attached to, and when it is cut off. */
import type { WebSocket } from 'ws';
import type { ServerFrame } from '../protocol.ts';
import type { Attachment, Outlet } from './attachment.ts';

export interface ConnectionOptions {
  readonly id: string;
  readonly address: string;
  readonly socket: WebSocket;
  /** Bytes queued before the client is cut off. */
  readonly bufferedBytes: number;
  /** Told when the client is cut off for reading too slowly. */
  readonly onTooSlow: () => void;
}

/** Frames of one connection that may wait for the one before them. */
const mostQueued = 32;

export class Connection implements Outlet {
  readonly id: string;
  readonly address: string;
  /** Sessions that this connection has proven a token for. */
  readonly attachments = new Map<string, Attachment>();
  readonly #socket: WebSocket;
  readonly #options: ConnectionOptions;
  #alive = true;
  #queued = 0;

  constructor(options: ConnectionOptions) {
    this.id = options.id;
    this.address = options.address;
    this.#socket = options.socket;
    this.#options = options;
    this.#socket.on('pong', () => {
      this.#alive = true;
    });
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  send(frame: ServerFrame): void {
    if (!this.open) return;
    this.#socket.send(JSON.stringify(frame), ignoreLateFailure);
    if (this.#socket.bufferedAmount <= this.#options.bufferedBytes) return;
    this.#options.onTooSlow();
    this.terminate();
  }

  /** Waits, when half of what may be queued is queued, until the last frame has left. */
  async drained(): Promise<void> {
    if (!this.open || this.#socket.bufferedAmount <= this.#options.bufferedBytes / 2) return;
    await new Promise<void>((resolve) => {
      // An empty ping goes through the same queue, so its callback comes when everything before it has left.
      this.#socket.ping('', false, () => resolve());
    });
  }

  /** Counts frames that wait to be taken; while too many do, no more are read from the network. */
  queued(change: 1 | -1): void {
    this.#queued += change;
    if (this.#queued >= mostQueued) this.#socket.pause();
    else if (this.#socket.isPaused) this.#socket.resume();
  }

  /** Closes with a code that the client can read; what is queued is still sent. */
  close(code: 1001 | 1003 | 1008 | 1009 | 1011, reason: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** Pings; a client that has not answered the last ping is cut off. */
  heartbeat(): void {
    if (!this.#alive) {
      this.terminate();
      return;
    }
    this.#alive = false;
    if (this.open) this.#socket.ping('', false, ignoreLateFailure);
  }
}

/** A write that fails means a closing socket, whose `close` event does what is to be done. */
function ignoreLateFailure(): void {}
