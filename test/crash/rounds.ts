/** Rounds of killing: clients at work, a kill, a start on the same data, everything checked. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom, shuffled } from '../../src/coach/random.ts';
import type { Entry } from '../../src/corpus/entry.ts';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';
import { Candidate } from './candidate.ts';
import { checkAnswers } from './check-answers.ts';
import { checkExports } from './check-exports.ts';
import { checkIndexFiles, checkIndexInUse } from './check-index.ts';
import { checkPromises, checkQuiet } from './check-log.ts';
import type { ClientSession } from './client-session.ts';
import { countFound } from './count-found.ts';
import { newFigures, type Figures } from './figures.ts';
import { Happenings } from './happenings.ts';
import { House } from './house.ts';
import { momentKinds, moments, type MomentKind, type Scene } from './moments.ts';
import { readStored } from './stored.ts';
import { ServerProcess } from './viva-processes.ts';

export interface RunOptions {
  readonly rounds: number;
  readonly clients: number;
  readonly seed: number;
  /** Told of each round as it ends. */
  readonly say: (line: string) => void;
  /** Ends the run after the round that is under way. */
  readonly signal?: AbortSignal;
  /** Default: all. */
  readonly kinds?: readonly MomentKind[];
}

/** How long clients may take to finish what they began, and the server to bring its index up to date. */
const patienceMs = 60_000;

export async function runRounds(options: RunOptions): Promise<Figures> {
  const house = new House();
  const run = new Run(options, house, (await loadCorpus(house.corpus)).entries);
  try {
    await run.begin();
    const deck = kindsOf(options);
    for (const [index, kind] of deck.entries()) {
      if (run.figures.faults.length > 0 || options.signal?.aborted === true) break;
      await run.round(index + 1, kind);
    }
    return run.figures;
  } finally {
    await run.end();
  }
}

/** Every kind as often as any other, in an order of chance. */
function kindsOf({ rounds, seed, kinds = momentKinds }: RunOptions): MomentKind[] {
  const random = seededRandom(seed, 'order');
  const decks = Math.ceil(rounds / kinds.length);
  return Array.from({ length: decks }, () => shuffled(kinds, random))
    .flat()
    .slice(0, rounds);
}

class Run {
  readonly figures: Figures;
  readonly #options: RunOptions;
  readonly #house: House;
  readonly #server: ServerProcess;
  readonly #candidates: readonly Candidate[];
  readonly #scene: Scene;
  readonly #conversations: Promise<unknown>;
  /** Events of each session when its export was last compared. */
  readonly #compared = new Map<ClientSession, number>();
  #doing = 'the first start';

