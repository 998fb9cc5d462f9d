/**
 * The turns of this server: how many run at once, who waits for one and in which place, and when the last one is done.
 * A turn that has to wait has done nothing yet: its message is neither stored nor acknowledged. So one that is refused, or
 * that a stop of the server finds waiting, is simply sent again.
 */
import { VivaError } from '../errors.ts';
import { FairQueue, type Lane } from './fair-queue.ts';

export interface TurnsOptions {
  /** Messages of one session that may wait or run. */
  readonly perSession: number;
  /** Turns that run at the same time. */
  readonly atOnce: number;
  /** Messages that may wait altogether. */
  readonly waiting: number;
  /** Least time between two words to one message about its place, ms. Default 1000. */
  readonly tellEveryMs?: number;
  /** Milliseconds; only differences count. */
  readonly now: () => number;
  /** Told whenever a turn starts: how long it waited. */
  readonly onStart?: (waitedSeconds: number) => void;
}

export interface TurnSlot extends Lane {
  /** A recovery answers what was acknowledged before: it waits like a message, and is never refused. */
  readonly kind: 'message' | 'recovery';
  /** What the client calls its message: sent twice, it takes one place. */
  readonly id?: string;
  /** Told its place in the queue (1: next) when it has to wait, and when the place changes. */
  readonly onPlace?: (place: number) => void;
}

type TurnWork<T> = (controller: AbortController) => Promise<T>;

interface Waiting extends TurnSlot {
  readonly since: number;
  readonly start: () => void;
  readonly refuse: (error: VivaError) => void;
  told: number | null;
}

/** Weight of the latest turn in the mean that tells how long the queue takes. */
const latestWeight = 0.1;

export class Turns {
  readonly #options: TurnsOptions;
  readonly #queue = new FairQueue<Waiting>();
  /** Sessions with a running turn: a session's turns come one after the other. */
  readonly #busy = new Set<string>();
  readonly #messages = new Map<string, number>();
  /** When the turn of a message begins, by its session and id, until it has ended. */
  readonly #beginning = new Map<string, Promise<void>>();
  readonly #recovering = new Set<string>();
  /** What is at work, and on which session; null: on one that is being made. */
  readonly #controllers = new Map<AbortController, string | null>();
  readonly #all = new Set<Promise<unknown>>();
  #messagesWaiting = 0;
  #meanSeconds = 1;
  #telling: NodeJS.Timeout | null = null;
  #stopping = false;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  get running(): number {
    return this.#busy.size;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /**
   * Runs one turn when it is its time: at once, or after the turns before it.
   * @throws VivaError `overloaded` when too many wait already or the server is stopping; then `work` was not called
   */
  async run<T>(slot: TurnSlot, work: TurnWork<T>): Promise<T> {
    const { session, kind, id } = slot;
    const name = id === undefined ? null : `${session} ${id}`;
    const twin = name === null ? undefined : this.#beginning.get(name);
    this.#mustRun();
    if (kind === 'message') this.#enter(session);
    let began: number | null = null;
    try {
      // The second of two has nothing to do but to be acknowledged, once the first has been stored.
      if (twin) {
        await twin;
        return await this.#work(session, work);
      }
      const beginning = this.#turnOf(slot);
      if (name !== null) this.#beginning.set(name, beginning);
      await beginning;
      began = this.#options.now();
      return await this.#work(session, work);
    } finally {
      if (kind === 'message') this.#leave(session);
      if (name !== null && !twin) this.#beginning.delete(name);
      if (began !== null) {
        this.#busy.delete(session);
        if (kind === 'message') this.#learn((this.#options.now() - began) / 1000);
        this.#startNext();
      }
    }
  }

