/** `viva eval intent`. */
import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { loadCorpus } from '../corpus/load-corpus.ts';
import { evaluateIntent, intentCaseSchema, type IntentReport } from '../eval/intent-eval.ts';
import { readCases } from './eval.ts';
import { exitCodes } from './exit-codes.ts';
import { openGrading } from './graders-and-answerers.ts';
import { printJson, type Io } from './io.ts';
import { openClassifier } from './open-classifier.ts';

export function addEvalIntent(evalCommand: Command, io: Io): void {
  evalCommand
    .command('intent')
    .description('how often the coach understands what a message is')
    .argument('<files...>', 'lines of {"lang", "message", "state"?, "entry"?, "intent"}')
    .option('--split <name>', 'only lines with this "split" (dev or test); default: all lines')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  $ viva eval intent eval/intent/intent.jsonl --split test')
    .action(async (files: string[], flags: { split?: string; json?: true }) => {
      const cases = await readCases(files, intentCaseSchema, flags.split, '{"lang", "message", "intent"}');
      const config = loadConfig();
      const { entries } = await loadCorpus(config.folders.corpus);
      const opened = await openGrading(config);
      try {
        const classifier = await openClassifier(config, opened.embeddings, (error) => {
          throw error;
        });
        const report = await evaluateIntent(
          cases,
          classifier,
          new Map(entries.map((entry) => [entry.id, entry])),
        );
        if (flags.json) printJson(io, report);
        else io.out(describe(report));
        if (report.errors.length > 0) process.exitCode = exitCodes.findings;
      } finally {
        await opened.close();
      }
    });
}

function describe(report: IntentReport): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const [low, high] = report.interval;
  return [
    `n ${report.n}, accuracy ${percent(report.accuracy)} (95 % ${percent(low)}–${percent(high)}), unknown entries ${report.unknown}, errors ${report.errors.length}`,
    ...Object.entries(report.byLang).map(
      ([name, one]) => `  ${name.padEnd(16)}${String(one.n).padStart(5)}  ${percent(one.accuracy)}`,
    ),
    ...Object.entries(report.byState).map(
      ([name, one]) => `  ${name.padEnd(16)}${String(one.n).padStart(5)}  ${percent(one.accuracy)}`,
    ),
    'gold → found',
    ...Object.entries(report.confusion).map(
      ([gold, row]) =>
        `  ${gold.padEnd(16)} ${Object.entries(row)
          .sort((a, b) => b[1] - a[1])
          .map(([found, times]) => `${found} ${times}`)
          .join(', ')}`,
    ),
    ...report.errors.map(({ message, error }) => `error: ${JSON.stringify(message.slice(0, 80))}: ${error}`),
    ...report.misses.map(
      (miss) =>
        `miss: ${miss.gold} → ${miss.found} (${miss.confidence.toFixed(2)}) [${miss.state}] ${JSON.stringify(miss.message.slice(0, 80))}`,
    ),
    '',
  ].join('\n');
}
