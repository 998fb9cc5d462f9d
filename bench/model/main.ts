/**
 * What a chat model costs besides its own time: `npm run bench:model -- [--n 60] [--slow 24] [--seconds 5] [--seed 1]`.
 * A real `viva serve` in a temporary folder before a scripted chat server; real replies of the training and development
 * halves over sockets, each in a session of its own. The peer is the same server without a chat model, on the same replies.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom, shuffled } from '../../src/coach/random.ts';
import { packageRoot } from '../../src/config.ts';
import { quantile } from '../../src/eval/bootstrap.ts';
import { gradingCaseSchema } from '../../src/eval/grading-eval.ts';
import { readJsonl } from '../../src/eval/jsonl.ts';
import type { Reply } from '../load/orders.ts';
import { VivaProcess } from '../load/viva-process.ts';
import { megabytes, print } from '../load/words.ts';
import { TimedChatServer } from './timed-chat-server.ts';
import { takeTurn, type Turn } from './turns.ts';

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '60' },
    slow: { type: 'string', default: '24' },
    /** How long the slow model takes. */
    seconds: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
  },
});
const targets = { overheadMs: 20, calls: 1.1, firstMs: 500 };

async function readReplies(): Promise<Reply[]> {
  const folder = join(packageRoot, 'eval', 'grading');
  const files = readdirSync(folder).filter((file) => file.endsWith('.jsonl'));
  const lines = await Promise.all(files.map((file) => readJsonl(join(folder, file), gradingCaseSchema)));
  return lines
    .flat()
    .map(({ value }) => value)
    .filter(({ split, kind }) => (split === 'train' || split === 'dev') && kind !== 'gaming')
    .map(({ id, lang, answer }) => ({ id, lang, answer }));
}

const times = (values: readonly number[]) =>
  values.length === 0
    ? 'none'
    : `n ${values.length}, p50 ${quantile(values, 0.5).toFixed(0)} ms, p99 ${quantile(values, 0.99).toFixed(0)} ms`;
const verdict = (value: number, target: number) => (value <= target ? 'met' : 'MISSED');
const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null);

/** So many at a time, each as soon as another has ended. */
async function inParallel<T>(
  items: readonly T[],
  width: number,
  run: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await run(item);
    }),
  );
}

const folder = mkdtempSync(join(tmpdir(), 'viva-bench-model-'));
const chat = await TimedChatServer.start();
try {
  const seed = Number(values.seed);
  const replies = shuffled(await readReplies(), seededRandom(seed, 'replies'));
  print(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} threads, Node ${process.version}; load before ${loadavg()[0]?.toFixed(2)}; seed ${seed}`,
  );
  copyFileSync(join(packageRoot, 'index', 'embeddings.bin'), join(folder, 'embeddings.bin'));
  execFileSync(process.execPath, [join(packageRoot, 'build.mjs')], { stdio: 'ignore' });
  execFileSync(process.execPath, [join(packageRoot, 'bin', 'viva.mjs'), 'ingest'], {
    env: { ...process.env, VIVA_INDEX: folder },
    stdio: 'ignore',
  });
  const env = {
    OPENAI_BASE_URL: chat.url,
    VIVA_MODEL: 'scripted',
    VIVA_LLM_STRUCTURED: 'json-schema',
    VIVA_LLM_TIMEOUT_MS: '30000',
  };
  const local = await VivaProcess.start({ index: folder });
  const viva = await VivaProcess.start({ index: folder, env });
  try {
    // The first calls of anything are slow.
    for (const reply of replies.slice(0, 3)) {
      await takeTurn(local.socketUrl, reply, false);
      await takeTurn(viva.socketUrl, reply, true);
    }
    chat.calls.length = 0;

    const some = replies.slice(3, 3 + Number(values.n));
    const pairs: { withModel: Turn; alone: Turn; modelMs: number }[] = [];
    for (const reply of some) {
      const alone = await takeTurn(local.socketUrl, reply, false);
      const before = chat.calls.length;
      const withModel = await takeTurn(viva.socketUrl, reply, true);
      const modelMs = chat.calls.slice(before).reduce((sum, { ms }) => sum + ms, 0);
      pairs.push({ withModel, alone, modelMs });
    }
    const taken = pairs.filter(({ withModel, alone }) => withModel.lastMs !== null && alone.firstMs !== null);
    const overhead = taken.map(
      ({ withModel, alone, modelMs }) => (withModel.lastMs ?? 0) - modelMs - (alone.firstMs ?? 0),
    );
    print(`\na model that answers at once, one turn at a time`);
    print(`  graded turn without a model    ${times(known(pairs.map(({ alone }) => alone.firstMs)))}`);
    print(
      `  first grade with one           ${times(known(pairs.map(({ withModel }) => withModel.firstMs)))}`,
    );
    print(`  the model's grade              ${times(known(pairs.map(({ withModel }) => withModel.lastMs)))}`);
    print(`  the model's own time           ${times(taken.map(({ modelMs }) => modelMs))}`);
    print(
      `  own overhead (the model's grade − the model − the turn without one): ${times(overhead)}; target p50 ${targets.overheadMs} ms: ${verdict(quantile(overhead, 0.5), targets.overheadMs)}`,
    );
    const calls = chat.calls.length / Math.max(1, taken.length);
    print(
      `  model calls a graded turn      ${calls.toFixed(2)} (${chat.calls.length} / ${taken.length}); target ${targets.calls}: ${verdict(calls, targets.calls)}`,
    );
    const sizes = chat.calls.map(({ characters }) => characters);
    print(`  characters of a prompt         p50 ${quantile(sizes, 0.5)}, longest ${Math.max(...sizes)}`);
    print(`  not refined in time            ${pairs.length - taken.length} of ${pairs.length}`);

    chat.waitMs = 1_000 * Number(values.seconds);
    const slow: Turn[] = [];
    const slowReplies = replies.slice(3 + some.length, 3 + some.length + Number(values.slow));
    await inParallel(
      slowReplies,
      4,
      async (reply) => void slow.push(await takeTurn(viva.socketUrl, reply, true)),
    );
    const first = known(slow.map(({ firstMs }) => firstMs));
    print(`\na model that takes ${values.seconds} s, four candidates at a time`);
    print(
      `  first verdict on its way       ${times(first)}; target p50 ${targets.firstMs} ms: ${verdict(quantile(first, 0.5), targets.firstMs)}`,
    );
    print(`  the model's grade              ${times(known(slow.map(({ lastMs }) => lastMs)))}`);
    print(`\nmemory of the server ${megabytes(viva.rss())}, without a model ${megabytes(local.rss())}`);
  } finally {
    await viva.stop();
    await local.stop();
  }
} finally {
  await chat.close();
  rmSync(folder, { recursive: true, force: true });
}
