/** Everything in a session database, to compare two of them; and rows to put into one of any schema. */
import Libsql from 'libsql';
import type { SessionEvent } from '../../src/protocol.ts';
import { openSqliteEventLog } from '../../src/sessions/sqlite-event-log.ts';

/** All sessions of the database at `file` by the current program, by id. */
export async function sessionsIn(file: string): Promise<Record<string, readonly SessionEvent[]>> {
  const log = openSqliteEventLog({ file, now: Date.now });
  try {
    const found: Record<string, readonly SessionEvent[]> = {};
    for (const { sessionId } of await log.list(100_000)) found[sessionId] = await log.read(sessionId);
    return found;
  } finally {
    await log.close();
  }
}

/** One value of the database at `file`, as it lies there. */
export function pragmaOf(file: string, name: string): unknown {
  const database = new Libsql(file);
  try {
    return (database.prepare(`PRAGMA ${name}`).get() as Record<string, unknown>)[name];
  } finally {
    database.close();
  }
}
