/** The schema of the session database, version by version; `PRAGMA user_version` says which one a file has. */
import type { Database } from 'libsql';
import { inTransaction, readNumber } from './sqlite-transaction.ts';

/** "VIVA" in ASCII: marks a SQLite file as ours (`PRAGMA application_id`). */
export const applicationId = 0x56_49_56_41;

/** `migrations[n]` takes a database from version n to n + 1. Never edit one that was released: append. */
export const migrations: readonly string[] = [
  `CREATE TABLE sessions (
     session_id TEXT PRIMARY KEY,
     token_hash TEXT NOT NULL,
     created_at INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX sessions_created ON sessions (created_at);
   CREATE TABLE events (
     session_id TEXT NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
     seq INTEGER NOT NULL CHECK (seq >= 1),
     at INTEGER NOT NULL,
     type TEXT NOT NULL,
     client_id TEXT,
     body TEXT NOT NULL,
     PRIMARY KEY (session_id, seq)
   ) STRICT;
   CREATE UNIQUE INDEX events_client_id ON events (session_id, client_id) WHERE client_id IS NOT NULL;`,
];

/** The version that this program writes. */
export const schemaVersion = migrations.length;

/**
 * Takes a database from its version to the last step, all steps in one transaction: a step that fails leaves the
 * file as it was. A current one is only proven writable.
 */
export function migrate(database: Database, steps: readonly string[] = migrations): void {
  inTransaction(database, () => {
    const version = readNumber(database, 'PRAGMA user_version');
    for (const step of steps.slice(version)) database.exec(step);
    database.exec(`PRAGMA application_id = ${applicationId}`);
    database.exec(`PRAGMA user_version = ${steps.length}`);
  });
}
