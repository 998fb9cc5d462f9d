// Appends three events at a time and prints the last acknowledged number, until it is killed or the log fails.
import { writeSync } from 'node:fs';
import { openSqliteEventLog } from '../../src/sessions/sqlite-event-log.ts';
import { toPublicError, VivaError } from '../../src/errors.ts';
import { created, received, said } from './events.ts';

const log = openSqliteEventLog({ file: process.argv[2]!, now: Date.now });
try {
  await log.create('s', 'hash', [created]);
  writeSync(1, '1\n');
  for (let seq = 1; ; seq += 3) {
    await log.append('s', seq, [received(`m${seq}`, 'x'.repeat(500)), said('y'), said('z')]);
    writeSync(1, `${seq + 3}\n`);
  }
} catch (error) {
  const code = error instanceof VivaError ? error.code : toPublicError(error, 'none').code;
  process.stderr.write(`${code} ${error instanceof Error ? error.message : ''}\n`);
  process.exitCode = 1;
}
