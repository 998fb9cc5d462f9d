/** Stops asking an endpoint that keeps failing, and lets one call through now and then to see whether it is back. */

export interface CircuitBreakerOptions {
  /** Milliseconds; only differences count. */
  readonly now: () => number;
  /** Failures in a row that open it; default 5. */
  readonly failures?: number;
  /** The first pause; it doubles with each trial that fails. Default 10 s. */
  readonly firstPauseMs?: number;
  /** Default 5 min. */
  readonly longestPauseMs?: number;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

/** What came of a call that was let through. Exactly one is told, once. */
export interface Passage {
  succeeded(): void;
  /** @param pauseMs a pause that is known, like that of a used-up quota: opens at once */
  failed(pauseMs?: number): void;
  /** The call says nothing of the endpoint: its caller went away. */
  withdrawn(): void;
}

export class CircuitBreaker {
  readonly #now: () => number;
  readonly #most: number;
  readonly #firstPause: number;
  readonly #longestPause: number;
  #failures = 0;
  #pause: number;
  #openUntil: number | null = null;
  #trial = false;

  constructor({ now, failures = 5, firstPauseMs = 10_000, longestPauseMs = 300_000 }: CircuitBreakerOptions) {
    this.#now = now;
    this.#most = failures;
    this.#firstPause = firstPauseMs;
    this.#longestPause = longestPauseMs;
    this.#pause = firstPauseMs;
  }

  get state(): BreakerState {
    if (this.#openUntil === null) return 'closed';
    return this.#trial || this.#now() >= this.#openUntil ? 'half-open' : 'open';
  }

  /** Milliseconds until a call is let through again; 0 when it is now. */
  get waitMs(): number {
    if (this.#openUntil === null) return 0;
    const left = Math.max(0, this.#openUntil - this.#now());
    return this.#trial ? Math.max(left, 1_000) : left;
  }

  /** Lets a call through, or not (null). While it is half open, one at a time. */
  enter(): Passage | null {
    if (this.waitMs > 0) return null;
    const trial = this.#openUntil !== null;
    this.#trial = trial;
    const leave = () => {
      if (trial) this.#trial = false;
    };
    return {
      succeeded: () => {
        leave();
        this.#failures = 0;
        this.#pause = this.#firstPause;
        this.#openUntil = null;
      },
      failed: (pauseMs) => {
        leave();
        this.#failures++;
        if (pauseMs !== undefined) this.#openUntil = this.#now() + pauseMs;
        else if (trial || this.#failures >= this.#most) this.#open(trial);
      },
      withdrawn: leave,
    };
  }

  #open(again: boolean): void {
    if (again) this.#pause = Math.min(this.#pause * 2, this.#longestPause);
    this.#openUntil = this.#now() + this.#pause;
  }
}
