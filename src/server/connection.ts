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

/** Frames of one connection, and their bytes, that may wait for the one before them. */
const mostQueued = { frames: 32, bytes: 256 * 1024 };

export class Connection implements Outlet {
  readonly id: string;
  readonly address: string;
  /** Sessions that this connection has proven a token for. */
  readonly attachments = new Map<string, Attachment>();
  readonly #socket: WebSocket;
  readonly #options: ConnectionOptions;
  #alive = true;
  #queued = { frames: 0, bytes: 0 };
  /** Something that was queued has left since the last ping. */
  #moving = true;

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
    this.#socket.send(JSON.stringify(frame), this.#moved);
    if (this.#socket.bufferedAmount <= this.#options.bufferedBytes) return;
    this.#options.onTooSlow();
    this.terminate();
  }

  /** Half of what may be queued is queued. */
  get full(): boolean {
    return this.open && this.#socket.bufferedAmount > this.#options.bufferedBytes / 2;
  }

  /** Waits, when half of what may be queued is queued, until the last frame has left. */
  async drained(): Promise<void> {
    if (!this.full) return;
    await new Promise<void>((resolve) => {
      // An empty ping goes through the same queue, so its callback comes when everything before it has left.
      this.#socket.ping('', false, () => resolve());
    });
  }

  /** Counts frames that wait to be taken; while too many do, no more are read from the network. */
  queued(frames: 1 | -1, bytes: number): void {
    this.#queued.frames += frames;
    this.#queued.bytes += frames * bytes;
    const full = this.#queued.frames >= mostQueued.frames || this.#queued.bytes >= mostQueued.bytes;
    if (full) this.#socket.pause();
    else if (this.#socket.isPaused) this.#socket.resume();
  }

  /** Closes with a code that the client can read; what is queued is still sent. */
  close(code: 1001 | 1003 | 1008 | 1009 | 1011, reason: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** Pings; a client that has not answered the last ping, or read nothing of what waits for it, is cut off. */
  heartbeat(): void {
    const stuck = this.#socket.bufferedAmount > 0 && !this.#moving;
    if (!this.#alive || stuck) {
      if (stuck) this.#options.onTooSlow();
      this.terminate();
      return;
    }
    this.#alive = false;
    this.#moving = false;
    if (this.open) this.#socket.ping('', false, this.#moved);
  }

  /** Called when a frame has left. A failure means a closing socket, whose `close` event does what is to be done. */
  readonly #moved = (): void => {
    this.#moving = true;
  };
}
