/** Turns against a server whose chat model fails in every way there is, and which is killed in between. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mulberry32, seededRandom, type Random } from '../../src/coach/random.ts';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';
import { Candidate } from '../crash/candidate.ts';
import { checkAnswers } from '../crash/check-answers.ts';
import { checkPromises, checkQuiet } from '../crash/check-log.ts';
import type { ClientSession } from '../crash/client-session.ts';
import { Happenings } from '../crash/happenings.ts';
import { House } from '../crash/house.ts';
import { readStored } from '../crash/stored.ts';
import { ServerProcess } from '../crash/viva-processes.ts';
import { behaves, behaviours, byChance, type ByChance } from '../llm/chat-behaviours.ts';
import { startScriptedChatServer, type ScriptedChatServer } from '../llm/scripted-chat-server.ts';
import { checkScores, countGrades, type GradeCounts } from './check-grades.ts';

export interface FaultRunOptions {
  /** Graded replies after which the model is healthy again. */
  readonly turns: number;
  readonly kills: number;
  readonly clients: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

export interface FaultFigures {
  readonly options: Omit<FaultRunOptions, 'say'>;
  kills: number;
  grades: GradeCounts;
  /** Requests that the model had, by what it did. */
  readonly behaviours: Record<string, number>;
  /** Milliseconds from the model's health to the last provisional grade replaced. */
  refinedAfterMs: number;
  seconds: number;
  readonly faults: string[];
}

const modelName = 'scripted';
/** How long a run may stand still, and how long the last refinement may take: a circuit breaker has to close first. */
const patienceMs = 60_000;
const refinementMs = 180_000;

/** All but the one that says to stay away for an hour, which is obeyed: nothing more would be tried. */
const names = Object.keys(behaviours).filter((name) => name !== '429 for an hour');

const none: GradeCounts = { replies: 0, provisional: 0, refined: 0, waiting: 0, byModel: 0 };

export async function runFaults(options: FaultRunOptions): Promise<FaultFigures> {
  const model = await startScriptedChatServer();
  const house = new House();
  const run = new FaultRun(options, house, model);
  try {
    await run.begin();
    await run.turns();
    await run.recover();
    return run.figures;
  } finally {
    await run.end();
    await model.close();
  }
}

class FaultRun {
  readonly figures: FaultFigures;
  readonly #options: FaultRunOptions;
  readonly #house: House;
  readonly #model: ScriptedChatServer;
  readonly #chance: ByChance;
  readonly #server: ServerProcess;
  readonly #random: Random;
  #candidates: Candidate[] = [];
  #conversations: Promise<unknown> = Promise.resolve();
  readonly #began = performance.now();

