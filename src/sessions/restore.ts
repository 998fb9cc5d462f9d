/** Puts a backup in the place of the session database, and keeps what was there. */
import {
  copyFileSync,
  existsSync,
  linkSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Libsql, { type Database } from 'libsql';
import { halfWritten, temporaryName } from '../embedding/replace-file.ts';
import { messageOf, VivaError } from '../errors.ts';
import { freeName, syncPath } from './copy-database.ts';
import { DataLock } from './data-lock.ts';
import { migrate, schemaVersion } from './migrations.ts';
import { isBusy } from './sqlite-errors.ts';
import { invalid, verifyCopy, type DatabaseFacts } from './verify-database.ts';

export interface RestoreOptions {
  /** The backup; it is read only. A plain copy of a database with its `-wal` file will do too. */
  readonly source: string;
  /** The session database. */
  readonly file: string;
  readonly now: () => Date;
}

export interface Restored extends DatabaseFacts {
  readonly file: string;
  /** Schema of the backup; less than `schema` when it was upgraded on the way. */
  readonly fromSchema: number;
  /** What was in its place before; null when there was nothing. */
  readonly aside: string | null;
}

/** What SQLite keeps beside a database. */
const companions = ['-wal', '-shm'] as const;

/**
 * Proves a backup, upgrades it when an older Viva made it, and puts it in place. Until then, and whenever this ends,
 * the database is the old one or the new one, whole; the old one is kept under another name.
 * @throws VivaError `not-found`, `usage`, `backup-invalid`, `storage-newer`, `data-in-use`, `data-unwritable`
 */
export function restore({ source, file, now }: RestoreOptions): Restored {
  mustBeAnother(source, file);
  const lock = DataLock.own(file);
  const fresh = temporaryName(file);
  try {
    clearHalfWritten(dirname(file));
    copyFileSync(source, fresh);
    if (existsSync(`${source}-wal`)) copyFileSync(`${source}-wal`, `${fresh}-wal`);
    const { fromSchema, facts } = prepare(fresh, source);
    syncPath(fresh);
    const aside = existsSync(file) ? putAside(file, now()) : null;
    for (const ending of companions) rmSync(`${file}${ending}`, { force: true });
    renameSync(fresh, file);
    syncPath(dirname(file));
    return { file, fromSchema, aside, ...facts };
  } catch (error) {
    if (error instanceof VivaError) throw error;
    throw new VivaError(
      'data-unwritable',
      `Cannot restore to ${file} (${messageOf(error)}): free space or give write access there. The sessions that were there are there still.`,
      { cause: error },
    );
  } finally {
    for (const ending of ['', ...companions]) rmSync(`${fresh}${ending}`, { force: true });
    lock.release();
  }
}

function mustBeAnother(source: string, file: string): void {
  const found = statSync(source, { throwIfNoEntry: false });
  if (found?.isFile() !== true)
    throw new VivaError(
      'not-found',
      `There is no backup at ${source}: give a file that \`viva backup\` made.`,
    );
  if (existsSync(file) && realpathSync(source) === realpathSync(file))
    throw new VivaError('usage', `${source} is the session database itself: give a backup of it.`);
}

/** Proves the copy at `fresh`, makes its schema current, and leaves it as one file. */
function prepare(fresh: string, source: string): { fromSchema: number; facts: DatabaseFacts } {
  let database: Database | undefined;
  try {
    database = new Libsql(fresh);
    let facts = verifyCopy(database, source);
    const fromSchema = facts.schema;
    if (fromSchema < schemaVersion) {
      migrate(database);
      facts = verifyCopy(database, source);
    }
    database.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE');
    return { fromSchema, facts };
  } catch (error) {
    if (error instanceof VivaError) throw error;
    throw invalid(source, `no database of Viva's, or damaged (${messageOf(error)})`, error);
  } finally {
    database?.close();
  }
}

/**
 * Gives the database a second name, so that it is at its place until the new one is. A damaged one keeps its
 * write-ahead log beside it.
 * @throws VivaError `data-in-use` when something that takes no lock, like a SQLite shell, has it open
 */
function putAside(file: string, at: Date): string {
  const stamp = at.toISOString().slice(0, 19).replaceAll(':', '-');
  const aside = freeName(`${file}.replaced-${stamp}`, '.bak');
  const logAside = `${aside}-wal`;
  // SQLite throws away the write-ahead log of what it takes for no database: a copy is made before it looks.
  if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, logAside);
  try {
    if (foldIn(file)) rmSync(logAside, { force: true });
  } catch (error) {
    rmSync(logAside, { force: true });
    throw error;
  }
  secondName(file, aside);
  syncPath(dirname(file));
  return aside;
}

/** Moves a write-ahead log into its database, so that one file is all; false when the database is damaged. */
function foldIn(file: string): boolean {
  let database: Database | undefined;
  try {
    database = new Libsql(file, { timeout: 2_000 });
    database.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE');
    // Nobody reads it either.
    database.exec('BEGIN EXCLUSIVE; ROLLBACK');
    return true;
  } catch (error) {
    if (isBusy(error)) {
      throw new VivaError(
        'data-in-use',
        `Another program has ${file} open: close it, and try again. Nothing was changed.`,
        { cause: error },
      );
    }
    // Damaged, which may be why somebody restores: it is kept as it is.
    return false;
  } finally {
    database?.close();
  }
}

function secondName(path: string, name: string): void {
  try {
    linkSync(path, name);
  } catch {
    // A file system without hard links.
    copyFileSync(path, name);
  }
  syncPath(name);
}

/** What a restore or backup that was killed left behind. */
function clearHalfWritten(folder: string): void {
  for (const name of readdirSync(folder)) {
    const base = name.replace(/-(?:wal|shm|journal)$/, '');
    if (halfWritten.test(base)) rmSync(join(folder, name), { force: true });
  }
}
