/** How long backup, restore and the check at every start take, by the size of the database. `npx tsx bench/backup.ts [sessions]` */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { backUp } from '../src/sessions/backup.ts';
import { restore } from '../src/sessions/restore.ts';
import { openSqliteEventLog } from '../src/sessions/sqlite-event-log.ts';

const sessions = Number(process.argv[2] ?? 2_000);
const turns = 20;
const folder = mkdtempSync(join(tmpdir(), 'viva-bench-'));
const file = join(folder, 'viva.db');

async function timed<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  console.log(`${what.padEnd(34)}${((performance.now() - began) / 1000).toFixed(2)} s`);
  return result;
}

try {
  const log = openSqliteEventLog({ file, now: Date.now });
  for (let n = 0; n < sessions; n += 1) {
    const events = Array.from({ length: turns }, (_, turn) => [
      {
        type: 'message.received',
        clientId: `m${turn}`,
        text: 'x'.repeat(600),
        intent: 'reply',
        confidence: 1,
      } as const,
      { type: 'coach.said', text: 'y'.repeat(2_000), about: 'transition' } as const,
    ]).flat();
    await log.create(`session-${n}`, 'hash', [
      { type: 'session.created', lang: 'en', mode: 'study' },
      ...events,
    ]);
  }
  await log.close();
  console.log(
    `${sessions} sessions, ${sessions * (1 + 2 * turns)} events, ${(statSync(file).size / 1e6).toFixed(1)} MB`,
  );
  console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, node ${process.version}\n`);
  await timed('open (with the check), close', async () =>
    openSqliteEventLog({ file, now: Date.now }).close(),
  );
  const target = join(folder, 'backup.db');
  await timed('backup, copied and proven', () => backUp({ file, target }));
  await timed('restore, proven and swapped', () => restore({ source: target, file, now: () => new Date() }));
  const again = openSqliteEventLog({ file, now: Date.now });
  await timed('delete one session', async () => again.remove('session-7'));
  const removed = await timed('remove 20 by age', async () => again.removeUntouched(Date.now() + 1_000, 20));
  console.log(`(${removed.length} removed)`);
  await again.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