  constructor(options: RunOptions, house: House, entries: readonly Entry[]) {
    this.#options = options;
    this.#house = house;
    this.#server = new ServerProcess(house.env);
    this.figures = newFigures(options);
    const happenings = new Happenings();
    this.#candidates = Array.from(
      { length: options.clients },
      (_, index) =>
        new Candidate({
          name: `client ${index + 1}`,
          seed: options.seed + index,
          url: () => this.#server.url,
          entries: new Map(entries.map((entry) => [entry.id, entry])),
          happenings,
          fault: (what) => this.#fault(what),
        }),
    );
    this.#scene = {
      house,
      server: this.#server,
      candidates: this.#candidates,
      happenings,
      random: seededRandom(options.seed, 'moments'),
      killServer: async () => this.#kill(),
      startServer: async () => this.#start('ready'),
      beginServer: async () =>
        this.#server.start().then(
          () => undefined,
          () => undefined,
        ),
      killIngestion: async (ingestion) => {
        if (await ingestion.kill()) this.figures.ingestKills += 1;
      },
    };
    this.#conversations = Promise.all(this.#candidates.map(async (candidate) => candidate.run()));
    // A client that fails is a fault of this test; it ends the run at its end.
    this.#conversations.catch((error: unknown) => this.#fault(`a client failed: ${String(error)}`));
  }

  /** Starts the server on empty folders; every client opens a session. */
  async begin(): Promise<void> {
    await this.#start('firstReady');
    await this.#settle();
  }

  async round(number: number, kind: MomentKind): Promise<void> {
    const began = performance.now();
    this.#doing = `round ${number} (${kind})`;
    this.figures.moments[kind] = (this.figures.moments[kind] ?? 0) + 1;
    for (const candidate of this.#candidates) candidate.pause(false);
    await moments[kind](this.#scene);
    const made = checkIndexFiles(this.#house);
    for (const fault of made) this.#fault(fault);
    await this.#start(kind === 'the server makes its first index' ? 'readyWithIndex' : 'ready');
    // They go on for a while, so that every round has something that happened after the start.
    await sleep(300);
    await this.#settle();
    await this.#check();
    this.figures.rounds = number;
    this.#count();
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    this.#options.say(
      `round ${number}: ${kind}; ${this.figures.acknowledged} messages so far; ${seconds} s; ${this.figures.faults.length} faults`,
    );
  }

  async end(): Promise<void> {
    for (const candidate of this.#candidates) candidate.end();
    await this.#server.kill();
    await this.#conversations.catch(() => undefined);
    if (this.figures.faults.length === 0) this.#house.remove();
    else this.#options.say(`what was stored is kept in ${this.#house.folder}`);
  }

  #fault(what: string): void {
    const { faults } = this.figures;
    if (faults.length < 100) faults.push(`${this.#doing}: ${what}`);
  }

  get #sessions(): ClientSession[] {
    return this.#candidates.flatMap(({ sessions }) => sessions);
  }

  async #kill(): Promise<void> {
    const before = this.#server.running;
    if (await this.#server.kill()) this.figures.kills += 1;
    else if (before) this.#fault(`the server ended by itself: ${this.#server.stderr}`);
    await Promise.all(this.#candidates.map(async (candidate) => candidate.disconnected()));
    const stored = this.#read();
    countFound(this.figures.found, stored, this.#sessions, this.#house);
    for (const fault of [...stored.faults, ...checkPromises(stored, this.#sessions)]) {
      this.#fault(`right after the kill: ${fault}`);
    }
  }

  async #start(times: 'firstReady' | 'ready' | 'readyWithIndex'): Promise<void> {
    this.figures[times].push(await this.#server.start());
    this.figures.starts += 1;
  }

  #read() {
    return readStored(this.#house.data, join(this.#house.folder, 'copies'));
  }

  /** Waits until everything that clients began is finished. */
  async #settle(): Promise<void> {
    for (const candidate of this.#candidates) candidate.pause(true);
    const deadline = performance.now() + patienceMs;
    while (this.#candidates.some(({ quiet }) => !quiet)) {
      if (performance.now() > deadline) {
        const waiting = this.#candidates.filter(({ quiet }) => !quiet).map(({ unsettled }) => unsettled);
        this.#fault(
          `not finished after ${patienceMs / 1000} s: ${waiting.join('; ')}; ${this.#server.stderr}`,
        );
        return;
      }
      if (!this.#server.running) return this.#fault(`the server ended by itself: ${this.#server.stderr}`);
      await sleep(20);
    }
  }

  async #check(): Promise<void> {
    const url = this.#server.url ?? '';
    for (const fault of await checkIndexInUse(url, this.#house, patienceMs)) this.#fault(fault);
    // The last events of an answer may still be on their way to a client that has the first.
    const deadline = performance.now() + 5_000;
    let stored = this.#read();
    let faults = checkQuiet(stored, this.#sessions);
    while (faults.length > 0 && performance.now() < deadline) {
      await sleep(100);
      stored = this.#read();
      faults = checkQuiet(stored, this.#sessions);
    }
    faults.push(...stored.faults, ...checkAnswers(stored));
    const changed = this.#sessions.filter((session) => this.#compared.get(session) !== session.view.length);
    faults.push(...(await checkExports(url, stored, changed)));
    for (const session of changed) this.#compared.set(session, session.view.length);
    for (const fault of faults) this.#fault(fault);
  }

  #count(): void {
    const { figures } = this;
    const messages = this.#sessions.flatMap((session) => [...session.messages.values()]);
    figures.sessions = this.#sessions.length;
    figures.acknowledged = messages.filter(({ acked }) => acked !== null).length;
    const events = this.#sessions.flatMap(({ view }) => view);
    figures.events = events.length;
    figures.grades = events.filter(({ type }) => type === 'reply.graded').length;
    for (const name of ['resumed', 'resent', 'replayed'] as const) {
      figures[name] = this.#candidates.reduce((sum, { counts }) => sum + counts[name], 0);
    }
  }
}
