/** The schema of the session database, version by version; `PRAGMA user_version` says which one a file has. */
import type { Database } from 'libsql';
import { VivaError } from '../errors.ts';
import { inTransaction, readNumber } from './sqlite-transaction.ts';

/** "VIVA" in ASCII: marks a SQLite file as ours (`PRAGMA application_id`). */
const applicationId = 0x56_49_56_41;

/** `migrations[n]` takes a database from version n to n + 1. Never edit one that was released: append. */
const migrations: readonly string[] = [
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
 * Brings a database to `schemaVersion`, all steps in one transaction; a current one is only proven writable.
 * @throws VivaError `storage-newer` when a newer Viva wrote it, `storage-failed` when it is not Viva's at all.
 */
export function migrate(database: Database, file: string): void {
  inTransaction(database, () => {
    const version = readNumber(database, 'PRAGMA user_version');
    if (version > schemaVersion) {
      throw new VivaError(
        'storage-newer',
        `The session database ${file} has schema ${version}; this Viva knows schemas up to ${schemaVersion}. Update Viva, or set VIVA_DATA to another folder.`,
      );
    }
    const tables = readNumber(database, 'SELECT count(*) FROM sqlite_master');
    const owner = readNumber(database, 'PRAGMA application_id');
    if (tables > 0 && owner !== applicationId) {
      throw new VivaError(
        'storage-failed',
        `${file} is a SQLite database of another program. Move it away, or set VIVA_DATA to another folder.`,
      );
    }
    for (const step of migrations.slice(version)) database.exec(step);
    database.exec(`PRAGMA application_id = ${applicationId}`);
    database.exec(`PRAGMA user_version = ${schemaVersion}`);
  });
}
