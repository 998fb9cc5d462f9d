/** The `viva eval` command, to which each evaluation adds itself. */
import type { Command } from 'commander';

export function evalCommand(program: Command): Command {
  return program
    .command('eval')
    .description('run the system over a set of cases and judge its output')
    .addHelpText(
      'after',
      '\nExamples:\n  $ viva eval grading eval/grading/*.jsonl --split test\n  $ viva eval retrieval eval/retrieval/*.jsonl --split test --json',
    );
}
