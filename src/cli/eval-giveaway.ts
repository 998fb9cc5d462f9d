/** `viva eval giveaway`. */
import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { loadCorpus } from '../corpus/load-corpus.ts';
import { VivaError } from '../errors.ts';
import { measureGiveaway, type GiveawayReport, type GiveawayShare } from '../eval/giveaway.ts';
import { printJson, type Io } from './io.ts';

interface Flags {
  readonly folds: string;
  readonly clearest: string;
  readonly json?: true;
}

export function addEvalGiveaway(evalCommand: Command, io: Io): void {
  evalCommand
    .command('giveaway')
    .description(
      'whether statements give their label away by style: accuracy of a bag of words that never sees the key point',
    )
    .argument('[ids]', 'only entries whose id begins with this, like "llm" or "llm/language"')
    .option('--folds <n>', 'folds of the cross-validation over entries', '10')
    .option('--clearest <n>', 'how many of the statements that give themselves away most to list', '20')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  $ viva eval giveaway\n  $ viva eval giveaway llm --json')
    .action(async (ids: string | undefined, flags: Flags) => {
      const folds = wholeNumber('--folds', flags.folds, 2);
      const clearest = wholeNumber('--clearest', flags.clearest, 0);
      const { entries } = await loadCorpus(loadConfig().folders.corpus);
      const taught = entries.filter(
        ({ id, keyPoints }) =>
          id.startsWith(ids ?? '') && keyPoints.some((point) => point.statements.length > 0),
      );
      if (taught.length < folds) {
        throw new VivaError(
          'usage',
          `${taught.length} entries with statements${ids === undefined ? '' : ` under "${ids}"`}: ${folds} folds need as many entries.`,
        );
      }
      const report = measureGiveaway(taught, { folds, clearest });
      if (flags.json === true) printJson(io, report);
      else io.out(describe(report));
    });
}

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new VivaError('usage', `${option} ${text}: give a whole number from ${least}.`);
}

function describe({ entries, folds, all, byLang, entriesToRead, clearest, terms }: GiveawayReport): string {
  const row = (name: string, { accuracy, interval: [low, high], n }: GiveawayShare) =>
    `${name.padEnd(10)}${accuracy.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]   n ${n}`;
  return [
    `covered or contradicted, by words alone; ${folds} folds over ${entries} entries; 0.5 is chance`,
    row('all', all),
    row('zh', byLang.zh),
    row('en', byLang.en),
    'told apart best:',
    ...entriesToRead.map(({ id, accuracy, n }) => `  ${accuracy.toFixed(2)}  ${id} (n ${n})`),
    'guessed with most confidence, and rightly:',
    ...clearest.map(
      ({ id, label, text, probability }) => `  ${probability.toFixed(2)}  ${label.padEnd(13)}${id}: ${text}`,
    ),
    `speaks for covered: ${terms.covered.join(' | ')}`,
    `speaks for contradicted: ${terms.contradicted.join(' | ')}`,
    '',
  ].join('\n');
}
