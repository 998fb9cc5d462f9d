/** The turns running on this server: how many, of which session, and when the last one is done. */
import { VivaError } from '../errors.ts';

/** The name under which the recovery of a session runs, beside its turns. */
export function recoveryOf(sessionId: string): string {
  return `recover ${sessionId}`;
}

export class Turns {
  readonly #running = new Map<string, Set<AbortController>>();
  readonly #mostPerSession: number;
  readonly #all = new Set<Promise<unknown>>();
  #stopping = false;

  constructor(mostPerSession: number) {
    this.#mostPerSession = mostPerSession;
  }

  isBusy(sessionId: string): boolean {
    return this.#running.has(sessionId);
  }

  /**
   * Runs one turn and keeps count of it.
   * @throws VivaError `overloaded` when too many wait already or the server is stopping
   */
  async run<T>(sessionId: string, work: (controller: AbortController) => Promise<T>): Promise<T> {
    if (this.#stopping) {
      throw new VivaError('overloaded', 'The server is stopping: connect again in a moment.', {
        retryAfterSeconds: 2,
      });
    }
    const own = this.#running.get(sessionId) ?? new Set();
    if (own.size >= this.#mostPerSession) {
      throw new VivaError('overloaded', 'Too many messages wait in this session: let it answer first.', {
        retryAfterSeconds: 2,
      });
    }
    const controller = new AbortController();
    this.#running.set(sessionId, own.add(controller));
    const turn = work(controller);
    this.#all.add(turn);
    try {
      return await turn;
    } finally {
      this.#all.delete(turn);
      own.delete(controller);
      if (own.size === 0) this.#running.delete(sessionId);
    }
  }

  /** Stops what is at work on a session, its recovery included. */
  abort(sessionId: string): void {
    for (const key of [sessionId, recoveryOf(sessionId)]) {
      for (const controller of this.#running.get(key) ?? []) controller.abort();
    }
  }

  /** Takes no new turns, and waits for the running ones; after `timeoutMs` they are aborted. False when they were. */
  async stop(timeoutMs: number): Promise<boolean> {
    this.#stopping = true;
    const done = Promise.allSettled(this.#all);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), timeoutMs);
    });
    const outcome = await Promise.race([done, late]);
    clearTimeout(timer);
    if (outcome !== 'late') return true;
    for (const controllers of this.#running.values()) {
      for (const controller of controllers) controller.abort();
    }
    return false;
  }
}
