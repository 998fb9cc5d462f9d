/** `viva eval retrieval`. */
import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import {
  evaluateRetrieval,
  retrievalCaseSchema,
  type RetrievalReport,
  type Scores,
} from '../eval/retrieval-eval.ts';
import { readCases } from './eval.ts';
import { exitCodes } from './exit-codes.ts';
import { printJson, type Io } from './io.ts';
import { openRetrieval } from './open-retrieval.ts';

interface Flags {
  readonly split?: string;
  readonly json?: true;
}

export function addEvalRetrieval(evalCommand: Command, io: Io): void {
  evalCommand
    .command('retrieval')
    .description('how well queries find their entry: recall, MRR, nDCG with 95 % intervals, latency')
    .argument('<files...>', 'lines of {"id", "lang", "query", "also"?: [ids]}')
    .option('--split <name>', 'only lines with this "split" (dev or test); default: all lines')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  $ viva eval retrieval eval/retrieval/llm.jsonl\n  $ viva eval retrieval eval/retrieval/*.jsonl --split test --json',
    )
    .action(async (files: string[], flags: Flags) => {
      const cases = await readCases(files, retrievalCaseSchema, flags.split, '{"id", "lang", "query"}');
      const opened = await openRetrieval(loadConfig(), {
        ingest: 'if-missing',
        log: (message) => {
          io.err(`eval: ${message}\n`);
        },
      });
      let report: RetrievalReport;
      try {
        const known = new Set(opened.handle.current.chunks.map((chunk) => chunk.entryId));
        report = await evaluateRetrieval(cases, opened.retriever, known);
      } finally {
        await opened.close();
      }
      if (flags.json === true) printJson(io, report);
      else io.out(describe(report));
      if (report.errors.length > 0) process.exitCode = exitCodes.findings;
    });
}

function describe(report: RetrievalReport): string {
  const row = (name: string, scores: Scores) => {
    const cell = (metric: keyof Scores['intervals']) => {
      const [low, high] = scores.intervals[metric];
      return `${scores[metric].toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`.padEnd(23);
    };
    const cells = (['recallAt1', 'recallAt5', 'mrrAt10', 'ndcgAt10'] as const).map(cell);
    return `${name.padEnd(14)}${String(scores.n).padStart(5)}  ${cells.join('')}`.trimEnd();
  };
  const table = [
    `${''.padEnd(14)}${'n'.padStart(5)}  ${['R@1', 'R@5', 'MRR@10', 'nDCG@10'].map((name) => name.padEnd(23)).join('')}`.trimEnd(),
    row('all', report),
    ...Object.entries(report.byLang).map(([name, scores]) => row(name, scores)),
    ...Object.entries(report.byModule).map(([name, scores]) => row(name, scores)),
  ];
  return [
    ...table,
    `unknown entries ${report.unknown}, errors ${report.errors.length}, latency p50 ${report.latencyMs.p50} ms, p99 ${report.latencyMs.p99} ms`,
    ...report.errors.map(({ query, message }) => `error: "${query}": ${message}`),
    '',
  ].join('\n');
}
