/** One limit on how often something may happen per key. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { VivaError } from '../errors.ts';

export class RateLimit {
  readonly #limiter: RateLimiterMemory;
  readonly #what: string;

  /** @param what stands in the refusal: "Too many <what>". */
  constructor(what: string, points: number, seconds: number) {
    this.#what = what;
    this.#limiter = new RateLimiterMemory({ points, duration: seconds });
  }

  /** Counts one use of `key`, or as many as `points`. @throws VivaError `rate-limited` with the time to wait. */
  async take(key: string, points = 1): Promise<void> {
    try {
      await this.#limiter.consume(key, points);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      throw this.#refusal(refused);
    }
  }

  /** Refuses when `key` is used up, without counting. */
  async check(key: string): Promise<void> {
    const state = await this.#limiter.get(key);
    if (state !== null && state.remainingPoints <= 0) throw this.#refusal(state);
  }

  #refusal(state: RateLimiterRes): VivaError {
    const retryAfterSeconds = Math.max(1, Math.ceil(state.msBeforeNext / 1000));
    return new VivaError(
      'rate-limited',
      `Too many ${this.#what}: wait ${retryAfterSeconds} s and try again.`,
      {
        retryAfterSeconds,
      },
    );
  }
}
