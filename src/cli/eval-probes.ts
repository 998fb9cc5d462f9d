/** `viva eval probes`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { loadConfig, packageRoot } from '../config.ts';
import { loadCorpus } from '../corpus/load-corpus.ts';
import { VivaError } from '../errors.ts';
import {
  attackSchema,
  evaluateProbes,
  probeSchema,
  type ProbeReport,
  type ProbeScore,
} from '../eval/probe-eval.ts';
import { readJsonl } from '../eval/jsonl.ts';
import { exitCodes } from './exit-codes.ts';
import { openGrading } from './graders-and-answerers.ts';
import { printJson, type Io } from './io.ts';
import { ProgressLine } from './progress-line.ts';

interface Flags {
  readonly attack?: string;
  readonly out?: string;
  readonly json?: true;
}

/** Read when no file is named. */
export const probeFiles = ['made.jsonl', 'by-hand.jsonl'].map((name) =>
  join(packageRoot, 'eval', 'probes', name),
);

export function addEvalProbes(evalCommand: Command, io: Io): void {
  evalCommand
    .command('probes')
    .description('how often replies made to fool the judge get a total in their allowed range, by attack')
    .argument(
      '[files...]',
      'lines of {"id", "lang", "attack", "answer", "plain"?: {"answer", "gold"}, "allowed": [low, high]}; default: those of eval/probes',
    )
    .option('--attack <name>', `only this one: ${attackSchema.options.join(', ')}`)
    .option('--out <file>', 'write each probe with its totals, one JSON object a line')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  $ viva eval probes\n  $ viva eval probes eval/probes/by-hand.jsonl --attack denied --json',
    )
    .action(async (named: string[], flags: Flags) => {
      const files = named.length > 0 ? named : probeFiles;
      const probes = await read(files, flags.attack);
      // Before minutes of grading, not after.
      if (flags.out !== undefined) await write(flags.out, '');
      const config = loadConfig();
      const { entries } = await loadCorpus(config.folders.corpus);
      const opened = await openGrading(config);
      const progress = new ProgressLine(io, 'probes graded');
      try {
        const { report, graded } = await evaluateProbes(
          probes,
          opened.grader,
          new Map(entries.map((entry) => [entry.id, entry])),
          (done) => progress.show(done, probes.length),
        );
        progress.end();
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

async function read(files: readonly string[], attack: string | undefined) {
  if (attack !== undefined && !attackSchema.safeParse(attack).success) {
    throw new VivaError('usage', `--attack ${attack}: give one of ${attackSchema.options.join(', ')}.`);
  }
  const lines = (await Promise.all(files.map((file) => readJsonl(file, probeSchema)))).flat();
  const probes = lines
    .map(({ value }) => value)
    .filter((probe) => attack === undefined || probe.attack === attack);
  if (probes.length > 0) return probes;
  throw new VivaError(
    'usage',
    attack === undefined
      ? `${files.join(', ')}: no probes; give lines of {"id", "lang", "attack", "answer", "allowed"}.`
      : `${files.join(', ')}: no line has "attack": "${attack}".`,
  );
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((cause: unknown) => {
    throw new VivaError('usage', `--out ${file}: cannot be written; give a file in a folder that exists.`, {
      cause,
    });
  });
}

function describe(report: ProbeReport): string {
  const percent = (share: number) => `${Math.round(100 * share)}%`;
  const signed = (value: number) => `${value > 0 ? '+' : ''}${value.toFixed(2)}`;
  const row = (name: string, one: ProbeScore, langs?: Readonly<Record<string, ProbeScore>>) =>
    [
      name.padEnd(20),
      String(one.n).padStart(4),
      percent(one.within).padStart(6),
      `[${one.interval.map(percent).join(', ')}]`.padStart(13),
      (langs ? ['zh', 'en'].map((lang) => percent(langs[lang]?.within ?? 0)).join(' / ') : '').padStart(12),
      String(one.tooHigh).padStart(6),
      String(one.tooLow).padStart(6),
      one.total.toFixed(2).padStart(6),
      (one.plainWithin === null ? '' : percent(one.plainWithin)).padStart(6),
      one.shift ? `  ${signed(one.shift.mean)} [${one.shift.interval.map(signed).join(', ')}]` : '',
    ]
      .join(' ')
      .trimEnd();
  return [
    `judge ${report.judge}`,
    `${'attack'.padEnd(20)} ${'n'.padStart(4)} within         95 %      zh / en   high    low  total  plain  shift against the plain reply [95 %]`,
    row('all', report.all, report.byLang),
    ...Object.entries(report.byAttack).map(([name, one]) => row(name, one, one.byLang)),
    `unknown entries ${report.unknown}, errors ${report.errors.length}, latency p50 ${report.latencyMs.p50} ms, p99 ${report.latencyMs.p99} ms`,
    ...report.errors.map(({ id, attack, message }) => `error: ${id} (${attack}): ${message}`),
    'the farthest outside their range:',
    ...report.worst.map(
      ({ id, lang, attack, total, plainTotal, allowed, answer }) =>
        `  ${total.toFixed(1)}, allowed ${allowed.join('–')}${plainTotal === null ? '' : `, plain ${plainTotal.toFixed(1)}`}  ${attack} ${lang} ${id}: ${answer.replaceAll(/\s+/g, ' ').slice(0, 80)}`,
    ),
    '',
  ].join('\n');
}
