/** `viva eval grading`. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { loadConfig, packageRoot } from '../config.ts';
import type { Entry } from '../corpus/entry.ts';
import { loadCorpus } from '../corpus/load-corpus.ts';
import { VivaError } from '../errors.ts';
import {
  evaluateGrading,
  gradingCaseSchema,
  type Agreement,
  type GradingCase,
  type GradingReport,
} from '../eval/grading-eval.ts';
import { readCases } from './eval.ts';
import { exitCodes } from './exit-codes.ts';
import { openGrading } from './graders-and-answerers.ts';
import { printJson, type Io } from './io.ts';

interface Flags {
  readonly split?: string;
  readonly out?: string;
  readonly withoutStatements?: true;
  readonly json?: true;
}

export function addEvalGrading(evalCommand: Command, io: Io): void {
  evalCommand
    .command('grading')
    .description('how far grades agree with gold scores, by kind of reply and language')
    .argument('<files...>', 'lines of {"id", "lang", "kind", "variant"?, "gold", "answer"}')
    .option('--split <name>', 'only lines with this "split" (train, dev or test); default: all lines')
    .option('--out <file>', 'write each reply with its grade, verdicts and spans, one JSON object a line')
    .option('--without-statements', 'grade as in a bank that has no labelled statements')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  $ viva eval grading eval/grading/llm.jsonl --out graded.jsonl\n  $ viva eval grading eval/grading/*.jsonl --split test --json',
    )
    .action(async (files: string[], flags: Flags) => {
      const cases = await readCases(
        files,
        gradingCaseSchema,
        flags.split,
        '{"id", "lang", "kind", "gold", "answer"}',
      );
      // Before minutes of grading, not after.
      if (flags.out !== undefined) await write(flags.out, '');
      const config = loadConfig();
      const { entries } = await loadCorpus(config.folders.corpus);
      const bank = new Map(
        entries.map((entry) => [entry.id, flags.withoutStatements ? withoutStatements(entry) : entry]),
      );
      const opened = await openGrading(config);
      try {
        const { report, graded } = await evaluateGrading(cases, opened.grader, bank);
        if (flags.out !== undefined) {
          await write(flags.out, graded.map((one) => `${JSON.stringify(one)}\n`).join(''));
        }
        if (flags.json) printJson(io, report);
        else io.out(describe(report));
        if (report.errors.length > 0) process.exitCode = exitCodes.findings;
      } finally {
        await opened.close();
      }
    });
}

/** The replies of this package with their gold. @param split only those of this part; default: all */
export async function readPackageReplies(split?: string): Promise<GradingCase[]> {
  const folder = join(packageRoot, 'eval', 'grading');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).sort();
  const paths = files.map((name) => join(folder, name));
  return readCases(paths, gradingCaseSchema, split, '{"id", "lang", "kind", "gold", "answer"}');
}

/** The entry as a bank has it that was never labelled. */
export function withoutStatements(entry: Entry): Entry {
  return { ...entry, keyPoints: entry.keyPoints.map((point) => ({ ...point, statements: [] })) };
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((cause: unknown) => {
    throw new VivaError('usage', `--out ${file}: cannot be written; give a file in a folder that exists.`, {
      cause,
    });
  });
}

function describe(report: GradingReport): string {
  const number = (value: number | null, digits = 2) => (value === null ? '–' : value.toFixed(digits));
  const line = (name: string, one: Agreement) =>
    `${name.padEnd(10)}${String(one.n).padStart(5)}  pearson ${number(one.pearson)}  spearman ${number(one.spearman)}  rmse ${number(one.rmse)}  bias ${number(one.bias)}  within a question ${number(one.withinQuestion)}`;
  const [low, high] = report.intervals.pearson;
  return [
    `judge ${report.judge}`,
    `${line('all', report)}  (pearson 95 % ${low.toFixed(2)}–${high.toFixed(2)})`,
    ...Object.entries(report.byLang).map(([name, one]) => line(name, one)),
    '',
    `${'kind'.padEnd(10)}${'n'.padStart(5)}${'gold'.padStart(7)}${'total'.padStart(7)}${'≤ 3'.padStart(7)}${'≥ 8'.padStart(7)}`,
    ...Object.entries(report.byKind).map(
      ([name, one]) =>
        `${name.padEnd(10)}${String(one.n).padStart(5)}${number(one.goldMean).padStart(7)}${number(one.mean).padStart(7)}${`${Math.round(100 * one.shareAtMost3)}%`.padStart(7)}${`${Math.round(100 * one.shareAtLeast8)}%`.padStart(7)}`,
    ),
    '',
    `unknown entries ${report.unknown}, errors ${report.errors.length}, latency p50 ${report.latencyMs.p50} ms, p99 ${report.latencyMs.p99} ms`,
    ...report.errors.map(({ id, message }) => `error: ${id}: ${message}`),
    '',
  ].join('\n');
}
