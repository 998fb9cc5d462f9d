/** Turns whose answer could not be stored: tried again by themselves until storage works. */
import { fold, pendingMessage } from '../coach/state.ts';
import { VivaError } from '../errors.ts';
import type { Attachment } from './attachment.ts';
import { recoverSession, type Recovered, type Recovering, type TurnDeps } from './run-turn.ts';

/** Pauses between attempts, ms; the last one repeats for as long as somebody is in the session. */
const pausesMs = [2_000, 5_000, 10_000, 20_000, 30_000];

export class Recoveries {
  readonly #deps: TurnDeps;
  readonly #waiting = new Map<string, NodeJS.Timeout>();

  constructor(deps: TurnDeps) {
    this.#deps = deps;
  }

  /** Finishes what is open in a session that somebody has just come to; `unanswered` as for `recoverSession`. */
  start(recovering: Recovering, newcomer: Pick<Attachment, 'push'>, unanswered: string | null): void {
    void recoverSession(this.#deps, recovering, newcomer, unanswered).then((recovered) =>
      this.after(failureOf(recovered), recovering),
    );
  }

  /** To be told of every failed turn: one that storage failed is finished later, when its message was stored. */
  after(failure: unknown, recovering: Recovering): void {
    this.#schedule(failure, recovering, 0);
  }

  stop(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }

  #schedule(failure: unknown, recovering: Recovering, attempt: number): void {
    const { sessionId } = recovering;
    if (!(failure instanceof VivaError) || failure.code !== 'storage-failed') return;
    // Whoever comes back later resumes, and that recovers the session too.
    if (this.#waiting.has(sessionId) || !this.#deps.hub.has(sessionId)) return;
    const pause = pausesMs[Math.min(attempt, pausesMs.length - 1)];
    const timer = setTimeout(() => void this.#again(recovering, attempt), pause);
    timer.unref();
    this.#waiting.set(sessionId, timer);
  }

  /** Never rejects. */
  async #again(recovering: Recovering, attempt: number): Promise<void> {
    const failure = await this.#recover(recovering);
    this.#waiting.delete(recovering.sessionId);
    this.#schedule(failure, recovering, attempt + 1);
  }

  /** Gives what failed; everybody in the session is told when work on the message begins and ends. */
  async #recover(recovering: Recovering): Promise<unknown> {
    const { hub, log } = this.#deps;
    const { sessionId } = recovering;
    try {
      const unanswered = pendingMessage(fold(await log.read(sessionId)))?.clientId ?? null;
      if (unanswered !== null) hub.send({ type: 'turn.start', sessionId, id: unanswered });
      return failureOf(await recoverSession(this.#deps, recovering, nobody, unanswered));
    } catch (error) {
      return error;
    }
  }
}

const nobody: Pick<Attachment, 'push'> = { push: () => undefined };

function failureOf(recovered: Recovered): unknown {
  return recovered === 'busy' ? undefined : recovered.failure;
}
