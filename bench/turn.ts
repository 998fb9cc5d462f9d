/**
 * What a turn costs: `npx tsx bench/turn.ts`. Sizes, then every reply of the development half through the engine, local judge
 * and a database file, each in a session of its own; free questions; memory and the event loop. The peer is the grader of a
 * tutorial: the whole reply against the whole reference, one cosine. Works in a temporary folder.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openBackend } from '../src/cli/open-backend.ts';
import { cacheFileOf, openEmbeddings } from '../src/cli/open-embeddings.ts';
import { mulberry32 } from '../src/coach/random.ts';
import { loadConfig, packageRoot, type Config } from '../src/config.ts';
import { loadCorpus } from '../src/corpus/load-corpus.ts';
import { quantile } from '../src/eval/bootstrap.ts';
import { pearson } from '../src/eval/correlation.ts';
import { gradingCaseSchema, type GradingCase } from '../src/eval/grading-eval.ts';
import { readJsonl } from '../src/eval/jsonl.ts';
import { retrievalCaseSchema } from '../src/eval/retrieval-eval.ts';
import { splitClauses } from '../src/grading/clauses.ts';
import type { SessionEvent } from '../src/protocol.ts';
import { openSqliteEventLog } from '../src/sessions/sqlite-event-log.ts';

const target = { turnP50Ms: 300, rssMb: 400 };
/** Turns that are not measured: the first calls of anything are slow. */
const warmUps = 3;

const print = (text: string) => void process.stdout.write(`${text}\n`);
const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
const memory = () => {
  const { rss, heapUsed, external } = process.memoryUsage();
  return `RSS ${megabytes(rss)}, heap ${megabytes(heapUsed)}, external ${megabytes(external)}`;
};
const times = (values: readonly number[]) =>
  `n ${String(values.length).padStart(3)}  p50 ${quantile(values, 0.5).toFixed(1).padStart(6)} ms  p99 ${quantile(values, 0.99).toFixed(1).padStart(6)} ms`;
const spread = (values: readonly number[]) =>
  `p50 ${quantile(values, 0.5)}, p99 ${quantile(values, 0.99)}, longest ${Math.max(0, ...values)}`;

async function developmentHalf<T extends { split?: string | undefined }>(
  folder: string,
  read: (file: string) => Promise<readonly { value: T }[]>,
): Promise<T[]> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.jsonl'));
  const lines = await Promise.all(files.map(async (file) => read(join(folder, file))));
  return lines
    .flat()
    .map(({ value }) => value)
    .filter(({ split }) => split === 'dev');
}

const settings = loadConfig();
const folder = mkdtempSync(join(tmpdir(), 'viva-bench-'));
const config: Config = {
  ...settings,
  llm: null,
  folders: { ...settings.folders, index: join(folder, 'index'), data: join(folder, 'data') },
};

