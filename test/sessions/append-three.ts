// Creates a session and appends three times, and says on stdout before and after each: what happens between is watched.
import { writeSync } from 'node:fs';
import { openSqliteEventLog } from '../../src/sessions/sqlite-event-log.ts';
import { created, received } from './events.ts';

const log = openSqliteEventLog({ file: process.argv[2]!, now: Date.now });
const told = async (work: () => Promise<unknown>) => {
  writeSync(1, 'before\n');
  await work();
  writeSync(1, 'after\n');
};
await told(async () => log.create('s', 'hash', [created]));
for (let seq = 1; seq <= 3; seq += 1) {
  await told(async () => log.append('s', seq, [received(`m${seq}`, 'x')]));
}
process.exit(0);
