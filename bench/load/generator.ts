/**
 * A process of candidates. Open-loop: a message leaves at its time whatever became of those before it, and its latency counts
 * from the time at which it was meant to leave, so that a slow server cannot slow down the asking and look fast.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../src/errors.ts';
import { poissonArrivals } from './arrivals.ts';
import { Candidate } from './candidate.ts';
import type {
  ChatterOrder,
  FromGenerator,
  Hello,
  LoadOrder,
  LoadResult,
  OpenOrder,
  OpenResult,
  Order,
  Outcome,
} from './orders.ts';

/** Sessions opened at the same time. */
const abreast = 16;

class Generator {
  readonly #hello: Hello;
  readonly #candidates: Candidate[] = [];
  readonly #accidents: string[] = [];
  #numbers = 0;

  constructor(hello: Hello) {
    this.#hello = hello;
  }

  async open({ sessions, asked, seed, from }: OpenOrder): Promise<OpenResult> {
    const began = performance.now();
    let left = sessions;
    let failed = 0;
    const lane = async () => {
      while (left > 0) {
        left -= 1;
        try {
          // oxlint-disable-next-line no-await-in-loop -- lanes bound how many are opened at once
          await this.#add(asked, seed, from);
        } catch (error) {
          failed += 1;
          this.#accidents.push(messageOf(error));
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(abreast, sessions) }, lane));
    return { opened: sessions - failed, failed, ms: performance.now() - began };
  }

  async load({ perSecond, seconds, seed, drainSeconds }: LoadOrder): Promise<LoadResult> {
    const arrivals = poissonArrivals(perSecond, seconds, seed);
    const outcomes: Promise<Outcome>[] = [];
    const began = performance.now();
    for (const at of arrivals) {
      // oxlint-disable-next-line no-await-in-loop -- one clock
      await sleep(Math.max(0, began + at - performance.now()));
      outcomes.push(this.#replyFromAnyone(began + at));
    }
    return this.#drained(outcomes, began, drainSeconds);
  }

  async chatter({ seconds, outstanding }: ChatterOrder): Promise<LoadResult> {
    const began = performance.now();
    const outcomes: Promise<Outcome>[] = [];
    const lanes = this.#candidates.flatMap((candidate) =>
      Array.from({ length: outstanding }, async () => {
        while (performance.now() - began < seconds * 1000) {
          const outcome = candidate.reply(performance.now());
          outcomes.push(outcome);
          // oxlint-disable-next-line no-await-in-loop -- a lane is one message after the other
          const { end, retryAfterSeconds } = await outcome;
          // oxlint-disable-next-line no-await-in-loop
          if (end === 'refused') await sleep((retryAfterSeconds ?? 1) * 1000);
        }
      }),
    );
    await Promise.race([Promise.all(lanes), sleep((seconds + 1) * 1000)]);
    return this.#drained(outcomes, began, 30);
  }

  /** By a session that has a question open and nothing on its way; when none is free, by the next one: the wait counts. */
  async #replyFromAnyone(meantAt: number): Promise<Outcome> {
    let candidate = this.#candidates.shift();
    while (!candidate) {
      // oxlint-disable-next-line no-await-in-loop -- all are busy
      await sleep(5);
      candidate = this.#candidates.shift();
    }
    const outcome = await candidate.reply(meantAt);
    void this.#goOn(candidate);
    return outcome;
  }

  /** Waits for the end of the turn and opens the next question. */
  async #goOn(candidate: Candidate): Promise<void> {
    try {
      await candidate.prepare();
      this.#candidates.push(candidate);
    } catch (error) {
      this.#accidents.push(messageOf(error));
    }
  }

  async #drained(
    promised: readonly Promise<Outcome>[],
    began: number,
    drainSeconds: number,
  ): Promise<LoadResult> {
    const outcomes: Outcome[] = [];
    const all = Promise.all(promised.map(async (one) => outcomes.push(await one)));
    await Promise.race([all, sleep(drainSeconds * 1000)]);
    const ms = performance.now() - began;
    for (const candidate of this.#everyone) candidate.giveUp();
    await Promise.race([all, sleep(1_000)]);
    return { outcomes, ms, sessions: this.#everyone.size, accidents: this.#accidents.splice(0) };
  }

  readonly #everyone = new Set<Candidate>();

  async #add(asked: boolean, seed: number, from: string): Promise<void> {
    const { url, replies } = this.#hello;
    this.#numbers += 1;
    const candidate = await Candidate.open(
      {
        url,
        replies,
        from,
        seed,
        number: this.#numbers,
        onAccident: (what) => void this.#accidents.push(what),
      },
      asked,
    );
    this.#everyone.add(candidate);
    if (asked) this.#candidates.push(candidate);
  }
}

function answer(message: FromGenerator): void {
  process.send?.(message);
}

let generator: Generator | null = null;

async function take(message: Hello | Order): Promise<void> {
  try {
    if ('url' in message) {
      generator = new Generator(message);
      answer({ type: 'ready' });
      return;
    }
    if (!generator) throw new Error('no server was named yet');
    const result =
      message.type === 'open'
        ? await generator.open(message)
        : message.type === 'load'
          ? await generator.load(message)
          : await generator.chatter(message);
    answer({ type: 'result', result });
  } catch (error) {
    answer({ type: 'failed', message: messageOf(error) });
  }
}

process.on('message', (message: Hello | Order) => void take(message));
process.on('disconnect', () => process.exit());
