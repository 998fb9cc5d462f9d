/** The `viva eval` command, to which each evaluation adds itself, and how they read their cases. */
import type { Command } from 'commander';
import type { z } from 'zod';
import { VivaError } from '../errors.ts';
import { readJsonl } from '../eval/jsonl.ts';

export function evalCommand(program: Command): Command {
  return program
    .command('eval')
    .description('run the system over a set of cases and judge its output')
    .addHelpText(
      'after',
      '\nExamples:\n  $ viva eval grading eval/grading/*.jsonl --split test\n  $ viva eval retrieval eval/retrieval/*.jsonl --split test --json',
    );
}

/**
 * The cases of all files, or only those of one split.
 * @param shape the least a line holds, for the message when there is no case
 * @throws VivaError `usage` when there is none, or a line cannot be read.
 */
export async function readCases<T extends { readonly split?: string | undefined }>(
  files: readonly string[],
  schema: z.ZodType<T>,
  split: string | undefined,
  shape: string,
): Promise<T[]> {
  const lines = (await Promise.all(files.map((file) => readJsonl(file, schema)))).flat();
  const cases = lines.map(({ value }) => value).filter((one) => split === undefined || one.split === split);
  if (cases.length > 0) return cases;
  throw new VivaError(
    'usage',
    split === undefined
      ? `${files.join(', ')}: no cases; give lines of ${shape}.`
      : `${files.join(', ')}: no line has "split": "${split}".`,
  );
}
