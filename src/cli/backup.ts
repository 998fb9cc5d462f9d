/** `viva backup` and `viva restore`: the sessions kept here, copied and brought back. */
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { backUp } from '../sessions/backup.ts';
import { restore } from '../sessions/restore.ts';
import type { DatabaseFacts } from '../sessions/verify-database.ts';
import { printJson, type Io } from './io.ts';

export function addBackupCommands(program: Command, io: Io): void {
  program
    .command('backup')
    .description(
      'copy the sessions kept here, also while a server runs; the copy is proven before it gets its name',
    )
    .option('--to <file>', 'where the copy goes (default: backups/viva-<time>.db in VIVA_DATA)')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  $ viva backup\n  $ viva backup --to /mnt/safe/viva.db --json')
    .action((flags: { to?: string; json?: true }) => {
      const { data } = loadConfig().folders;
      const target = flags.to ?? join(data, 'backups', `viva-${stamp(new Date())}.db`);
      const made = backUp({
        file: join(data, 'viva.db'),
        target: resolve(target),
        onStart: (facts) => io.err(`backup: copying ${counts(facts)}, ${megabytes(facts.bytes)}\n`),
      });
      io.err(`backup: proven: ${counts(made)}, schema ${made.schema}, ${megabytes(made.bytes)}\n`);
      if (flags.json) printJson(io, made);
      else io.out(`${made.file}\n`);
    });

  program
    .command('restore')
    .argument('<file>', 'a file that `viva backup` made')
    .description(
      'put a backup in the place of the sessions kept here; those are kept aside. Stop the server first',
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  $ viva restore data/backups/viva-2026-11-25T10-00-00Z.db')
    .action((source: string, flags: { json?: true }) => {
      const { data } = loadConfig().folders;
      const restored = restore({
        source: resolve(source),
        file: join(data, 'viva.db'),
        now: () => new Date(),
      });
      const { fromSchema, schema, aside } = restored;
      const upgraded = fromSchema === schema ? '' : `, upgraded from schema ${fromSchema} to ${schema}`;
      io.err(`restore: ${counts(restored)}${upgraded}\n`);
      io.err(
        aside === null
          ? 'restore: there were no sessions before\n'
          : `restore: the sessions before are kept in ${aside}\n`,
      );
      if (flags.json) printJson(io, restored);
      else io.out(`${restored.file}\n`);
    });
}

function counts({ sessions, events, lastAt }: DatabaseFacts): string {
  const last = lastAt === null ? '' : `, the last of ${new Date(lastAt).toISOString()}`;
  return `${sessions} sessions, ${events} events${last}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Like 2026-11-25T10-00-00Z: sorts by time, and every file system takes it. */
function stamp(at: Date): string {
  return `${at.toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
}
