/** `viva corpus lint` and `viva corpus stats`. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { corpusStats, parseSeedQuestions, type CorpusStats } from '../corpus/corpus-stats.ts';
import { lintEntry, unusedFigure } from '../corpus/lint-entry.ts';
import { loadCorpus } from '../corpus/load-corpus.ts';
import { formatProblem } from '../corpus/problem.ts';
import { VivaError } from '../errors.ts';
import { exitCodes } from './exit-codes.ts';
import { printJson, type Io } from './io.ts';

export function addCorpusCommands(program: Command, io: Io): void {
  const corpus = program
    .command('corpus')
    .description('check and count the question bank')
    .addHelpText('after', '\nExamples:\n  $ viva corpus lint\n  $ viva corpus stats --json');

  corpus
    .command('lint')
    .description('check every entry and figure; exit status 3 when something is wrong')
    .argument('[folder]', 'corpus folder (default: VIVA_CORPUS)')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  $ viva corpus lint\n  $ viva corpus lint my-bank --json')
    .action(async (folder: string | undefined, options: { json?: true }) => {
      const path = folder ?? loadConfig().folders.corpus;
      const loaded = await loadCorpus(path);
      if (loaded.fileCount === 0 && loaded.problems.length === 0) {
        throw new VivaError('corpus-invalid', `${path} holds no entry: give a folder of .md files.`);
      }
      const problems = [
        ...loaded.problems,
        ...loaded.entries.flatMap(lintEntry),
        ...loaded.unusedFigures.map(unusedFigure),
      ];
      if (options.json) {
        const { fileCount: files, drafts } = loaded;
        printJson(io, { files, entries: loaded.entries.length, problems, drafts });
      } else {
        for (const problem of problems) io.out(`${formatProblem(problem)}\n`);
        io.err(
          problems.length === 0
            ? `corpus lint: ${loaded.entries.length} entries, no problems\n`
            : `corpus lint: ${count(problems.length)} in ${loaded.fileCount} entry files\n`,
        );
        const waiting = loaded.drafts.length;
        if (waiting > 0) {
          io.err(
            `corpus lint: ${waiting === 1 ? '1 draft waits' : `${waiting} drafts wait`} to be read, and not in use: ${loaded.drafts.slice(0, 5).join(', ')}${waiting > 5 ? ', …' : ''}\n`,
          );
        }
      }
      if (problems.length > 0) process.exitCode = exitCodes.findings;
    });

  corpus
    .command('stats')
    .description('count entries, key points and statements')
    .argument('[folder]', 'corpus folder (default: VIVA_CORPUS)')
    .option('--against <file>', 'a JSON list of questions ({"id","module"}): which have no entry')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  $ viva corpus stats\n  $ viva corpus stats --against seed-questions.json --json',
    )
    .action(async (folder: string | undefined, options: { against?: string; json?: true }) => {
      const { entries, problems } = await loadCorpus(folder ?? loadConfig().folders.corpus);
      if (problems.length > 0) {
        io.err(
          `corpus stats: ${count(problems.length)} in files that are not counted: run \`viva corpus lint\`\n`,
        );
      }
      const seed = options.against === undefined ? undefined : await readSeed(options.against);
      const stats = corpusStats(entries, seed);
      if (options.json) printJson(io, stats);
      else io.out(describe(stats));
    });
}

function count(problems: number): string {
  return problems === 1 ? '1 problem' : `${problems} problems`;
}

async function readSeed(path: string): Promise<{ id: string; module: string }[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new VivaError('usage', `--against ${path}: cannot be read; give a JSON file.`, { cause });
  });
  return parseSeedQuestions(text, path);
}

function describe(stats: CorpusStats): string {
  const lines = [
    `entries          ${stats.entries}`,
    ...Object.entries(stats.byModule).map(([name, count]) => `  ${name.padEnd(15)}${count}`),
    `kinds            ${Object.entries(stats.byKind)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
    `key points       ${stats.keyPoints}`,
    `misconceptions   ${stats.misconceptions}`,
    ...Object.entries(stats.statements).map(
      ([label, count]) =>
        `${label.padEnd(17)}${count.zh + count.en} statements (zh ${count.zh}, en ${count.en})`,
    ),
    `answer tokens    zh ${stats.answerTokens.zh}, en ${stats.answerTokens.en}`,
  ];
  if (stats.against) {
    lines.push(
      `against          ${stats.against.present} of ${stats.against.questions} questions have an entry`,
    );
    for (const [name, row] of Object.entries(stats.against.byModule)) {
      lines.push(
        `  ${name.padEnd(15)}${row.present}/${row.of}${row.missing.length > 0 ? `  missing: ${row.missing.join(' ')}` : ''}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
