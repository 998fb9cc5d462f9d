/** Replies whose better judge was away: asked for again by themselves, in all sessions, until the judge is back. */
import type { Logger } from 'pino';
import { isAbort } from '../errors.ts';
import type { Engine } from '../engine/engine.ts';
import type { EventLog } from '../sessions/event-log.ts';
import type { Hub } from './hub.ts';

import type { Metrics } from './metrics.ts';

export interface WaitingGradesDeps {
  readonly engine: Engine;
  readonly log: EventLog;
  readonly hub: Hub;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Pauses between sweeps, ms: the first while nothing waits, the next ones while the judge is away, the last for ever. */
const defaultPausesMs = [30_000, 60_000, 120_000, 300_000, 600_000];
/** Most sessions looked at in one sweep. */
const sessionsAtOnce = 100;

export class WaitingGrades {
  readonly #deps: WaitingGradesDeps;
  readonly #pausesMs: readonly number[];
  #timer: NodeJS.Timeout | null = null;
  #failures = 0;
  #stopped = false;

  /** @param pausesMs at least one */
  constructor(deps: WaitingGradesDeps, pausesMs: readonly number[] = defaultPausesMs) {
    this.#deps = deps;
    this.#pausesMs = pausesMs;
  }

  start(): void {
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#stopped) return;
    const pause = this.#pausesMs[Math.min(this.#failures, this.#pausesMs.length - 1)];
    this.#timer = setTimeout(() => void this.#sweep(), pause);
    this.#timer.unref();
  }

  /** Never rejects. */
  async #sweep(): Promise<void> {
    const { log, logger } = this.#deps;
    try {
      const sessions = await log.waiting(sessionsAtOnce);
      let away = false;
      for (const sessionId of sessions) {
        if (this.#stopped) break;
        // oxlint-disable-next-line no-await-in-loop -- one after the other: candidates who are here come first
        const left = await this.#regrade(sessionId);
        // Who is away for one is away for all.
        if (left > 0) {
          away = true;
          break;
        }
      }
      this.#failures = away ? this.#failures + 1 : 0;
    } catch (error) {
      this.#failures += 1;
      if (!isAbort(error)) logger.debug({ err: error }, 'waiting grades could not be looked for');
    }
    this.#schedule();
  }

  /** How many replies of the session wait still. */
  async #regrade(sessionId: string): Promise<number> {
    const { engine, hub, metrics } = this.#deps;
    return engine.regrade(sessionId, {
      onEvent: (event) => {
        metrics.event(event);
        hub.publish(sessionId, event);
      },
    });
  }
}
