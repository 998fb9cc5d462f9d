import type { ClientMessage, ServerFrame } from '../../../src/protocol.ts';
import { parseFrame, type PublicError } from './frames.ts';
import {
  ReconnectingSocket,
  type ConnectionState,
  type SocketLike,
  type Timers,
} from './reconnecting-socket.ts';

/** Why the session is not connected, since when, and when the next attempt comes. */
export interface Interruption {
  /** `away` without an answer, else the server's error code. */
  code: string;
  /** By the page's clock, in milliseconds. */
  since: number;
  retryAt: number | null;
}

export interface LinkState {
  connection: ConnectionState;
  interruption: Interruption | null;
}

export interface LinkEnvironment {
  openSocket: () => SocketLike;
  timers: Timers;
  random: () => number;
  now: () => number;
  newId: () => string;
  /** Asks why a socket was not opened, which a browser does not say; null when the server does not answer. */
  whyRefused: () => Promise<PublicError | null>;
}

export interface LinkListener {
  /** The create or resume that attaches a connection; null when there is nothing to attach to. */
  attachFrame: () => ClientMessage | null;
  onAttachFailed: (error: PublicError) => void;
  /** Everything else; null is a frame that cannot be read. */
  onFrame: (frame: ServerFrame | null) => void;
  onState: (change: Partial<LinkState>) => void;
}

/** Before a refused create or resume is tried again, when the server does not say. */
const attachAgainSeconds = 5;
/** A resume that asks whether the connection still works must be answered within this. */
const probeWithinMs = 5_000;
/** Without a word from the server for this long, coming back to the page asks for one. */
const quietMs = 20_000;

/** The way to the server: a socket that opens again, is attached to the session each time, and is known to live. */
export class Link {
  readonly #env: LinkEnvironment;
  readonly #listener: LinkListener;
  readonly #socket: ReconnectingSocket;
  /** The id of the create or resume that waits for its answer. */
  #attaching: string | null = null;
  #attached = false;
  #heardAt = 0;
  #interruption: Interruption | null = null;

  constructor(env: LinkEnvironment, listener: LinkListener) {
    this.#env = env;
    this.#listener = listener;
    this.#socket = new ReconnectingSocket({
      open: env.openSocket,
      timers: env.timers,
      random: env.random,
      onOpen: () => this.attach(),
      onMessage: (data) => this.#receive(data),
      onState: (connection) => this.#changed(connection),
      onWait: (delayMs, opened) => this.#waits(delayMs, opened),
    });
  }

  /** This connection is attached to the session: messages may go out. */
  get attached(): boolean {
    return this.#attached;
  }

  start(): void {
    this.#socket.start();
  }

  stop(code?: string): void {
    this.#socket.stop();
    this.#attaching = null;
    if (code === undefined) this.#tell(null);
    else this.#interrupted(code, null);
  }

  send(message: ClientMessage): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** Creates or resumes the session on the open socket. */
  attach(): void {
    this.#attached = false;
    const frame = this.#listener.attachFrame();
    if (frame === null) return;
    this.#attaching = frame.id;
    this.send(frame);
  }

  /** Attaches unless that is under way already. */
  attachAgain(): void {
    if (this.#attaching === null) this.attach();
  }

  /** After a refusal that passes: at the time that the server says. */
  attachLater({ code, retryAfterSeconds }: PublicError): void {
    const ms = (retryAfterSeconds ?? attachAgainSeconds) * 1000;
    this.#interrupted(code, this.#env.now() + ms);
    this.#env.timers.set(() => {
      if (this.#socket.state === 'open' && !this.#attached) this.attachAgain();
    }, ms);
  }

  /** Tries now instead of after the wait: the network is back, or somebody asked or looks at the page again. */
  reconnect(): void {
    if (this.#socket.state === 'waiting') this.#socket.start();
    else if (this.#socket.state === 'open' && !this.#attached) this.attachAgain();
    else if (this.#env.now() - this.#heardAt > quietMs) this.probe();
  }

  /** Asks the server for a sign of life, and replaces a connection that gives none. */
  probe(): void {
    if (!this.#attached) return;
    this.attach();
    const id = this.#attaching;
    this.#env.timers.set(() => {
      if (id !== null && this.#attaching === id) this.#socket.replace();
    }, probeWithinMs);
  }

  #receive(data: unknown): void {
    this.#heardAt = this.#env.now();
    const frame = parseFrame(data);
    if (frame?.type === 'error' && frame.id !== undefined && frame.id === this.#attaching) {
      this.#attaching = null;
      this.#listener.onAttachFailed(frame.error);
      return;
    }
    if (frame?.type === 'session.ready') {
      this.#attaching = null;
      this.#attached = true;
      this.#tell(null);
    }
    this.#listener.onFrame(frame);
  }

  #changed(connection: ConnectionState): void {
    this.#attaching = null;
    this.#attached = false;
    this.#listener.onState({ connection });
  }

  #waits(delayMs: number, opened: boolean): void {
    this.#interrupted('away', this.#env.now() + delayMs);
    if (opened) return;
    void this.#env.whyRefused().then((error) => {
      if (error === null || this.#socket.state !== 'waiting') return;
      const said = this.#env.now() + (error.retryAfterSeconds ?? 0) * 1000;
      const retryAt = Math.max(said, this.#interruption?.retryAt ?? 0);
      this.#socket.postpone(retryAt - this.#env.now());
      this.#interrupted(error.code, retryAt);
    });
  }

  #interrupted(code: string, retryAt: number | null): void {
    this.#tell({ code, since: this.#interruption?.since ?? this.#env.now(), retryAt });
  }

  #tell(interruption: Interruption | null): void {
    this.#interruption = interruption;
    this.#listener.onState({ interruption });
  }
}
