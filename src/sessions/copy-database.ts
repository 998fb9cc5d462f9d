/** A consistent copy of a database that others go on writing to. */
import { chmodSync, closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database } from 'libsql';
import { temporaryName } from '../embedding/replace-file.ts';
import { VivaError } from '../errors.ts';
import { hasCode } from './sqlite-errors.ts';

/**
 * Writes the database, as of one moment, to `target`: whole and on disk, or not there at all. Deleted content does
 * not come along.
 * @param proven called with the path of the copy before it gets its name
 * @throws VivaError `file-exists`, `data-unwritable`; what `proven` throws
 */
export function copyDatabase(
  database: Database,
  target: string,
  proven: (copy: string) => void = () => undefined,
): void {
  const temporary = temporaryName(target);
  try {
    // Only its owner may read it, before anything stands in it.
    closeSync(openSync(temporary, 'wx', 0o600));
    chmodSync(temporary, 0o600);
    database.prepare('VACUUM INTO ?').run(temporary);
    syncPath(temporary);
    proven(temporary);
    giveName(temporary, target);
    syncPath(dirname(target));
  } catch (error) {
    if (error instanceof VivaError) throw error;
    throw new VivaError(
      'data-unwritable',
      `Cannot write ${target} (${reasonOf(error)}): free space or give write access there, or choose another place.`,
      { cause: error },
    );
  } finally {
    rmSync(temporary, { force: true });
  }
}

function reasonOf(error: unknown): string {
  if (hasCode(error, /^SQLITE_FULL/)) return 'no room left on its disk';
  return error instanceof Error ? error.message : String(error);
}

/** Gives a file its final name. @throws VivaError `file-exists` */
function giveName(temporary: string, target: string): void {
  try {
    linkSync(temporary, target);
  } catch (error) {
    if (hasCode(error, /^EEXIST$/)) throw fileExists(target, error);
    // A file system without hard links: between the check and the name somebody else could come.
    if (existsSync(target)) throw fileExists(target, error);
    renameSync(temporary, target);
  }
}

export function fileExists(target: string, cause?: unknown): VivaError {
  return new VivaError('file-exists', `${target} exists already: choose another name, or move it away.`, {
    cause,
  });
}

/** `<base><ending>`, with a number between when that is taken. */
export function freeName(base: string, ending: string): string {
  let name = `${base}${ending}`;
  for (let n = 2; existsSync(name); n += 1) name = `${base}.${n}${ending}`;
  return name;
}

/** Waits until the disk has a file, or a folder's names. */
export function syncPath(path: string): void {
  let handle: number;
  try {
    handle = openSync(path, 'r');
  } catch {
    // Windows cannot open a folder; there a rename is as safe as it gets.
    return;
  }
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