  /**
   * Runs a session's recovery, unless one is under way already. One with an unanswered message takes a turn like a message;
   * one that only looks takes none, so that whoever comes (back) to a busy server does not queue for it. Null when one was
   * under way.
   */
  async recover<T>(lane: Lane, unanswered: boolean, work: TurnWork<T>): Promise<T | null> {
    if (this.#recovering.has(lane.session)) return null;
    this.#recovering.add(lane.session);
    try {
      return await (unanswered
        ? this.run({ ...lane, kind: 'recovery' }, work)
        : this.#work(lane.session, work));
    } finally {
      this.#recovering.delete(lane.session);
    }
  }

  /** Runs what is short and needs no model beside the queue; a stop waits for it too. @throws VivaError `overloaded` */
  async aside<T>(work: TurnWork<T>): Promise<T> {
    return this.#work(null, work);
  }

  async #work<T>(session: string | null, work: TurnWork<T>): Promise<T> {
    this.#mustRun();
    const controller = new AbortController();
    this.#controllers.set(controller, session);
    const turn = work(controller);
    this.#all.add(turn);
    try {
      return await turn;
    } finally {
      this.#all.delete(turn);
      this.#controllers.delete(controller);
    }
  }

  /** Stops what is at work on a session, its recovery included. */
  abort(session: string): void {
    for (const [controller, own] of this.#controllers) if (own === session) controller.abort();
  }

  /**
   * Takes no new turns, sends away those that wait, and waits for the running ones; after `timeoutMs` they are aborted.
   * False when they were.
   */
  async stop(timeoutMs: number): Promise<boolean> {
    this.#stopping = true;
    for (const waiting of this.#queue.order()) this.#sendAway(waiting, stopping());
    const done = Promise.allSettled(this.#all);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), timeoutMs);
    });
    const outcome = await Promise.race([done, late]);
    clearTimeout(timer);
    if (outcome !== 'late') return true;
    for (const controller of this.#controllers.keys()) controller.abort();
    return false;
  }

  #mustRun(): void {
    if (this.#stopping) throw stopping();
  }

  #enter(session: string): void {
    const own = this.#messages.get(session) ?? 0;
    if (own >= this.#options.perSession) {
      throw new VivaError('overloaded', 'Too many messages wait in this session: let it answer first.', {
        retryAfterSeconds: this.#secondsFor(own, 1),
      });
    }
    this.#messages.set(session, own + 1);
  }

  #leave(session: string): void {
    const left = (this.#messages.get(session) ?? 1) - 1;
    if (left > 0) this.#messages.set(session, left);
    else this.#messages.delete(session);
  }

  /** Resolves when the turn may run; its session is busy from then on. */
  async #turnOf(slot: TurnSlot): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        ...slot,
        since: this.#options.now(),
        start: resolve,
        refuse: reject,
        told: null,
      };
      this.#queue.push(waiting);
      if (slot.kind === 'message') this.#messagesWaiting += 1;
      this.#startNext();
      if (this.#messagesWaiting > this.#options.waiting) this.#makeRoom();
      const place = this.#queue.order().indexOf(waiting);
      if (place >= 0) this.#tell(waiting, place + 1);
    });
  }

  #startNext(): void {
    while (this.#busy.size < this.#options.atOnce) {
      const next = this.#queue.take((session) => !this.#busy.has(session));
      if (next === undefined) break;
      if (next.kind === 'message') this.#messagesWaiting -= 1;
      this.#busy.add(next.session);
      this.#options.onStart?.((this.#options.now() - next.since) / 1000);
      next.start();
    }
    this.#tellLater();
  }

  /** Whoever has most waiting gives way, so that nobody can fill the queue for the others. */
  #makeRoom(): void {
    const heaviest = this.#queue.heaviest((waiting) => waiting.kind === 'message');
    if (heaviest === null) return;
    this.#sendAway(
      heaviest,
      new VivaError('overloaded', 'More messages wait than the server can answer soon: try again later.', {
        retryAfterSeconds: this.#secondsFor(this.#messagesWaiting, this.#options.atOnce),
      }),
    );
  }

  #sendAway(waiting: Waiting, error: VivaError): void {
    if (!this.#queue.remove(waiting)) return;
    if (waiting.kind === 'message') this.#messagesWaiting -= 1;
    waiting.refuse(error);
    this.#tellLater();
  }

  /** Places are told once a second while anybody waits. */
  #tellLater(): void {
    if (this.#queue.size === 0) {
      if (this.#telling !== null) clearInterval(this.#telling);
      this.#telling = null;
      return;
    }
    this.#telling ??= setInterval(() => {
      for (const [index, waiting] of this.#queue.order().entries()) this.#tell(waiting, index + 1);
    }, this.#options.tellEveryMs ?? 1_000).unref();
  }

  #tell(waiting: Waiting, place: number): void {
    this.#tellLater();
    if (waiting.told === place) return;
    waiting.told = place;
    waiting.onPlace?.(place);
  }

  #learn(seconds: number): void {
    this.#meanSeconds += (seconds - this.#meanSeconds) * latestWeight;
  }

  /** How long that many turns take, so many abreast, by the mean of the last ones: 1 to 60 s. */
  #secondsFor(turns: number, abreast: number): number {
    return Math.min(60, Math.max(1, Math.ceil((turns * this.#meanSeconds) / abreast)));
  }
}

function stopping(): VivaError {
  return new VivaError('overloaded', 'The server is stopping: connect again in a moment.', {
    retryAfterSeconds: 2,
  });
}
