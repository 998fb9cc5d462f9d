/** Who may use a session database: many at once as it is, or one alone to replace it. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Libsql, { type Database } from 'libsql';
import { VivaError } from '../errors.ts';
import { isBusy, storageError } from './sqlite-errors.ts';

/** An empty file beside the database: only the locks on it count, and the system drops them with their process. */
const lockFile = (file: string) => `${file}.lock`;

/** How long to wait for somebody who is replacing the database, or is about to be done with it, in milliseconds. */
const patienceMs = 2_000;

// `exec` alone: a prepared statement of libsql outlives `close`, and the lock with it.
const share = 'BEGIN; SELECT count(*) FROM sqlite_master';
const own = 'BEGIN EXCLUSIVE';

export class DataLock {
  readonly #database: Database;
  readonly #file: string;
  #held = false;

  private constructor(database: Database, file: string) {
    this.#database = database;
    this.#file = file;
  }

  /**
   * Takes a share of the database at `file`, whose folder is made when it is missing: others may do the same,
   * nobody may replace it.
   * @throws VivaError `data-in-use` while somebody replaces it, `data-unwritable`
   */
  static share(file: string): DataLock {
    return DataLock.#take(file, share);
  }

  /** Takes the database alone. @throws VivaError `data-in-use` while anybody else uses it, `data-unwritable` */
  static own(file: string): DataLock {
    return DataLock.#take(file, own);
  }

  static #take(file: string, how: string): DataLock {
    let database: Database;
    try {
      makeFolder(dirname(file));
      database = new Libsql(lockFile(file), { timeout: patienceMs });
    } catch (error) {
      throw storageError(error, file, 'opening');
    }
    const lock = new DataLock(database, file);
    try {
      lock.#begin(how);
      return lock;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** From a share to all of it, through a moment with neither. @throws VivaError `data-in-use`, and the share is kept */
  toOwn(): void {
    this.#end();
    try {
      this.#begin(own);
    } catch (error) {
      this.#begin(share);
      throw error;
    }
  }

  /** Like `toOwn`, at once or not at all: false when anybody else uses the database. */
  tryOwn(): boolean {
    this.#database.exec('PRAGMA busy_timeout = 0');
    try {
      this.toOwn();
      return true;
    } catch {
      return false;
    } finally {
      this.#database.exec(`PRAGMA busy_timeout = ${patienceMs}`);
    }
  }

  /** From all of it back to a share. */
  toShare(): void {
    this.#end();
    this.#begin(share);
  }

  /** Idempotent. */
  release(): void {
    this.#end();
    if (this.#database.open) this.#database.close();
  }

  #begin(how: string): void {
    try {
      this.#database.exec(how);
      this.#held = true;
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      if (!isBusy(error)) throw storageError(error, this.#file, 'opening');
      throw new VivaError(
        'data-in-use',
        how === own
          ? `Another Viva uses ${this.#file} (a server, an interview, a backup): stop it, and try again.`
          : `The sessions in ${this.#file} are being restored or upgraded by another Viva: try again when it is done.`,
        { cause: error, retryAfterSeconds: 5 },
      );
    }
  }

  #end(): void {
    if (this.#held) this.#database.exec('ROLLBACK');
    this.#held = false;
  }
}

/**
 * Makes a folder and those above it. What candidates say is theirs: it is closed to other users of the machine.
 * (Node's own `recursive` never returns where a folder refuses with "no such file", as /proc does.)
 */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process that was started at the same moment may have made it.
    if (!existsSync(folder)) throw error;
  }
}
