/** The part of the browser's WebSocket that is used here. */
export interface SocketLike {
  send(data: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
}

export interface Timers {
  set(run: () => void, ms: number): number;
  clear(id: number): void;
}

export type ConnectionState = 'off' | 'connecting' | 'open' | 'waiting';

export interface ReconnectingSocketOptions {
  open: () => SocketLike;
  timers: Timers;
  /** 0 ≤ r < 1: spreads the clients of a restarted server over time. */
  random: () => number;
  onOpen: () => void;
  onMessage: (data: unknown) => void;
  onState: (state: ConnectionState) => void;
  /** The next attempt comes after `delayMs`; `opened` is false when this one never got through. */
  onWait: (delayMs: number, opened: boolean) => void;
}

const firstDelayMs = 500;
const longestDelayMs = 15_000;
/** A network that swallows packets leaves a socket opening for minutes. */
const openWithinMs = 10_000;

/** Wait before attempt `attempt` (from 0): doubles from half a second to 15 s, less up to a third. */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(longestDelayMs, firstDelayMs * 2 ** attempt);
  return Math.round(full * (1 - random / 3));
}

/** A socket that opens again after every loss until `stop` is called. */
export class ReconnectingSocket {
  readonly #options: ReconnectingSocketOptions;
  #socket: SocketLike | null = null;
  #state: ConnectionState = 'off';
  #attempt = 0;
  #timer: number | null = null;

  constructor(options: ReconnectingSocketOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Opens the socket unless it is open or opening; skips a wait that is going on. */
  start(): void {
    if (this.#state === 'open' || this.#state === 'connecting') return;
    this.#clearTimer();
    this.#connect();
  }

  stop(): void {
    this.#leave();
    this.#attempt = 0;
    this.#change('off');
  }

  /** Gives up a socket that does not answer any more, though it looks open, and opens another. */
  replace(): void {
    if (this.#state !== 'open') return;
    this.#leave();
    this.#change('waiting');
    this.#connect();
  }

  /** Waits at least `ms` before the next attempt: the server said when it takes connections again. */
  postpone(ms: number): void {
    if (this.#state === 'waiting') this.#wait(ms);
  }

  /** False when there is no open socket to send on. */
  send(data: string): boolean {
    if (this.#state !== 'open' || this.#socket === null) return false;
    this.#socket.send(data);
    return true;
  }

  #connect(): void {
    this.#change('connecting');
    const socket = this.#options.open();
    this.#socket = socket;
    let opened = false;
    const lost = () => {
      if (socket !== this.#socket) return;
      this.#leave();
      this.#change('waiting');
      const delay = backoffMs(this.#attempt, this.#options.random());
      this.#attempt += 1;
      this.#wait(delay);
      this.#options.onWait(delay, opened);
    };
    socket.onopen = () => {
      if (socket !== this.#socket) return;
      opened = true;
      this.#clearTimer();
      this.#attempt = 0;
      this.#change('open');
      this.#options.onOpen();
    };
    socket.onmessage = (event) => {
      if (socket === this.#socket) this.#options.onMessage(event.data);
    };
    socket.onclose = lost;
    this.#timer = this.#options.timers.set(lost, openWithinMs);
  }

  #wait(ms: number): void {
    this.#clearTimer();
    this.#timer = this.#options.timers.set(() => {
      this.#timer = null;
      this.#connect();
    }, ms);
  }

  /** The socket may still say that it closes; nobody listens to it any more. */
  #leave(): void {
    this.#clearTimer();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #clearTimer(): void {
    if (this.#timer !== null) this.#options.timers.clear(this.#timer);
    this.#timer = null;
  }

  #change(state: ConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState(state);
  }
}
