/** What a removed session leaves behind on this server: turns that run for it, and clients that watch it. */
import type { EventLog } from '../sessions/event-log.ts';
import type { Hub } from './hub.ts';
import type { Metrics } from './metrics.ts';
import type { Turns } from './turns.ts';

export interface RemovalDeps {
  readonly log: EventLog;
  readonly hub: Hub;
  readonly turns: Turns;
  readonly metrics: Metrics;
}

export class Removal {
  readonly #deps: RemovalDeps;

  constructor(deps: RemovalDeps) {
    this.#deps = deps;
  }

  /** Removes a session with all that is stored of it, and stops what is at work on it. */
  async remove(sessionId: string): Promise<void> {
    await this.#deps.log.remove(sessionId);
    this.removed(sessionId);
  }

  /** To be called once the log has removed a session: from then on no turn can store into it. */
  removed(sessionId: string): void {
    const { hub, turns, metrics } = this.#deps;
    turns.abort(sessionId);
    hub.drop(sessionId);
    metrics.sessions(hub.size);
  }
}
