/** `viva due`: the key points whose time has come, over every session kept here. */
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { loadConfig } from '../config.ts';
import { duePoints, masteryOf, type Mastery } from '../scheduling/mastery.ts';
import { openSqliteEventLog } from '../sessions/sqlite-event-log.ts';
import { printJson, type Io } from './io.ts';

interface Flags {
  readonly limit: number;
  readonly json?: true;
}

/** Sessions read, the youngest first; older ones say little about what is known today. */
const mostSessions = 1_000;

export function addDueCommand(program: Command, io: Io): void {
  program
    .command('due')
    .description('key points to practise again, by spaced repetition over the sessions kept here')
    .option('--limit <n>', 'most points to list', limitOf, 20)
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  $ viva due\n  $ viva due --limit 5 --json')
    .action(async (flags: Flags) => {
      const config = loadConfig();
      const log = openSqliteEventLog({ file: join(config.folders.data, 'viva.db'), now: Date.now });
      try {
        const sessions = await log.list(mostSessions);
        const events = await Promise.all(
          sessions.toReversed().map(async ({ sessionId }) => log.read(sessionId)),
        );
        const mastery = masteryOf(events);
        const due = duePoints(mastery.values(), { now: Date.now(), limit: flags.limit });
        if (flags.json) printJson(io, { sessions: sessions.length, points: mastery.size, due });
        else {
          for (const point of due) io.out(`${line(point)}\n`);
          io.err(
            `due: ${due.length} of ${mastery.size} key points seen in ${sessions.length} sessions are due\n`,
          );
        }
      } finally {
        await log.close();
      }
    });
}

/** Level unaided and aided in percent, the claim, and the question to ask for. */
function line({ entryId, claim, unaided, aided }: Mastery): string {
  const percent = (level: number) => `${Math.round(100 * level)}%`.padStart(4);
  const help = aided.observations > 0 ? `, with help ${percent(aided.level).trim()}` : '';
  return `${percent(unaided.level)}${help}  ${claim}  (${entryId})`;
}

function limitOf(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1_000) return value;
  throw new InvalidArgumentError('A whole number from 1 to 1000.');
}
