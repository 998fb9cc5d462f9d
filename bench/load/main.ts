/**
 * How much a server holds: `npm run bench:load`, or parts of it, `npm run bench:load -- overload --rate 5 --seconds 20`.
 * A real `viva serve` in a temporary folder, and candidates in processes of their own that send real replies of the training and
 * development halves over sockets, at random times. Prints sizes first.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../src/config.ts';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';
import { quantile } from '../../src/eval/bootstrap.ts';
import { gradingCaseSchema } from '../../src/eval/grading-eval.ts';
import { readJsonl } from '../../src/eval/jsonl.ts';
import type { Reply } from './orders.ts';
import { capacity, crowd, fairness, memory, overload } from './parts.ts';
import type { Setting } from './viva-process.ts';
import { megabytes, print } from './words.ts';

const parts = ['capacity', 'memory', 'crowd', 'fairness', 'overload'] as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Turns a second that hold; default: what `capacity` finds. */
    rate: { type: 'string' },
    seconds: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    /** Folder for profiles of the server's processor time. */
    profile: { type: 'string' },
  },
});
const unknown = positionals.filter((name) => !parts.some((part) => part === name));
if (unknown.length > 0) {
  process.stderr.write(`bench:load has no part ${unknown.join(', ')}: choose from ${parts.join(', ')}.\n`);
  process.exit(2);
}
const wanted = (name: (typeof parts)[number]) => positionals.length === 0 || positionals.includes(name);

async function readReplies(known: ReadonlySet<string>): Promise<Reply[]> {
  const folder = join(packageRoot, 'eval', 'grading');
  const files = readdirSync(folder).filter((file) => file.endsWith('.jsonl'));
  const lines = await Promise.all(
    files.map(async (file) => readJsonl(join(folder, file), gradingCaseSchema)),
  );
  return lines
    .flat()
    .map(({ value }) => value)
    .filter(({ id, split }) => known.has(id) && (split === 'train' || split === 'dev'))
    .map(({ id, lang, answer }) => ({ id, lang, answer }));
}

const folder = mkdtempSync(join(tmpdir(), 'viva-load-index-'));
try {
  const { entries } = await loadCorpus(join(packageRoot, 'corpus'));
  const replies = await readReplies(new Set(entries.map(({ id }) => id)));
  const lengths = replies.map(({ answer }) => answer.length);
  const [processor] = cpus();
  print(
    `${processor?.model ?? 'unknown processor'}, ${cpus().length} threads, ${megabytes(totalmem())}, Node ${process.version}; load before ${loadavg()[0]?.toFixed(2)}`,
  );
  print(
    `${entries.length} entries; ${replies.length} replies to ${new Set(replies.map(({ id }) => id)).size} questions, ${quantile(lengths, 0.5)} characters at the median, ${quantile(lengths, 0.99)} at p99`,
  );
  print(`seed ${values.seed}, ${values.seconds} s a measurement; server and candidates share the processor`);

  copyFileSync(join(packageRoot, 'index', 'embeddings.bin'), join(folder, 'embeddings.bin'));
  execFileSync(process.execPath, [join(packageRoot, 'build.mjs')], { stdio: 'inherit' });
  execFileSync(process.execPath, [join(packageRoot, 'bin', 'viva.mjs'), 'ingest'], {
    env: { ...process.env, VIVA_INDEX: folder },
    stdio: ['ignore', 'ignore', 'inherit'],
  });

  const setting: Setting = {
    index: folder,
    replies,
    seed: Number(values.seed),
    seconds: Number(values.seconds),
    profile: values.profile,
  };
  const given = values.rate === undefined ? null : Number(values.rate);
  const needsRate = wanted('crowd') || wanted('fairness') || wanted('overload');
  const held = wanted('capacity') || (needsRate && given === null) ? await capacity(setting) : null;
  const rate = given ?? held ?? 1;
  if (wanted('memory')) await memory(setting);
  if (wanted('crowd')) await crowd(setting, rate / 2);
  if (wanted('fairness')) await fairness(setting, rate / 2);
  if (wanted('overload')) await overload(setting, rate);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
