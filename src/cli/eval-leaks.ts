/** `viva eval leaks`. */
import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { loadCorpus } from '../corpus/load-corpus.ts';
import { VivaError } from '../errors.ts';
import { evaluateLeaks, type LeakHalf, type LeakReport, type LeakShare } from '../eval/leak-eval.ts';
import { createLeakCheck } from '../grading/create-local-grader.ts';
import { openGrading } from './graders-and-answerers.ts';
import { printJson, type Io } from './io.ts';
import { ProgressLine } from './progress-line.ts';

interface Flags {
  readonly show: string;
  readonly json?: true;
}

export function addEvalLeaks(evalCommand: Command, io: Io): void {
  evalCommand
    .command('leaks')
    .description(
      "whether the corpus's hints and questions pass the check of what the coach says, and its claims in the guise of questions do not",
    )
    .argument('[ids]', 'only entries whose id begins with this, like "llm" or "llm/language"')
    .option('--show <n>', 'how many wrong ones of each sort to list', '20')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  $ viva eval leaks llm/language --show 50')
    .action(async (ids: string | undefined, flags: Flags) => {
      const show = Number(flags.show);
      if (!Number.isInteger(show) || show < 0) {
        throw new VivaError('usage', `--show ${flags.show}: give a whole number from 0.`);
      }
      const config = loadConfig();
      const { entries } = await loadCorpus(config.folders.corpus);
      const chosen = entries.filter(({ id }) => id.startsWith(ids ?? ''));
      if (chosen.length === 0) throw new VivaError('usage', `No entry's id begins with "${ids ?? ''}".`);
      const opened = await openGrading(config);
      const progress = new ProgressLine(io, 'entries checked');
      try {
        const report = await evaluateLeaks(chosen, createLeakCheck(opened.embeddings), {
          onEntry: (done) => progress.show(done, chosen.length),
        });
        progress.end();
        if (flags.json === true) printJson(io, report);
        else io.out(describe(report, show));
      } finally {
        await opened.close();
      }
    });
}

function describe({ even, odd, stopped, missed }: LeakReport, show: number): string {
  const row = (name: string, { n, share, interval: [low, high] }: LeakShare) =>
    `  ${name.padEnd(18)}${String(n).padStart(5)}  ${share.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
  const half = (name: string, of: LeakHalf) => [
    `${name}: ${of.entries} entries; every text against all key points of its entry`,
    row('passed', of.passed),
    row('caught', of.caught),
    ...Object.entries(of.byKind).map(([kind, share]) => row(kind, share)),
    ...(['zh', 'en'] as const).flatMap((lang) => [
      row(`${lang} passed`, of.byLang[lang].passed),
      row(`${lang} caught`, of.byLang[lang].caught),
    ]),
  ];
  return [
    ...half('even-numbered, by which the thresholds were chosen', even),
    ...half('odd-numbered, with other ways of asking', odd),
    `stopped, though they should pass (${stopped.length}):`,
    ...stopped
      .slice(0, show)
      .map(
        ({ id, kind, text, leak }) =>
          `  ${id} ${kind}, ${leak?.how ?? ''} ${leak?.keyPointId ?? ''}: ${text}`,
      ),
    `passed, though they give a key point away (${missed.length}):`,
    ...missed.slice(0, show).map(({ id, kind, text }) => `  ${id} ${kind}: ${text}`),
    '',
  ].join('\n');
}
