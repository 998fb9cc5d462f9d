/** One signal for one call: the caller's own, a pause that is too long, and a total that is too long. */

export interface CallClockOptions {
  /** Milliseconds without a sign of life after which the call is given up. */
  readonly idleMs: number;
  /** Milliseconds after which the call is given up in any case. */
  readonly totalMs: number;
}

/** Listeners are taken off on `close`, so a signal that outlives many calls collects nothing. */
export class CallClock {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #idleMs: number;
  readonly #total: NodeJS.Timeout;
  #idle: NodeJS.Timeout;
  #ended: 'aborted' | 'timeout' | null = null;

  constructor(outer: AbortSignal | undefined, { idleMs, totalMs }: CallClockOptions) {
    this.#outer = outer;
    this.#idleMs = idleMs;
    this.#total = setTimeout(this.#expire, totalMs);
    this.#idle = setTimeout(this.#expire, idleMs);
    if (outer?.aborted) this.#giveUp();
    else outer?.addEventListener('abort', this.#giveUp, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why the signal fired; null while it has not. */
  get ended(): 'aborted' | 'timeout' | null {
    return this.#ended;
  }

  /** A sign of life: the pause is counted anew. */
  touch(): void {
    clearTimeout(this.#idle);
    if (!this.#controller.signal.aborted) this.#idle = setTimeout(this.#expire, this.#idleMs);
  }

  /** Waits, or ends early when the signal fires. */
  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      if (this.signal.aborted) done();
      else this.signal.addEventListener('abort', done);
    });
  }

  /** Stops the timers and cancels whatever of the call still runs. Idempotent. */
  close(): void {
    clearTimeout(this.#total);
    clearTimeout(this.#idle);
    this.#outer?.removeEventListener('abort', this.#giveUp);
    this.#controller.abort();
  }

  readonly #giveUp = (): void => this.#end('aborted');
  readonly #expire = (): void => this.#end('timeout');

  #end(why: 'aborted' | 'timeout'): void {
    this.#ended ??= why;
    this.#controller.abort();
  }
}
