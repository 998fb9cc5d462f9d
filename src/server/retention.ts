/** Removes sessions that nobody has touched for as long as they are to be kept. */
import type { Logger } from 'pino';
import type { EventLog } from '../sessions/event-log.ts';
import type { Removal } from './removal.ts';

export interface RetentionOptions {
  /** Days without a new event after which a session is removed; 0 keeps all for ever. */
  readonly keepDays: number;
  /** Milliseconds since the epoch. */
  readonly wallClock: () => number;
  readonly log: EventLog;
  readonly removal: Removal;
  readonly logger: Logger;
}

const dayMs = 24 * 60 * 60 * 1000;
/** Removed in one transaction: other requests get their turn between two. */
const batch = 20;

export class Retention {
  readonly #options: RetentionOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** Removes what is due now, and again after every `everyMs`. */
  start(everyMs: number): void {
    if (this.#options.keepDays === 0) return;
    this.#running = this.#sweep();
    this.#timer = setInterval(() => {
      this.#running = this.#running.then(async () => this.#sweep());
    }, everyMs);
    this.#timer.unref();
  }

  /** Resolves when nothing is being removed any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Never rejects: what could not be removed is removed the next time. */
  async #sweep(): Promise<void> {
    const { keepDays, wallClock, log, removal, logger } = this.#options;
    const before = wallClock() - keepDays * dayMs;
    let removed = 0;
    try {
      while (!this.#stopped) {
        const ids = await log.removeUntouched(before, batch);
        for (const id of ids) removal.removed(id);
        removed += ids.length;
        if (ids.length < batch) break;
      }
    } catch (error) {
      logger.warn({ err: error }, 'removing old sessions failed; they are tried again the next time');
    }
    if (removed > 0) logger.info({ removed, keepDays }, 'removed sessions that nobody touched any more');
  }
}
