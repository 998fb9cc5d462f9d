import type { PublicError } from './frames.ts';
import type { OutgoingMessage } from './outgoing.ts';
import type { Timers } from './reconnecting-socket.ts';
import type { LocalAction, PendingMessage } from './session-view.ts';
import { outboxSize, type SessionStorage } from './stored-session.ts';

export interface OutboxOptions {
  storage: SessionStorage;
  timers: Timers;
  now: () => number;
  newId: () => string;
  /** What waits, as the view has it. */
  pending: () => readonly PendingMessage[];
  dispatch: (action: LocalAction) => void;
  /** Messages may leave: this connection is attached, and everything that happened before is known. */
  ready: () => boolean;
  post: (message: PendingMessage) => void;
  /** No acknowledgement comes: does the connection still work? */
  doubt: () => void;
}

/** A message without an acknowledgement for this long makes the page ask whether the connection still works. */
const unacknowledgedMs = 8_000;
/** A message written in another tab is sent from here when that tab has not done it by then. */
const otherTabMs = 5_000;

/**
 * Messages on their way, in the browser's storage until the server shows them as stored. They leave one at a
 * time, in the order they were written, so that what was written offline keeps its order and never overruns
 * the number of messages that may wait on the server. Two tabs may both send one: the server takes an id once.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  #inFlight: string | null = null;
  /** Written in another tab, which sends it. */
  readonly #foreign = new Set<string>();

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Queues a message; false when too many wait already. */
  add({ text, intent, keyPointId }: OutgoingMessage): boolean {
    const { storage, newId, now, pending, dispatch } = this.#options;
    if (pending().length >= outboxSize) return false;
    const id = newId();
    const message = { id, text, intent: intent ?? null, keyPointId: keyPointId ?? null, at: now() };
    dispatch({ type: 'message.queued', message, kept: storage.keep(message), tried: false });
    this.flush();
    return true;
  }

  /** Sends a refused message again, under the same id. */
  retry(id: string): void {
    this.#options.dispatch({ type: 'message.retried', id });
    this.flush();
  }

  retryLater(id: string, error: PublicError, seconds: number): void {
    this.#options.timers.set(() => {
      const message = this.#options.pending().find((one) => one.id === id);
      if (message?.refused?.error === error) this.retry(id);
    }, seconds * 1000);
  }

  /** Sends the next message, unless one is on its way. */
  flush(): void {
    if (!this.#options.ready()) return;
    const pending = this.#options.pending();
    const going = pending.find((message) => message.id === this.#inFlight);
    if (going !== undefined && isWaiting(going)) return;
    const next = pending.find((message) => this.#isOurs(message)) ?? null;
    this.#inFlight = next?.id ?? null;
    if (next === null) return;
    this.#options.post(next);
    if (!next.tried) this.#options.dispatch({ type: 'message.tried', id: next.id });
    this.watch();
  }

  /** Nothing is left to send from here. */
  get idle(): boolean {
    return !this.#options.pending().some((message) => this.#isOurs(message));
  }

  /** Looks after the message on its way. */
  watch(): void {
    const id = this.#inFlight;
    if (id === null) return;
    this.#options.timers.set(() => {
      const waits = this.#options.pending().some((message) => message.id === id && isWaiting(message));
      if (waits && this.#inFlight === id) this.#options.doubt();
    }, unacknowledgedMs);
  }

  /** A new connection: nothing is on its way, and every tab sends everything. */
  reset(): void {
    this.#inFlight = null;
    this.#foreign.clear();
  }

  /** Another tab may have written, sent or taken back a message. */
  follow(): void {
    const { storage, timers, pending, dispatch } = this.#options;
    const unsent = storage.unsent();
    for (const message of unsent) {
      if (pending().some(({ id }) => id === message.id)) continue;
      this.#foreign.add(message.id);
      dispatch({ type: 'message.queued', message, kept: true, tried: true });
      timers.set(() => {
        this.#foreign.delete(message.id);
        this.flush();
      }, otherTabMs);
    }
    for (const { id, kept, acked } of pending()) {
      const gone = kept && !acked && !unsent.some((message) => message.id === id);
      if (gone) dispatch({ type: 'message.discarded', id });
    }
  }

  #isOurs(message: PendingMessage): boolean {
    return isWaiting(message) && !this.#foreign.has(message.id);
  }
}

function isWaiting({ acked, refused }: PendingMessage): boolean {
  return !acked && refused === null;
}
