/** `viva eval scope`. */
import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { evaluateScope, scopeCaseSchema, type ScopeReport, type ScopeShare } from '../eval/scope-eval.ts';
import { readCases } from './eval.ts';
import { exitCodes } from './exit-codes.ts';
import { openAnswering } from './graders-and-answerers.ts';
import { printJson, type Io } from './io.ts';

interface Flags {
  readonly split?: string;
  readonly json?: true;
}

export function addEvalScope(evalCommand: Command, io: Io): void {
  evalCommand
    .command('scope')
    .description(
      'whether covered questions are answered and others refused, with 95 % intervals; never uses a chat model',
    )
    .argument('<files...>', 'lines of {"lang", "query", "inScope"?: boolean}; without inScope: not covered')
    .option('--split <name>', 'only lines with this "split" (dev or test); default: all lines')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  $ viva eval scope eval/scope/scope.jsonl --split test\n  $ viva eval scope my-queries.jsonl --json',
    )
    .action(async (files: string[], flags: Flags) => {
      const cases = await readCases(files, scopeCaseSchema, flags.split, '{"lang", "query", "inScope"}');
      const opened = await openAnswering(
        { ...loadConfig(), llm: null },
        {
          ingest: 'if-missing',
          log: (message) => {
            io.err(`eval: ${message}\n`);
          },
        },
      );
      let report: ScopeReport;
      try {
        report = await evaluateScope(cases, opened.answerer);
      } finally {
        await opened.close();
      }
      if (flags.json === true) printJson(io, report);
      else io.out(describe(report));
      if (report.errors.length > 0) process.exitCode = exitCodes.findings;
    });
}

function describe(report: ScopeReport): string {
  const row = (name: string, { share, interval: [low, high], n }: ScopeShare) =>
    `${name.padEnd(22)}${share.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]   n ${n}`;
  return [
    row('refused, not covered', report.refusedOutOfScope),
    row('answered, covered', report.answeredInScope),
    `cases ${report.n}, errors ${report.errors.length}, latency p50 ${report.latencyMs.p50} ms, p95 ${report.latencyMs.p95} ms`,
    ...report.misses.map(({ query, lang, expected }) => `miss (${lang}, ${expected} expected): ${query}`),
    ...report.errors.map(({ query, message }) => `error: "${query}": ${message}`),
    '',
  ].join('\n');
}
