import type { Timers } from './reconnecting-socket.ts';

/** Changes that come in a burst are shown this often, and once at its end. */
const burstShownMs = 100;

/** A state that listeners are told of. */
export class Observed<T> {
  readonly #timers: Timers;
  readonly #listeners = new Set<() => void>();
  #state: T;
  #timer: number | null = null;

  constructor(first: T, timers: Timers) {
    this.#state = first;
    this.#timers = timers;
  }

  get state(): T {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param burst more is coming at once: listeners need not see every step */
  set(state: T, burst: boolean): void {
    this.#state = state;
    if (burst) this.#timer ??= this.#timers.set(() => this.#tell(), burstShownMs);
    else this.#tell();
  }

  #tell(): void {
    if (this.#timer !== null) this.#timers.clear(this.#timer);
    this.#timer = null;
    for (const listener of this.#listeners) listener();
  }
}
