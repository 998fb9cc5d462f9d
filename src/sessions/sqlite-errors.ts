/** What SQLite's error codes mean for the reader of one line. */
import { VivaError, type ErrorCode } from '../errors.ts';

/** `opening`: the program is starting; `running`: a request needs the database. */
export type StorageStage = 'opening' | 'running';

/**
 * Translates an error of the database at `file`. A database that cannot be written at the start is
 * `data-unwritable`; everything later is `storage-failed`, which a client may retry.
 */
export function storageError(error: unknown, file: string, stage: StorageStage): VivaError {
  if (error instanceof VivaError) return error;
  const sqlite = sqliteCode(error);
  const { message, unwritable, trouble } = explain(sqlite, file, stage);
  const code: ErrorCode = stage === 'opening' && unwritable ? 'data-unwritable' : 'storage-failed';
  return new VivaError(code, message, {
    cause: error,
    context: { file, sqlite, trouble },
    ...(code === 'storage-failed' ? { retryAfterSeconds } : {}),
  });
}

/** What keeps a database from working, for whoever must not learn of paths. */
export type Trouble = 'full' | 'read-only' | 'locked' | 'damaged' | 'gone' | 'disk' | 'other';

/** A lock or a full disk seldom passes in less. */
export const retryAfterSeconds = 5;

/** True when the driver's or the system's code of an error matches. */
export function hasCode(error: unknown, pattern: RegExp): boolean {
  return pattern.test(sqliteCode(error));
}

/** True when another process holds the database: a moment later it may not. */
export function isBusy(error: unknown): boolean {
  return hasCode(error, /^SQLITE_(?:BUSY|LOCKED|PROTOCOL)/);
}

/** SQLite's symbolic code ("SQLITE_FULL") or the system's ("EACCES"); '' when the driver gives none. */
function sqliteCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** True when another row has the same unique key. */
export function isUniqueViolation(error: unknown): boolean {
  return hasCode(error, /^SQLITE_CONSTRAINT_(?:UNIQUE|PRIMARYKEY)$/);
}

interface Explanation {
  readonly message: string;
  readonly unwritable: boolean;
  readonly trouble: Trouble;
}

function explain(code: string, file: string, stage: StorageStage): Explanation {
  const elsewhere = 'or set VIVA_DATA to a folder that this user can write';
  if (/^SQLITE_FULL|^ENOSPC|^EDQUOT/.test(code)) {
    return {
      message: `No room left on the disk of ${file}: free some, ${elsewhere}.`,
      unwritable: true,
      trouble: 'full',
    };
  }
  if (/^SQLITE_(?:READONLY|PERM|AUTH)|^(?:EACCES|EPERM|EROFS)$/.test(code)) {
    return {
      message: `${file} cannot be written (${code}): change its permissions, ${elsewhere}.`,
      unwritable: true,
      trouble: 'read-only',
    };
  }
  if (/^SQLITE_(?:BUSY|LOCKED|PROTOCOL)/.test(code)) {
    return {
      message: `${file} is locked by another process (${code}): stop the other one, and try again.`,
      unwritable: false,
      trouble: 'locked',
    };
  }
  if (/^SQLITE_(?:NOTADB|CORRUPT)/.test(code)) {
    return {
      message: `${file} is damaged or no SQLite database (${code}): restore it from a backup, or move it away to start afresh.`,
      unwritable: false,
      trouble: 'damaged',
    };
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return {
      message: `${file} cannot be read or written (${code}): check its disk, ${elsewhere}.`,
      unwritable: true,
      trouble: 'disk',
    };
  }
  if (stage === 'opening') {
    const why = code === '' ? '' : ` (${code})`;
    return {
      message: `${file} cannot be opened${why}: check that its folder exists, ${elsewhere}.`,
      unwritable: true,
      trouble: 'other',
    };
  }
  return {
    message: `The database ${file} failed${code === '' ? '' : ` (${code})`}: see the log.`,
    unwritable: false,
    trouble: 'other',
  };
}
