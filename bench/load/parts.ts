/** What the load bench measures, one function each. Every part starts a server of its own. */
import { setTimeout as sleep } from 'node:timers/promises';
import { GeneratorProcess } from './generator-process.ts';
import type { LoadResult, Outcome } from './orders.ts';
import { VivaProcess, type Setting } from './viva-process.ts';
import { ends, graded, latencies, latency, megabytes, print } from './words.ts';

const here = '127.0.0.1';
/** The aims: a graded turn, and how late the event loop may be. */
export const aims = { p99Ms: 1_000, loopP99Ms: 30, fairnessRatio: 1.5 };

/** A server, and a generator with sessions that have a question open; both end after `work`. */
async function withLoad<T>(
  setting: Setting,
  sessions: number,
  work: (server: VivaProcess, generator: GeneratorProcess) => Promise<T>,
): Promise<T> {
  const server = await VivaProcess.start(setting);
  const generator = await GeneratorProcess.start({ url: server.socketUrl, replies: setting.replies });
  try {
    const { failed } = await generator.run({
      type: 'open',
      sessions,
      asked: true,
      seed: setting.seed,
      from: here,
    });
    if (failed > 0) print(`  ${failed} sessions could not be opened`);
    // The first calls of anything are slow, and the first look at a question's key points.
    await generator.run({
      type: 'load',
      perSecond: 3,
      seconds: 12,
      seed: setting.seed + 1,
      drainSeconds: 30,
    });
    return await work(server, generator);
  } finally {
    await generator.stop();
    await server.stop();
  }
}

export interface Step {
  readonly perSecond: number;
  readonly result: LoadResult;
  readonly p99: number;
}

/** One rate for a while, with what the server says of itself meanwhile. */
async function step(
  setting: Setting,
  server: VivaProcess,
  generator: GeneratorProcess,
  perSecond: number,
  name: string,
): Promise<Step> {
  const before = await server.metrics();
  const cpu = server.cpuSeconds();
  const result = await generator.run({
    type: 'load',
    perSecond,
    seconds: setting.seconds,
    seed: setting.seed,
    drainSeconds: 90,
  });
  const after = await server.metrics();
  const good = graded(result);
  const seconds = result.ms / 1000;
  const loop = after('viva_event_loop_delay_seconds{quantile="0.99"}') * 1000;
  const longest = after('viva_event_loop_delay_seconds{quantile="1"}') * 1000;
  const rows = delta(before, after, 'viva_inference_rows_total');
  const batches = delta(before, after, 'viva_inference_batches_total');
  const shared = delta(before, after, 'viva_inference_shared_batches_total');
  print(
    `  ${name.padEnd(28)} offered ${perSecond.toFixed(1)}/s, graded ${(good.length / seconds).toFixed(1)}/s; ${latencies(good)}`,
  );
  print(
    `  ${''.padEnd(28)} n ${result.outcomes.length}: ${ends(result)}; left late by ${Math.max(0, ...result.outcomes.map((one) => one.lateMs)).toFixed(0)} ms at most`,
  );
  print(
    `  ${''.padEnd(28)} loop late p99 ${loop.toFixed(1)} ms${loop > aims.loopP99Ms ? ' MISSED' : ''}, longest ${longest.toFixed(0)} ms; ` +
      `batches ${(rows / batches).toFixed(2)} rows, ${((100 * shared) / batches).toFixed(0)} % of several sessions; ` +
      `processor ${((server.cpuSeconds() - cpu) / seconds).toFixed(2)} cores; RSS ${megabytes(server.rss())}`,
  );
  return { perSecond, result, p99: latency(good, 0.99) };
}

function delta(before: (name: string) => number, after: (name: string) => number, name: string): number {
  return after(name) - before(name);
}

/** In time, and nothing refused. */
function holds({ p99, result }: Step): boolean {
  return p99 <= aims.p99Ms && result.outcomes.every(({ end }) => end === 'graded' || end === 'other');
}

/** Ramps the rate until a graded turn takes more than a second at p99; gives the highest rate that held. */
export async function capacity(setting: Setting): Promise<number> {
  print(
    `\nCapacity: turns a second at p99 <= ${aims.p99Ms} ms, from the time the message was meant to leave to its grade`,
  );
  return withLoad(setting, 96, async (server, generator) => {
    let held = 0;
    let failed = 0;
    for (let rate = 2; failed === 0; rate *= 1.5) {
      // oxlint-disable-next-line no-await-in-loop -- one rate after the other
      if (holds(await step(setting, server, generator, rate, 'ramp'))) held = rate;
      else failed = rate;
    }
    for (let again = 0; again < 2; again += 1) {
      const between: number = (held + failed) / 2;
      // oxlint-disable-next-line no-await-in-loop
      if (holds(await step(setting, server, generator, between, 'between'))) held = between;
      else failed = between;
    }
    print(`  => ${held.toFixed(1)} turns a second`);
    return held;
  });
}