  constructor(options: FaultRunOptions, house: House, model: ScriptedChatServer) {
    this.#options = options;
    this.#house = house;
    this.#model = model;
    this.#random = seededRandom(options.seed, 'kills');
    this.#chance = byChance(options.seed, names);
    model.otherwise(this.#chance.step);
    this.#server = new ServerProcess({
      ...house.env,
      OPENAI_BASE_URL: model.url,
      VIVA_MODEL: modelName,
      VIVA_LLM_STRUCTURED: 'json-schema',
      VIVA_LLM_TIMEOUT_MS: '1000',
    });
    const { say: _, ...told } = options;
    this.figures = {
      options: told,
      kills: 0,
      grades: none,
      behaviours: this.#chance.counts,
      refinedAfterMs: 0,
      seconds: 0,
      faults: [],
    };
  }

  async begin(): Promise<void> {
    await this.#server.start();
    const { entries } = await loadCorpus(this.#house.corpus);
    const known = new Map(entries.map((entry) => [entry.id, entry]));
    this.#candidates = Array.from(
      { length: this.#options.clients },
      (_, index) =>
        new Candidate({
          name: `client ${index + 1}`,
          seed: this.#options.seed + index,
          url: () => this.#server.url,
          entries: known,
          happenings: new Happenings(),
          fault: (what) => this.#fault(what),
        }),
    );
    this.#conversations = Promise.all(this.#candidates.map(async (candidate) => candidate.run()));
    this.#conversations.catch((error: unknown) => this.#fault(`a client failed: ${String(error)}`));
  }

  /** Until there are enough graded replies; the kills stand at even distances, each a little off by chance. */
  async turns(): Promise<void> {
    const { turns, kills, say } = this.#options;
    // The last one is for the moment at which the model is back.
    for (let kill = 1; kill < kills; kill++) {
      await this.#until(() => this.#graded >= (turns * kill) / (kills + 1));
      await sleep(this.#random() * 800);
      await this.#kill();
      await this.#server.start();
      say(`${this.#graded} graded replies, ${kill} kills, ${this.figures.faults.length} faults`);
    }
    await this.#until(() => this.#graded >= turns);
  }

  /**
   * The model is healthy from here on, and the server is killed once more, which also ends the rest that it gives a failing
   * model (minutes): what was begun is finished, and what was provisional is refined.
   */
  async recover(): Promise<void> {
    this.#model.otherwise(behaves('plain', mulberry32(1)));
    if (this.#options.kills > 0) {
      await this.#kill();
      await this.#server.start();
    }
    const began = performance.now();
    for (const candidate of this.#candidates) candidate.pause(true);
    await this.#settled(patienceMs, () => this.#candidates.every(({ quiet }) => quiet));
    const waiting = () => countGrades(this.#read(), isModel).waiting;
    while (waiting() > 0 && performance.now() - began < refinementMs) await sleep(500);
    this.figures.refinedAfterMs = Math.round(performance.now() - began);
    // The last events may still be on their way to their clients.
    let faults = this.#checkQuiet();
    for (let tries = 0; faults.length > 0 && tries < 50; tries++) {
      await sleep(100);
      faults = this.#checkQuiet();
    }
    const stored = this.#read();
    this.figures.grades = countGrades(stored, isModel);
    this.figures.seconds = Math.round((performance.now() - this.#began) / 1000);
    const { grades } = this.figures;
    for (const fault of [...faults, ...stored.faults, ...checkAnswers(stored), ...checkScores(stored)]) {
      this.#fault(fault);
    }
    if (grades.waiting > 0) this.#fault(`${grades.waiting} replies are still not refined`);
  }

  async end(): Promise<void> {
    for (const candidate of this.#candidates) candidate.end();
    await this.#server.kill();
    await this.#conversations.catch(() => undefined);
    if (this.figures.faults.length === 0) this.#house.remove();
    else this.#options.say(`what was stored is kept in ${this.#house.folder}`);
  }

  get #sessions(): ClientSession[] {
    return this.#candidates.flatMap(({ sessions }) => sessions);
  }

  /** Replies of which a client has seen a judge's grade. */
  get #graded(): number {
    const seen = this.#sessions.map(
      ({ view }) =>
        new Set(
          view.flatMap((event) =>
            event.type === 'reply.graded' && event.grade.judge !== 'coach' ? [event.replySeq] : [],
          ),
        ).size,
    );
    return seen.reduce((sum, count) => sum + count, 0);
  }

  #fault(what: string): void {
    if (this.figures.faults.length < 100) this.figures.faults.push(what);
  }

  #read() {
    return readStored(this.#house.data, join(this.#house.folder, 'copies'));
  }

  #checkQuiet(): string[] {
    const current = new Set(this.#candidates.map(({ sessions }) => sessions.at(-1)));
    return checkQuiet(this.#read(), this.#sessions, (session) => !current.has(session));
  }

  async #kill(): Promise<void> {
    if (await this.#server.kill()) this.figures.kills += 1;
    else this.#fault(`the server ended by itself: ${this.#server.stderr}`);
    await Promise.all(this.#candidates.map(async (candidate) => candidate.disconnected()));
    const stored = this.#read();
    for (const fault of [...stored.faults, ...checkPromises(stored, this.#sessions)]) {
      this.#fault(`right after kill ${this.figures.kills}: ${fault}`);
    }
  }

  /** @throws when nothing is graded for a minute */
  async #until(condition: () => boolean): Promise<void> {
    let last = this.#graded;
    let moved = performance.now();
    while (!condition()) {
      await sleep(20);
      if (this.#graded !== last) [last, moved] = [this.#graded, performance.now()];
      if (!this.#server.running) throw new Error(`the server ended by itself: ${this.#server.stderr}`);
      if (performance.now() - moved > patienceMs) {
        const waiting = this.#candidates.map(({ unsettled }) => unsettled).join('; ');
        throw new Error(`nothing was graded for ${patienceMs / 1000} s: ${waiting}; ${this.#server.stderr}`);
      }
    }
  }

  async #settled(limitMs: number, condition: () => boolean): Promise<void> {
    const deadline = performance.now() + limitMs;
    while (!condition()) {
      if (performance.now() > deadline) {
        const waiting = this.#candidates.filter(({ quiet }) => !quiet).map(({ unsettled }) => unsettled);
        this.#fault(`not finished after ${limitMs / 1000} s: ${waiting.join('; ')}`);
        return;
      }
      await sleep(20);
    }
  }
}

const isModel = (judge: string) => judge.includes(modelName);

export function describe({
  options,
  kills,
  grades,
  behaviours,
  refinedAfterMs,
  seconds,
  faults,
}: FaultFigures): string {
  const requests = Object.values(behaviours).reduce((sum, count) => sum + count, 0);
  return [
    `${grades.replies} graded replies, ${options.clients} clients, ${kills} kills, seed ${options.seed}, ${seconds} s`,
    `${requests} requests while the model failed, by what it did:`,
    ...Object.entries(behaviours)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, count]) => `  ${String(count).padStart(4)} × ${name}`),
    `provisional at first ${grades.provisional}, refined ${grades.refined}, still waiting ${grades.waiting}; ` +
      `the model took part in ${grades.byModel} last grades; all refined ${(refinedAfterMs / 1000).toFixed(1)} s after it was healthy`,
    `faults: ${faults.length}`,
    ...faults.map((fault) => `  ${fault}`),
  ].join('\n');
}
