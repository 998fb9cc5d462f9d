/** `viva regrade`: replies that were graded while the chat model was away, or not at all. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { waitingReplies } from '../coach/grading.ts';
import { fold } from '../coach/state.ts';
import { loadConfig } from '../config.ts';
import { messageOf } from '../errors.ts';
import type { EventLog } from '../sessions/event-log.ts';
import { openSqliteEventLog } from '../sessions/sqlite-event-log.ts';
import { exitCodes } from './exit-codes.ts';
import { printJson, type Io } from './io.ts';
import { openBackend } from './open-backend.ts';

interface Flags {
  readonly session?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** Most sessions that one run looks at. */
const mostSessions = 10_000;

export function addRegradeCommand(program: Command, io: Io): void {
  program
    .command('regrade')
    .description('grade again what waits for the chat model, in the sessions kept here')
    .option('--session <id>', 'this session only')
    .option('--dry-run', 'only list what waits')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  $ viva regrade --dry-run\n  $ viva regrade\n  $ viva regrade --session 6f0c…',
    )
    .action(async (flags: Flags) => {
      const config = loadConfig();
      const log = openSqliteEventLog({ file: join(config.folders.data, 'viva.db'), now: Date.now });
      try {
        const sessions = flags.session === undefined ? await log.waiting(mostSessions) : [flags.session];
        if (flags.dryRun || sessions.length === 0) {
          if (flags.json) printJson(io, { sessions });
          else io.out(sessions.map((id) => `${id}\n`).join(''));
          io.err(`regrade: ${sessions.length} sessions have replies that wait\n`);
          return;
        }
        const backend = await openBackend(config, {
          log,
          say: (message) => io.err(`regrade: ${message}\n`),
          onFailure: (error, doing) => io.err(`regrade: ${doing}: ${messageOf(error)}\n`),
        });
        try {
          let graded = 0;
          let waiting = 0;
          for (const sessionId of sessions) {
            // oxlint-disable-next-line no-await-in-loop -- one after the other: the model is paid by the call
            const before = await countWaiting(log, sessionId, backend.entries());
            // oxlint-disable-next-line no-await-in-loop
            const left = await backend.engine.regrade(sessionId);
            graded += before - left;
            waiting += left;
            if (!flags.json) io.out(`${sessionId}  graded ${before - left}, waiting ${left}\n`);
          }
          if (flags.json) printJson(io, { sessions: sessions.length, graded, waiting });
          if (waiting > 0) {
            io.err(
              `regrade: ${waiting} replies wait still: run \`viva doctor --model\` to see whether the chat model answers.\n`,
            );
            process.exitCode = exitCodes.findings;
          }
        } finally {
          await backend.close();
        }
      } finally {
        await log.close();
      }
    });
}

async function countWaiting(
  log: EventLog,
  sessionId: string,
  material: Parameters<typeof waitingReplies>[1],
): Promise<number> {
  return waitingReplies(fold(await log.read(sessionId)), material).length;
}
