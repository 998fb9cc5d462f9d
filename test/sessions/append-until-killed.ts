// Appends three events at a time and prints the last acknowledged number, until it is killed or the log fails.
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSqliteEventLog } from '../../src/sessions/sqlite-event-log.ts';
import { toPublicError, VivaError } from '../../src/errors.ts';
import { created, received, said } from './events.ts';

/** Into the pipe before anything else happens; a full one is waited for. */
function say(line: string): void {
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

const session = process.argv[3] ?? 's';
const log = openSqliteEventLog({ file: process.argv[2]!, now: Date.now });
try {
  await log.create(session, 'hash', [created]);
  say('1\n');
  for (let seq = 1; ; seq += 3) {
    await log.append(session, seq, [received(`m${seq}`, 'x'.repeat(500)), said('y'), said('z')]);
    say(`${seq + 3}\n`);
    // SQLite's lock is not fair: whoever takes it again at once, as no server does, lets nobody else in.
    await sleep(1);
  }
} catch (error) {
  const code = error instanceof VivaError ? error.code : toPublicError(error, 'none').code;
  process.stderr.write(`${code} ${error instanceof Error ? error.message : ''}\n`);
  process.exitCode = 1;
}
