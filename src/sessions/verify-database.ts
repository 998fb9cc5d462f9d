/** Whether a SQLite file is Viva's, whole, and of a schema that this program knows; and what is in it. */
import type { Database } from 'libsql';
import { z } from 'zod';
import { VivaError, type ErrorCode } from '../errors.ts';
import { applicationId, schemaVersion } from './migrations.ts';
import { parseEvent } from './sqlite-statements.ts';
import { readNumber } from './sqlite-transaction.ts';

/** What is in a session database. */
export interface DatabaseFacts {
  readonly schema: number;
  readonly sessions: number;
  readonly events: number;
  /** Of the last event, ms since the epoch; null without one. */
  readonly lastAt: number | null;
}

const complaint = z.object({ quick_check: z.string() }).or(z.object({ integrity_check: z.string() }));

/** @throws VivaError `storage-failed` when the file's pages do not fit together; 0.5 s per gigabyte and more */
export function mustBeSound(database: Database, file: string): void {
  const found = firstComplaint(database, 'PRAGMA quick_check(1)');
  if (found === null) return;
  throw new VivaError(
    'storage-failed',
    `${file} is damaged (${found}): restore it from a backup with \`viva restore\`, or move it away to start afresh.`,
    { context: { file, trouble: 'damaged' } },
  );
}

/**
 * The schema of a file, 0 for an empty one.
 * @throws VivaError `storage-newer` when a newer Viva wrote it, `notOurs` when it is not Viva's at all
 */
export function schemaOf(
  database: Database,
  file: string,
  { known = schemaVersion, notOurs = 'storage-failed' }: { known?: number; notOurs?: ErrorCode } = {},
): number {
  const version = readNumber(database, 'PRAGMA user_version');
  const tables = readNumber(database, 'SELECT count(*) FROM sqlite_master');
  const owner = readNumber(database, 'PRAGMA application_id');
  if (tables > 0 && owner !== applicationId) {
    throw new VivaError(
      notOurs,
      `${file} is a SQLite database of another program: ${
        notOurs === 'storage-failed'
          ? 'move it away, or set VIVA_DATA to another folder.'
          : 'give a file that `viva backup` made.'
      }`,
    );
  }
  if (version <= known) return version;
  throw new VivaError(
    'storage-newer',
    `The session database ${file} has schema ${version}; this Viva knows schemas up to ${known}. Update Viva, or ${
      notOurs === 'storage-failed' ? 'set VIVA_DATA to another folder' : 'give an older backup'
    }.`,
  );
}

/** Counts what a file holds. */
export function factsOf(database: Database): DatabaseFacts {
  const sessions = readNumber(database, 'SELECT count(*) FROM sessions');
  const events = readNumber(database, 'SELECT count(*) FROM events');
  return {
    schema: readNumber(database, 'PRAGMA user_version'),
    sessions,
    events,
    lastAt: events === 0 ? null : readNumber(database, 'SELECT max(at) FROM events'),
  };
}

/**
 * Proves a copy: its pages, its references, no gap in any session, and every event readable when the schema is ours.
 * @param shown the path that the message names
 * @throws VivaError `backup-invalid`, `storage-newer`
 */
export function verifyCopy(database: Database, shown: string): DatabaseFacts {
  const damaged = firstComplaint(database, 'PRAGMA integrity_check(1)');
  if (damaged !== null) throw invalid(shown, `damaged: ${damaged}`);
  const schema = schemaOf(database, shown, { notOurs: 'backup-invalid' });
  if (schema === 0) throw invalid(shown, 'empty: it holds no sessions of Viva');
  if (database.prepare('PRAGMA foreign_key_check').get() !== undefined)
    throw invalid(shown, 'incomplete: events without their session');
  const facts = factsOf(database);
  const gaps = readNumber(
    database,
    'SELECT count(*) FROM (SELECT 1 FROM events GROUP BY session_id HAVING max(seq) <> count(*))',
  );
  if (gaps > 0) throw invalid(shown, `incomplete: ${gaps} sessions have gaps`);
  if (schema === schemaVersion) everyEventReads(database, shown);
  return facts;
}

const storedRow = z.object({ session_id: z.string() });

function everyEventReads(database: Database, shown: string): void {
  const all = database.prepare('SELECT session_id, seq, at, type, body FROM events').iterate();
  for (const row of all) {
    const sessionId = storedRow.parse(row).session_id;
    try {
      parseEvent(row, sessionId, shown);
    } catch (cause) {
      throw invalid(shown, `unreadable in session ${sessionId}`, cause);
    }
  }
}

export function invalid(shown: string, what: string, cause?: unknown): VivaError {
  return new VivaError('backup-invalid', `${shown} cannot be used, it is ${what}. Nothing was changed.`, {
    cause,
  });
}

function firstComplaint(database: Database, pragma: string): string | null {
  const found = complaint.optional().parse(database.prepare(pragma).get());
  if (found === undefined) return null;
  const text = 'quick_check' in found ? found.quick_check : found.integrity_check;
  return text === 'ok' ? null : text.replaceAll(/\s+/g, ' ');
}
