/** Per session on this server: a queue of turns, the folded state, and what is running. */
import type { CoachState } from '../coach/state.ts';

export interface Slot {
  /** The state after the last event read; null before the first read. */
  state: CoachState | null;
  /** Stops the effect that is running; null between effects. */
  running: AbortController | null;
  /** Stops the grading of waiting replies, which gives way to a new message. */
  regrading: AbortController | null;
  /** Failed attempts at ungraded replies, by their `seq`. */
  readonly attempts: Map<number, number>;
  /** The id of the last `interview.start`, which a client may send twice. */
  lastStart: string | null;
}

export function newSlot(): Slot {
  return { state: null, running: null, regrading: null, attempts: new Map(), lastStart: null };
}

/** Sessions kept in memory while idle; the log holds everything, so forgetting one costs a read. */
const defaultIdleSlots = 256;

export class Slots {
  readonly #slots = new Map<string, Slot>();
  readonly #tails = new Map<string, Promise<unknown>>();
  readonly #idle: number;

  constructor(idle = defaultIdleSlots) {
    this.#idle = idle;
  }

  /** The slot as it is, without making one. */
  peek(sessionId: string): Slot | null {
    return this.#slots.get(sessionId) ?? null;
  }

  /** Resolves when nothing of the session is queued or running. */
  async idle(sessionId: string): Promise<void> {
    for (let tail = this.#tails.get(sessionId); tail; tail = this.#tails.get(sessionId)) {
      await tail.catch(() => undefined);
    }
  }

  /** Runs the work when all earlier work of the session is done; one failing stops none after it. */
  async enqueue<T>(sessionId: string, work: (slot: Slot) => Promise<T>): Promise<T> {
    const before = this.#tails.get(sessionId) ?? Promise.resolve();
    const run = before.then(
      async () => work(this.#take(sessionId)),
      async () => work(this.#take(sessionId)),
    );
    this.#tails.set(sessionId, run);
    try {
      return await run;
    } finally {
      if (this.#tails.get(sessionId) === run) this.#tails.delete(sessionId);
      this.#trim();
    }
  }

  #take(sessionId: string): Slot {
    const slot = this.#slots.get(sessionId) ?? newSlot();
    // Moves to the end: the map's order is from the longest idle to the youngest.
    this.#slots.delete(sessionId);
    this.#slots.set(sessionId, slot);
    return slot;
  }

  #trim(): void {
    for (const id of this.#slots.keys()) {
      if (this.#slots.size <= this.#idle) return;
      if (!this.#tails.has(id)) this.#slots.delete(id);
    }
  }
}
