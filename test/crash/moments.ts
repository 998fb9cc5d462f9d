/** When to kill: each kind of moment is aimed at something that must not be half done, and then a little off by chance. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../src/coach/random.ts';
import type { Candidate } from './candidate.ts';
import type { Happenings } from './happenings.ts';
import type { House } from './house.ts';
import { IngestProcess, type ServerProcess } from './viva-processes.ts';

/** What a moment has at hand. */
export interface Scene {
  readonly house: House;
  readonly server: ServerProcess;
  readonly candidates: readonly Candidate[];
  readonly happenings: Happenings;
  readonly random: Random;
  /** Kills the server; what was promised until then is checked. */
  killServer(): Promise<void>;
  /** Starts it and waits until it serves. */
  startServer(): Promise<void>;
  /** Starts it and does not wait; resolves when it serves, or has been killed before. */
  beginServer(): Promise<void>;
  killIngestion(ingestion: IngestProcess): Promise<void>;
}

const upTo = (most: number, random: Random) => Math.floor(random() * most);

/** Each leaves the server dead. */
export const moments = {
  'any moment': async ({ random, killServer }) => {
    await sleep(upTo(1_500, random));
    await killServer();
  },

  'a message was sent': async (scene) =>
    thrice(scene, async ({ happenings, random }) => {
      await happenings.nth('sent', 1 + upTo(15, random));
      await pause(random, 6);
    }),

  'a message was acknowledged': async (scene) =>
    thrice(scene, async ({ happenings, random }) => {
      await happenings.nth('acked', 1 + upTo(15, random));
      await pause(random, 3);
    }),

  'an event was seen': async ({ happenings, random, killServer }) => {
    await happenings.nth('event', 1 + upTo(40, random));
    await pause(random, 10);
    await killServer();
  },

  'sessions are being created': async (scene) =>
    thrice(scene, async ({ candidates, happenings, random }) => {
      const enough = Math.ceil(candidates.length / 4);
      await until(() => candidates.filter(({ quiet }) => quiet).length >= enough);
      const begun = happenings.nth('creating', 1 + upTo(enough, random));
      for (const candidate of candidates) candidate.startAnew();
      await begun;
      await sleep(upTo(10, random));
    }),

  'clients have just resumed': async ({ happenings, random, killServer, startServer }) => {
    await sleep(upTo(400, random));
    await killServer();
    const back = happenings.nth('attached', 1 + upTo(18, random), 10_000);
    await startServer();
    await back;
    await pause(random, 100);
    await killServer();
  },

  'the server is starting': async ({ random, killServer, beginServer }) => {
    await sleep(upTo(300, random));
    await killServer();
    const started = beginServer();
    await Promise.race([sleep(upTo(2_000, random)), started]);
    await killServer();
    await started;
  },

  'the server makes its first index': async ({ house, random, killServer, beginServer }) => {
    await killServer();
    house.dropIndex(random() < 0.3);
    const started = beginServer();
    await Promise.race([step(house, random), started]);
    await pause(random, 20);
    await killServer();
    await started;
  },

  'an ingestion beside the server': async ({ house, random, killServer, killIngestion }) => {
    house.changeCorpus();
    const ingestion = new IngestProcess(house.env, random() < 0.5);
    await Promise.race([step(house, random), ingestion.ended()]);
    await pause(random, 20);
    await killIngestion(ingestion);
    await sleep(upTo(200, random));
    await killServer();
  },

  'the index is being swapped': async ({ house, random, killServer }) => {
    house.changeCorpus();
    const before = pointerOf(house);
    const ingestion = new IngestProcess(house.env, false);
    await until(() => pointerOf(house) !== before || !ingestion.running);
    // The server reads the pointer 50 ms after it changed, and then the generation.
    await sleep(upTo(200, random));
    await killServer();
    await ingestion.ended();
  },
} satisfies Record<string, (scene: Scene) => Promise<void>>;

export type MomentKind = keyof typeof moments;
export const momentKinds = Object.keys(moments) as MomentKind[];

/** What these aim at lasts a millisecond or two, and one kill in four or so is early enough. */
async function thrice(scene: Scene, moment: (scene: Scene) => Promise<void>): Promise<void> {
  for (let time = 1; ; time++) {
    await moment(scene);
    await scene.killServer();
    if (time === 3) return;
    await scene.startServer();
  }
}

/** Half of the time at once, within the call that told of it. */
async function pause(random: Random, most: number): Promise<void> {
  if (random() < 0.5) await sleep(upTo(most, random));
}

/** Waits for one of the steps of an ingestion to begin. */
async function step(house: House, random: Random): Promise<void> {
  const { index } = house;
  const before = pointerOf(house);
  const files = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);
  const steps: readonly (() => boolean)[] = [
    () => existsSync(join(index, 'ingest.lock')),
    () => files(index).some((name) => name.startsWith('embeddings.bin.tmp-')),
    () => files(join(index, 'generations')).some((name) => name.includes('.tmp-')),
    () => files(join(index, 'generations')).some((name) => name !== before && !name.includes('.tmp-')),
    () => files(index).some((name) => name.startsWith('current.tmp-')),
    () => pointerOf(house) !== before,
  ];
  const reached = steps[upTo(steps.length, random)] ?? (() => true);
  // A later step comes too when this one was too short to be seen.
  await until(() => reached() || pointerOf(house) !== before);
}

/** '' when there is none. */
function pointerOf({ index }: House): string {
  try {
    return readFileSync(join(index, 'current'), 'utf8').trim();
  } catch {
    // not there: no index yet
    return '';
  }
}

/** Looks all the time, for 20 s at most: what is waited for may last a millisecond. */
async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!condition() && performance.now() < deadline) await sleep(1);
}
