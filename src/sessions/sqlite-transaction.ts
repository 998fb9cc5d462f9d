/** Transactions and single values on libsql. */
import type { Database } from 'libsql';
import { isBusy } from './sqlite-errors.ts';

/**
 * Runs `work` in one write transaction: all of it is stored, or nothing.
 * libsql's own `transaction()` hides the first error when SQLite has rolled back by itself (a full disk).
 */
export function inTransaction<T>(database: Database, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/**
 * Reads as of one moment. Whether the database is free for that is found out before the first read: a statement of libsql
 * that failed on a lock stays half done until it is collected, and with it every later read, so that nothing can be
 * written on this connection any more.
 */
export function asOfNow<T>(database: Database, read: () => T): T {
  try {
    database.exec('BEGIN; SELECT count(*) FROM sqlite_master');
    return read();
  } finally {
    if (database.inTransaction) database.exec('ROLLBACK');
  }
}

/**
 * Pauses between attempts at a locked database, ms, taken in turn. Short, and of different lengths: whoever waits long
 * between attempts never finds the gap that others leave who write without pause.
 */
const busyPausesMs = [1, 2, 3, 5, 7, 11, 13, 4];

/** How long to wait after so many attempts at a locked database, ms. */
export function busyPause(attempt: number): number {
  return busyPausesMs[attempt % busyPausesMs.length] ?? 1;
}

/**
 * Does the work once nobody else holds the database; the process waits with it, so this is for its start. (SQLite's own
 * waiting leaves out the change to a write-ahead log.)
 */
export function onceFree<T>(patienceMs: number, work: () => T): T {
  const deadline = performance.now() + patienceMs;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busyPause(attempt));
    }
  }
}

/** The first column of the first row as a number; 0 without a row or for NULL. (`pluck()` does nothing in libsql.) */
export function readNumber(database: Database, sql: string): number {
  const row: unknown = database.prepare(sql).get();
  if (typeof row !== 'object' || row === null) return 0;
  const first: unknown = Object.entries(row).find(([name]) => name !== '_metadata')?.[1];
  return typeof first === 'number' ? first : 0;
}
