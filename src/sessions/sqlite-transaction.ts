/** Transactions and single values on libsql. */
import type { Database } from 'libsql';

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

/** The first column of the first row as a number; 0 without a row or for NULL. (`pluck()` does nothing in libsql.) */
export function readNumber(database: Database, sql: string): number {
  const row: unknown = database.prepare(sql).get();
  if (typeof row !== 'object' || row === null) return 0;
  const first: unknown = Object.entries(row).find(([name]) => name !== '_metadata')?.[1];
  return typeof first === 'number' ? first : 0;
}
