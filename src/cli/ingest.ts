/** `viva ingest`: the corpus into the index. */
import { watch } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { loadConfig, type Config } from '../config.ts';
import { formatProblem } from '../corpus/problem.ts';
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import { isAbort, VivaError } from '../errors.ts';
import { ingest, type IngestOptions, type IngestReport } from '../ingest/ingest.ts';
import { exitCodes } from './exit-codes.ts';
import { printJson, type Io } from './io.ts';
import { cacheFileOf, openEmbeddings } from './open-embeddings.ts';
import { ProgressLine } from './progress-line.ts';

interface Flags {
  readonly watch?: true;
  readonly force?: true;
  readonly json?: true;
}

/** Editors write a file in several steps. */
const settleMs = 300;
/** How often the corpus is looked at where the system reports no changes. */
const pollMs = 3_000;

export function addIngestCommand(program: Command, io: Io): void {
  program
    .command('ingest')
    .description('bring the index up to date with the corpus; embeds only what changed')
    .option('--watch', 'stay and ingest again whenever a corpus file changes')
    .option('--force', 'embed everything again and make the index anew')
    .option('--json', 'print one JSON object (with --watch: one a line)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ viva ingest\n  $ viva ingest --watch\n  $ VIVA_CORPUS=my-bank VIVA_INDEX=my-index viva ingest',
    )
    .action(async (flags: Flags) => {
      const config = loadConfig();
      const stop = new AbortController();
      const interrupt = () => {
        stop.abort();
      };
      process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
      const model = await openEmbeddings(config);
      try {
        await runOnce(config, model, flags, io, stop.signal);
        if (flags.watch === true) await keepWatching(config, model, flags, io, stop.signal);
      } catch (error) {
        if (!stop.signal.aborted || !isAbort(error)) throw error;
        io.err('ingest: stopped; the old index stays in use\n');
        process.exitCode = exitCodes.interrupted;
      } finally {
        process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
        await model.close();
      }
    });
}

async function runOnce(
  config: Config,
  model: VivaEmbeddings,
  flags: Flags,
  io: Io,
  signal: AbortSignal,
): Promise<void> {
  const line = new ProgressLine(io, 'embedding');
  const options: IngestOptions = {
    corpusFolder: config.folders.corpus,
    indexFolder: config.folders.index,
    embeddings: model,
    cacheFile: cacheFileOf(config, model.id),
    force: flags.force === true,
    signal,
    log: (message) => {
      line.say(`ingest: ${message}`);
    },
    onProgress: (progress) => {
      if (progress.step === 'embed') line.show(progress.done, progress.of);
    },
  };
  const report = await ingest(options).finally(() => {
    line.end();
  });
  for (const problem of report.problems) io.err(`${formatProblem(problem)}\n`);
  if (flags.json === true) {
    if (flags.watch === true) io.out(`${JSON.stringify(report)}\n`);
    else printJson(io, report);
  } else {
    io.err(`ingest: ${describe(report)}\n`);
  }
}

function describe(report: IngestReport): string {
  const size = `${report.entries} entries, ${report.chunks} chunks`;
  const count = report.problems.length;
  const left =
    count > 0 ? `; ${count} ${count === 1 ? 'problem' : 'problems'} in files left out, see above` : '';
  if (!report.changed) return `up to date (${size})${left}`;
  return `${size}; ${report.embedded} of ${report.texts} texts embedded${left}; index ${report.generation} is in use`;
}

/** Ends when `signal` does. */
async function keepWatching(
  config: Config,
  model: VivaEmbeddings,
  flags: Flags,
  io: Io,
  signal: AbortSignal,
): Promise<void> {
  const { corpus } = config.folders;
  io.err(`ingest: watching ${corpus}; Ctrl-C ends it\n`);
  let changed = false;
  let wake = () => undefined as void;
  const note = () => {
    changed = true;
    wake();
  };
  let watching = true;
  try {
    watch(corpus, { recursive: true, signal }, note).on('error', () => {
      watching = false;
    });
  } catch {
    watching = false;
  }
  // The first run is done; `--force` was for that one.
  const again: Flags = { ...flags, ...(flags.force ? { force: undefined } : {}) } as Flags;
  signal.addEventListener(
    'abort',
    () => {
      wake();
    },
    { once: true },
  );
  while (!signal.aborted) {
    if (!changed) {
      await new Promise<void>((resolve) => {
        const timer = watching ? undefined : setTimeout(note, pollMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      continue;
    }
    await sleep(settleMs);
    changed = false;
    try {
      await runOnce(config, model, again, io, signal);
    } catch (error) {
      // A corpus that is broken for a moment, or another ingestion: the next change brings another chance.
      if (!(error instanceof VivaError) || isAbort(error)) throw error;
      io.err(`ingest: ${error.message}\n`);
      if (error.retryable) changed = true;
    }
  }
}
