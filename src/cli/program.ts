/** The `viva` command: one file per command, put together here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { packageRoot } from '../config.ts';
import { VivaError } from '../errors.ts';
import { addAskCommand } from './ask.ts';
import { addBackupCommands } from './backup.ts';
import { addCorpusCommands } from './corpus.ts';
import { addDoctorCommand } from './doctor.ts';
import { addDraftCommand } from './draft.ts';
import { evalCommand } from './eval.ts';
import { addDueCommand } from './due.ts';
import { addEvalCard } from './eval-card.ts';
import { addEvalGiveaway } from './eval-giveaway.ts';
import { addEvalGrading } from './eval-grading.ts';
import { addEvalIntent } from './eval-intent.ts';
import { addEvalLeaks } from './eval-leaks.ts';
import { addEvalProbes } from './eval-probes.ts';
import { addEvalRetrieval } from './eval-retrieval.ts';
import { addEvalScope } from './eval-scope.ts';
import { addEvalStatements } from './eval-statements.ts';
import { addEvalVerdicts } from './eval-verdicts.ts';
import { exitCodes } from './exit-codes.ts';
import { addGradeCommand } from './grade.ts';
import { addIngestCommand } from './ingest.ts';
import { addInterviewCommand } from './interview.ts';
import type { Io } from './io.ts';
import { addRegradeCommand } from './regrade.ts';
import { addPlayCommand } from './play.ts';
import { addServeCommand } from './serve.ts';

export function buildProgram(io: Io): Command {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  const program = new Command('viva')
    .description('A mock-interview coach for deep-learning roles.')
    .version(version)
    .showHelpAfterError('(add --help for the options)')
    .addHelpText(
      'after',
      `
Examples:
  $ viva serve
  $ viva interview --topic LoRA
  $ viva grade llm/language/05 "A is random, B is zero" --json

Exit status:
  ${exitCodes.ok}    done
  ${exitCodes.failed}    failed: one line on stderr says what, where and what to do
  ${exitCodes.usage}    the command line or a setting cannot be understood
  ${exitCodes.findings}    the material has problems (lint, doctor, eval)

Data goes to stdout, talk to stderr.`,
    );
  addCorpusCommands(program, io);
  addDraftCommand(program, io);
  addIngestCommand(program, io);
  addServeCommand(program, io);
  addInterviewCommand(program, io);
  addGradeCommand(program, io);
  addAskCommand(program, io);
  const evaluate = evalCommand(program);
  addEvalRetrieval(evaluate, io);
  addEvalGrading(evaluate, io);
  addEvalScope(evaluate, io);
  addEvalIntent(evaluate, io);
  addEvalGiveaway(evaluate, io);
  addEvalLeaks(evaluate, io);
  addEvalStatements(evaluate, io);
  addEvalVerdicts(evaluate, io);
  addEvalProbes(evaluate, io);
  addEvalCard(evaluate, io);
  addDueCommand(program, io);
  addBackupCommands(program, io);
  addRegradeCommand(program, io);
  addPlayCommand(program, io);
  addDoctorCommand(program, io);
  forEachCommand(program, (command) => {
    command.exitOverride();
    command.configureOutput({ writeOut: io.out, writeErr: io.err });
  });
  return program;
}

function forEachCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const child of command.commands) forEachCommand(child, visit);
}

/** Runs one command line and returns the exit status, leaving the process's own alone; errors become one line on stderr. */
export async function runCommandLine(argv: readonly string[], io: Io): Promise<number> {
  process.exitCode = undefined;
  try {
    await buildProgram(io).parseAsync([...argv], { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (error instanceof VivaError) {
      io.err(`viva: ${error.message}\n`);
      return error.code === 'usage' || error.code === 'config-invalid' ? exitCodes.usage : exitCodes.failed;
    }
    io.err(
      `viva: an error that should not happen; please report it with these lines:\n${error instanceof Error ? (error.stack ?? '') : String(error)}\n`,
    );
    return exitCodes.failed;
  } finally {
    process.exitCode = undefined;
  }
}