try {
  const { entries } = await loadCorpus(config.folders.corpus);
  const known = new Map(entries.map((entry) => [entry.id, entry]));
  const evalFolder = join(packageRoot, 'eval');
  const all = await developmentHalf<GradingCase>(join(evalFolder, 'grading'), async (file) =>
    readJsonl(file, gradingCaseSchema),
  );
  const random = mulberry32(1);
  // In the files a question's longest reply comes first, and would pay for the first look at its key points.
  const cases = all
    .filter(({ id }) => known.has(id))
    .map((one) => ({ one, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one);
  const queries = (
    await developmentHalf(join(evalFolder, 'retrieval'), async (file) => readJsonl(file, retrievalCaseSchema))
  ).filter(({ id }) => known.has(id));
  const count = (of: (entry: (typeof entries)[number]) => number) =>
    entries.reduce((sum, entry) => sum + of(entry), 0);

  print(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} threads, Node ${process.version}`);
  print(
    `${entries.length} entries, ${count((entry) => entry.keyPoints.length)} key points, ` +
      `${count((entry) => entry.keyPoints.reduce((sum, point) => sum + point.statements.length, 0))} statements, ` +
      `${count((entry) => entry.misconceptions.length)} misconceptions`,
  );
  print(
    `${cases.length} replies of the development half${all.length > cases.length ? ` (${all.length - cases.length} more to questions that are not in the corpus)` : ''}`,
  );
  print(`  characters  ${spread(cases.map(({ answer }) => answer.length))}`);
  print(`  clauses     ${spread(cases.map(({ answer }) => splitClauses(answer).length))}`);

  // Made by a process of its own, so that the memory below is a server's and not an ingestion's.
  const vectors = cacheFileOf(settings, '');
  mkdirSync(config.folders.index);
  if (existsSync(vectors)) copyFileSync(vectors, join(config.folders.index, basename(vectors)));
  execFileSync(
    process.execPath,
    [
      ...process.execArgv,
      join(import.meta.dirname, '..', 'src', 'cli', `main${extname(import.meta.filename)}`),
      'ingest',
    ],
    {
      env: { ...process.env, VIVA_INDEX: config.folders.index },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  print(`\nbefore anything is opened: ${memory()}`);
  const log = openSqliteEventLog({ file: join(config.folders.data, 'viva.db'), now: Date.now });
  const opening = performance.now();
  const backend = await openBackend(config, {
    log,
    say: (message) => print(`  ${message}`),
    onFailure: (error) => {
      throw error;
    },
  });
  print(
    `opened in ${((performance.now() - opening) / 1000).toFixed(1)} s, judge ${backend.judge}; ${memory()}`,
  );

  const asking: number[] = [];
  const grading: number[] = [];
  const first: number[] = [];
  const taken: { one: GradingCase; total: number }[] = [];
  const met = new Set<string>();
  const understood = new Map<string, number>();
  let turns = 0;
  let after100 = '';
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const turn = async (one: GradingCase, measured: boolean) => {
    const events: SessionEvent[] = [];
    const start = performance.now();
    const { sessionId } = await backend.engine.createSession({
      lang: one.lang,
      mode: 'study',
      plan: { entryId: one.id },
      tokenHash: 'bench',
    });
    const asked = performance.now();
    await backend.engine.handleMessage(
      sessionId,
      { clientId: 'reply', text: one.answer },
      { onEvent: (event) => events.push(event) },
    );
    const ended = performance.now();
    turns += 1;
    if (turns === 100) after100 = memory();
    if (!measured) return;
    asking.push(asked - start);
    const graded = events.find((event) => event.type === 'reply.graded');
    const received = events.find((event) => event.type === 'message.received');
    if (graded) {
      grading.push(ended - asked);
      if (!met.has(one.id)) first.push(ended - asked);
      taken.push({ one, total: graded.grade.total ?? 0 });
    } else {
      const intent = received?.intent ?? 'nothing';
      understood.set(intent, (understood.get(intent) ?? 0) + 1);
    }
    met.add(one.id);
  };
  // Replies that are in the set, so that nothing of what is measured is known from before.
  const train = (await readJsonl(join(evalFolder, 'grading', 'train.jsonl'), gradingCaseSchema))
    .map(({ value }) => value)
    .filter(({ id }) => known.has(id));
  for (const one of train.slice(0, warmUps)) await turn(one, false);
  delay.enable();
  for (const one of cases) await turn(one, true);
  delay.disable();

  const p50 = quantile(grading, 0.5);
  print(
    `\ngraded turn                ${times(grading)}   target p50 ${target.turnP50Ms} ms: ${p50 <= target.turnP50Ms ? 'met' : 'MISSED'}`,
  );
  print(`  first of its question    ${times(first)}`);
  print(`session and first question ${times(asking)}`);
  if (understood.size > 0)
    print(`  not taken as a reply: ${[...understood].map(([intent, n]) => `${intent} ${n}`).join(', ')}`);
  print(
    `event loop meanwhile       p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms, longest ${(delay.max / 1e6).toFixed(1)} ms`,
  );
  for (const one of turns < 100 ? train.slice(warmUps, warmUps + 100 - turns) : []) await turn(one, false);

  const answering: number[] = [];
  const kinds = new Map<string, number>();
  for (const lang of ['zh', 'en'] as const) {
    const { sessionId } = await backend.engine.createSession({ lang, mode: 'study', tokenHash: 'bench' });
    for (const [index, { query }] of queries.filter((one) => one.lang === lang).entries()) {
      const start = performance.now();
      await backend.engine.handleMessage(
        sessionId,
        { clientId: `q-${index}`, text: query, intent: 'question' },
        {
          onEvent: (event) => {
            if (event.type === 'answer.given')
              kinds.set(event.answer.kind, (kinds.get(event.answer.kind) ?? 0) + 1);
          },
        },
      );
      answering.push(performance.now() - start);
    }
  }
  print(
    `free question, answered    ${times(answering)}   ${[...kinds].map(([kind, n]) => `${kind} ${n}`).join(', ')}`,
  );
  const { rss } = process.memoryUsage();
  print(`after 100 turns            ${after100}`);
  print(
    `at the end                 ${memory()}   target RSS ${target.rssMb} MB: ${rss <= target.rssMb * 1e6 ? 'met' : 'MISSED'}`,
  );
  await backend.close();
  await log.close();

  const model = await openEmbeddings(config);
  try {
    await model.embed(['warm-up'], { kind: 'query' });
    const references = new Map<string, Float32Array>();
    for (const { one } of taken) {
      const key = `${one.id} ${one.lang}`;
      if (references.has(key)) continue;
      const text = known.get(one.id)?.answer[one.lang] ?? '';
      const [vector] = await model.embed([text], { kind: 'passage' });
      if (vector) references.set(key, vector);
    }
    const naive: number[] = [];
    const scores: number[] = [];
    for (const { one } of taken) {
      const start = performance.now();
      const [vector] = await model.embed([one.answer], { kind: 'query' });
      const reference = references.get(`${one.id} ${one.lang}`);
      scores.push(10 * (vector?.reduce((sum, value, at) => sum + value * (reference?.[at] ?? 0), 0) ?? 0));
      naive.push(performance.now() - start);
    }
    const gold = taken.map(({ one }) => one.gold);
    const agreement = (values: readonly number[]) => pearson(gold, values)?.toFixed(2) ?? '–';
    print(
      `\npeer, whole reply against whole reference: ${times(naive)}, a turn costs ${(p50 / quantile(naive, 0.5)).toFixed(1)} of it`,
    );
    print(
      `agreement with gold on these ${taken.length}: Pearson ${agreement(taken.map(({ total }) => total))}, the peer ${agreement(scores)} (its weights were fitted on this half: the test half is the fair one, see eval/)`,
    );
  } finally {
    await model.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
