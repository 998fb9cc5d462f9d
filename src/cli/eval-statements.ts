/** `viva eval statements`. */
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import type { Entry } from '../corpus/entry.ts';
import { loadCorpus } from '../corpus/load-corpus.ts';
import { VivaError } from '../errors.ts';
import {
  judgeStatements,
  reportStatements,
  type LabelAgreement,
  type StatementReport,
} from '../eval/statement-eval.ts';
import { openGrading } from './graders-and-answerers.ts';
import { printJson, type Io } from './io.ts';
import { ProgressLine } from './progress-line.ts';

interface Flags {
  readonly show: string;
  readonly out?: string;
  readonly json?: true;
}

export function addEvalStatements(evalCommand: Command, io: Io): void {
  evalCommand
    .command('statements')
    .description('how labelled statements are judged, each as a reply of its own with itself taken out')
    .argument('[ids]', 'only entries whose id begins with this, like "llm" or "llm/language"')
    .option('--show <n>', 'how many covered judged contradicted, or the reverse, to list', '20')
    .option('--out <file>', 'write each statement with its verdict, one JSON object a line')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  $ viva eval statements llm/language --show 100')
    .action(async (ids: string | undefined, flags: Flags) => {
      const show = Number(flags.show);
      if (!Number.isInteger(show) || show < 0) {
        throw new VivaError('usage', `--show ${flags.show}: give a whole number from 0.`);
      }
      const config = loadConfig();
      const { entries } = await loadCorpus(config.folders.corpus);
      const taught = entries.filter(({ id }) => id.startsWith(ids ?? '')).filter(hasStatements);
      if (taught.length === 0) {
        throw new VivaError('usage', `No entry with statements has an id that begins with "${ids ?? ''}".`);
      }
      const opened = await openGrading(config);
      const progress = new ProgressLine(io, 'entries judged');
      try {
        const judged = await judgeStatements(taught, opened.grader, (done) =>
          progress.show(done, taught.length),
        );
        progress.end();
        if (flags.out !== undefined) {
          await writeFile(flags.out, judged.map((one) => `${JSON.stringify(one)}\n`).join(''));
        }
        const report = reportStatements(opened.grader.id, judged);
        if (flags.json === true) printJson(io, report);
        else io.out(describe(report, show));
      } finally {
        await opened.close();
      }
    });
}

function hasStatements({ keyPoints }: Entry): boolean {
  return keyPoints.some((point) => point.statements.length > 0);
}

function describe({ judge, entries, byLabel, byLang, opposed }: StatementReport, show: number): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
  const row = (name: string, { n, agreement, interval: [low, high], verdicts }: LabelAgreement) =>
    [
      name.padEnd(17),
      String(n).padStart(5),
      percent(agreement).padStart(8),
      `[${percent(low)}, ${percent(high)}]`.padStart(16),
      ...[verdicts.covered, verdicts.partial, verdicts.missing, verdicts.contradicted].map((count) =>
        String(count).padStart(13),
      ),
    ].join(' ');
  const rows = (prefix: string, of: StatementReport['byLabel']) =>
    Object.entries(of).map(([label, one]) => row(`${prefix}${label}`, one));
  return [
    `judge ${judge}; ${entries} entries; each statement judged without itself`,
    `${'label'.padEnd(17)} ${'n'.padStart(5)}   agrees                        covered       partial       missing  contradicted`,
    ...rows('', byLabel),
    ...rows('zh ', byLang.zh),
    ...rows('en ', byLang.en),
    `${opposed.length} opposed (covered judged contradicted, or the reverse), the surest:`,
    ...opposed
      .slice(0, show)
      .map(
        ({ id, keyPointId, label, verdict, confidence, text }) =>
          `  ${confidence.toFixed(2)}  ${id} ${keyPointId}: ${label} judged ${verdict}: ${text}`,
      ),
    '',
  ].join('\n');
}
