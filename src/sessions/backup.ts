/** A backup of the session database, taken while a server goes on writing to it. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Libsql from 'libsql';
import { messageOf, VivaError } from '../errors.ts';
import { copyDatabase, fileExists } from './copy-database.ts';
import { DataLock, makeFolder } from './data-lock.ts';
import { storageError } from './sqlite-errors.ts';
import { factsOf, schemaOf, verifyCopy, type DatabaseFacts } from './verify-database.ts';

export interface BackupOptions {
  /** The session database. */
  readonly file: string;
  /** Where the copy goes; nothing may be there. Its folder is made when it is missing. */
  readonly target: string;
  /** Told what is about to be copied. */
  readonly onStart?: (facts: DatabaseFacts & { readonly bytes: number }) => void;
}

export interface Backup extends DatabaseFacts {
  readonly file: string;
  readonly bytes: number;
}

/**
 * Copies the database as of one moment and proves the copy before it gets its name.
 * @throws VivaError `not-found`, `file-exists`, `data-unwritable`, `storage-newer`, `storage-failed`, `data-in-use`
 */
export function backUp({ file, target, onStart }: BackupOptions): Backup {
  mustBeThere(file);
  if (existsSync(target)) throw fileExists(target);
  const lock = DataLock.share(file);
  try {
    const database = new Libsql(file, { timeout: 5_000 });
    try {
      schemaOf(database, file);
      onStart?.({ ...factsOf(database), bytes: sizeOf(file) });
      makeFolderFor(target);
      let facts: DatabaseFacts | undefined;
      copyDatabase(database, target, (copy) => {
        const copied = new Libsql(copy);
        try {
          facts = verifyCopy(copied, target);
        } finally {
          copied.close();
        }
      });
      return { file: target, bytes: statSync(target).size, ...(facts ?? factsOf(database)) };
    } finally {
      database.close();
    }
  } catch (error) {
    throw storageError(error, file, 'running');
  } finally {
    lock.release();
  }
}

function mustBeThere(file: string): void {
  if (existsSync(file)) return;
  throw new VivaError(
    'not-found',
    `There is no session database at ${file}: nothing was stored yet, or VIVA_DATA names another folder.`,
  );
}

function makeFolderFor(target: string): void {
  try {
    makeFolder(dirname(target));
    // A file may stand where the folder should be.
    accessSync(dirname(target), constants.W_OK | constants.X_OK);
    if (!statSync(dirname(target)).isDirectory()) throw new Error('not a folder');
  } catch (cause) {
    throw new VivaError(
      'data-unwritable',
      `The folder of ${target} cannot be made or written (${messageOf(cause)}): choose another place with --to.`,
      { cause },
    );
  }
}

/** Bytes of a database with what its write-ahead log holds. */
function sizeOf(file: string): number {
  return statSync(file).size + (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0);
}
