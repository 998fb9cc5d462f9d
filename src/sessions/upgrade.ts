/** Brings the session database of an older Viva to the current schema, with a copy of it made first. */
import { rmSync } from 'node:fs';
import type { Database } from 'libsql';
import { messageOf, VivaError } from '../errors.ts';
import { copyDatabase, freeName } from './copy-database.ts';
import type { DataLock } from './data-lock.ts';
import { migrate, migrations } from './migrations.ts';
import { storageError } from './sqlite-errors.ts';
import { asOfNow } from './sqlite-transaction.ts';
import { schemaOf } from './verify-database.ts';

export interface UpgradeOptions {
  readonly file: string;
  /** A share of the database; null for one in memory. */
  readonly lock: DataLock | null;
  /** Default: Viva's own. */
  readonly steps?: readonly string[];
  readonly say?: (message: string) => void;
}

/**
 * Makes the schema current; an existing file of an older one is copied beside itself first, and is as it was when a step fails.
 * @throws VivaError `storage-newer`, `storage-failed`, `data-in-use` while another process uses an older file
 */
export function upgrade(database: Database, options: UpgradeOptions): void {
  const { file, lock, steps = migrations, say = () => undefined } = options;
  const isOld = () => {
    const version = asOfNow(database, () => schemaOf(database, file, { known: steps.length }));
    return version > 0 && version < steps.length;
  };
  if (lock === null || !isOld()) {
    migrate(database, steps);
    return;
  }
  try {
    lock.toOwn();
  } catch (error) {
    // Another process that was started at the same moment may have done it.
    if (isOld()) throw error;
    return;
  }
  try {
    if (isOld()) upgradeOwned(database, file, steps, say);
  } finally {
    lock.toShare();
  }
}

function upgradeOwned(
  database: Database,
  file: string,
  steps: readonly string[],
  say: (message: string) => void,
): void {
  const from = schemaOf(database, file, { known: steps.length });
  const copy = freeName(`${file}.schema-${from}`, '.bak');
  copyDatabase(database, copy);
  say(`the session database is upgraded from schema ${from} to ${steps.length}; a copy as it was: ${copy}`);
  try {
    migrate(database, steps);
  } catch (error) {
    // The file is as it was: the copy is one too many, and a server that is started again and again would make more.
    rmSync(copy, { force: true });
    const reason = storageError(error, file, 'running');
    throw new VivaError(
      'storage-failed',
      `${file} could not be upgraded from schema ${from} to ${steps.length} (${messageOf(reason.cause ?? reason)}); it is as it was. Go back to the Viva that wrote it, and report this.`,
      { cause: error, context: { file, trouble: 'other' } },
    );
  }
}