/** What a session costs: the slope of resident memory over sessions that are open, idle and after turns. */
export async function memory(setting: Setting): Promise<void> {
  print('\nMemory a session');
  const server = await VivaProcess.start(setting);
  const generator = await GeneratorProcess.start({ url: server.socketUrl, replies: setting.replies });
  try {
    const idle: [number, number][] = [];
    for (const count of [0, 250, 500, 1_000]) {
      const more = count - (idle.at(-1)?.[0] ?? 0);
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await generator.run({ type: 'open', sessions: more, asked: true, seed: setting.seed, from: here });
      // oxlint-disable-next-line no-await-in-loop -- what was only in passing may go
      await sleep(3_000);
      idle.push([count, server.rss()]);
    }
    print(
      `  idle, question open: ${idle.map(([n, rss]) => `${n}: ${megabytes(rss)}`).join(', ')} => ${(slope(idle) / 1e3).toFixed(0)} kB a session`,
    );
    const active: [number, number][] = [];
    for (const turns of [60, 60, 60, 60]) {
      // oxlint-disable-next-line no-await-in-loop
      await generator.run({
        type: 'load',
        perSecond: 4,
        seconds: turns / 4,
        seed: setting.seed + active.length,
        drainSeconds: 60,
      });
      active.push([(active.at(-1)?.[0] ?? 0) + turns, server.rss()]);
    }
    print(
      `  sessions that took a turn: ${active.map(([n, rss]) => `${n}: ${megabytes(rss)}`).join(', ')} => ` +
        `${(slope(active) / 1e3).toFixed(0)} kB a session (the model's own memory moves by more than that)`,
    );
    const heap = (await server.metrics())('nodejs_heap_size_used_bytes');
    print(`  heap used ${megabytes(heap)} of RSS ${megabytes(server.rss())}`);
  } finally {
    await generator.stop();
    await server.stop();
  }
}

/** 2,000 sessions that do nothing beside 50 that talk. */
export async function crowd(setting: Setting, perSecond: number): Promise<void> {
  print(`\nA crowd: 2,000 idle sessions beside 50 active ones, each on a socket of its own`);
  await withLoad(setting, 50, async (server, generator) => {
    await step(setting, server, generator, perSecond, '50 active alone');
    const idlers = await GeneratorProcess.start({ url: server.socketUrl, replies: setting.replies });
    try {
      const { opened, failed, ms } = await idlers.run({
        type: 'open',
        sessions: 2_000,
        asked: true,
        seed: setting.seed + 2,
        from: here,
      });
      print(
        `  ${opened} idle sessions opened in ${(ms / 1000).toFixed(1)} s, ${failed} failed; RSS ${megabytes(server.rss())}`,
      );
      await step(setting, server, generator, perSecond, 'and 2,000 idle');
    } finally {
      await idlers.stop();
    }
  });
}

/** What one who sends as fast as he is let does to the others. */
export async function fairness(setting: Setting, perSecond: number): Promise<void> {
  print(
    `\nFairness: 50 sessions at ${perSecond.toFixed(1)}/s, without and with somebody who always has 8 messages on their way in each of his sessions`,
  );
  await withLoad(setting, 50, async (server, generator) => {
    const alone = await step(setting, server, generator, perSecond, 'without');
    for (const { name, sessions, from } of [
      { name: 'with 1 such session', sessions: 1, from: here },
      { name: 'with 16 of his', sessions: 16, from: '127.0.0.2' },
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const chatty = await GeneratorProcess.start({ url: server.socketUrl, replies: setting.replies });
      try {
        // oxlint-disable-next-line no-await-in-loop
        await chatty.run({ type: 'open', sessions, asked: true, seed: setting.seed + 3, from });
        const chatter = chatty.run({ type: 'chatter', seconds: setting.seconds, outstanding: 8 });
        // oxlint-disable-next-line no-await-in-loop
        const beside = await step(setting, server, generator, perSecond, name);
        // oxlint-disable-next-line no-await-in-loop
        const his = await chatter;
        const ratio = beside.p99 / alone.p99;
        print(`  ${''.padEnd(28)} he: ${ends(his)}; ${latencies(graded(his))}`);
        print(`  ${''.padEnd(28)} => p99 of the others ${ratio.toFixed(2)} times as long`);
      } finally {
        // oxlint-disable-next-line no-await-in-loop
        await chatty.stop();
      }
    }
  });
}

/** Twice as much as can be answered: every message must come to an end, and hear of it until then. */
export async function overload(setting: Setting, perSecond: number): Promise<void> {
  const twice = perSecond * 2;
  print(`\nPast saturation: ${twice.toFixed(1)}/s for ${setting.seconds} s, twice what held`);
  await withLoad(setting, Math.ceil(twice * 30), async (server, generator) => {
    const { result } = await step(setting, server, generator, twice, 'overload');
    const { outcomes } = result;
    const refused = outcomes.filter(({ end }) => end === 'refused');
    const seconds = refused.flatMap(({ retryAfterSeconds }) => retryAfterSeconds ?? []);
    const queued = outcomes.filter(({ places }) => places.length > 0);
    print(
      `  told a place: ${queued.length}, the farthest ${Math.max(0, ...queued.flatMap(({ places }) => places))}; ${words(queued)} places a message at the median`,
    );
    print(
      `  refused: ${refused.length}, ${seconds.length} of them with a time${seconds.length > 0 ? ` (${Math.min(...seconds)} to ${Math.max(...seconds)} s)` : ''}`,
    );
    const silent = outcomes.filter(({ end }) => end === 'silent').length;
    const quiet = outcomes.map(({ longestSilenceMs }) => longestSilenceMs).sort((a, b) => a - b);
    print(
      `  longest time without a word: p99 ${quiet[Math.floor(quiet.length * 0.99)]?.toFixed(0)} ms, at most ${quiet.at(-1)?.toFixed(0)} ms`,
    );
    print(`  => ${silent === 0 ? 'every message came to an end' : `${silent} messages came to NO END`}`);
    await step(setting, server, generator, perSecond / 2, 'afterwards');
  });
}

function words(outcomes: readonly Outcome[]): number {
  const counts = outcomes.map(({ places }) => places.length).sort((a, b) => a - b);
  return counts[Math.floor(counts.length / 2)] ?? 0;
}

/** Least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return above / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}
