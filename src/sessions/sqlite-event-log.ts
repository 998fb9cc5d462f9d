/** The event log in one SQLite file: what a single server uses. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Libsql, { type Database } from 'libsql';
import { z } from 'zod';
import { VivaError } from '../errors.ts';
import { sessionEventSchema, type NewEvent, type SessionEvent } from '../protocol.ts';
import type { EventLog, SessionSummary } from './event-log.ts';
import { migrate } from './migrations.ts';
import { isUniqueViolation, storageError } from './sqlite-errors.ts';
import { inTransaction } from './sqlite-transaction.ts';

export interface SqliteEventLogOptions {
  /** Path of the database; ':memory:' keeps everything in memory. Its folder is made when it is missing. */
  readonly file: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** How long to wait for another process's write, ms; the whole server waits with it. Default 2000. */
  readonly busyTimeoutMs?: number;
}

const eventRow = z.object({ seq: z.int(), at: z.int(), type: z.string(), body: z.string() });
const summaryRow = z.object({ session_id: z.string(), created_at: z.int(), last_seq: z.int() });
const lastRow = z.object({ seq: z.int(), at: z.int() });
const seqRow = z.object({ seq: z.int() });
const tokenRow = z.object({ token_hash: z.string() });

/**
 * Opens (and makes or upgrades) the session database. Write-ahead log, `synchronous=FULL`: an
 * acknowledged event survives a crash of the process and of the machine.
 * @throws VivaError `data-unwritable`, `storage-newer` or `storage-failed`, saying what to do.
 */
export function openSqliteEventLog(options: SqliteEventLogOptions): EventLog {
  let database: Database | undefined;
  try {
    if (options.file !== ':memory:') makeFolder(dirname(options.file));
    database = new Libsql(options.file, { timeout: options.busyTimeoutMs ?? 2000 });
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    migrate(database, options.file);
    return new SqliteEventLog(database, options.file, options.now);
  } catch (error) {
    database?.close();
    throw storageError(error, options.file, 'opening');
  }
}

class SqliteEventLog implements EventLog {
  readonly #database: Database;
  readonly #file: string;
  readonly #now: () => number;
  readonly #sql: ReturnType<typeof prepareAll>;
  #closed = false;

  constructor(database: Database, file: string, now: () => number) {
    this.#database = database;
    this.#file = file;
    this.#now = now;
    this.#sql = prepareAll(database);
  }

  async create(
    sessionId: string,
    tokenHash: string,
    events: readonly NewEvent[],
  ): Promise<readonly SessionEvent[]> {
    return this.#write(sessionId, () => {
      const at = Math.max(0, Math.floor(this.#now()));
      try {
        this.#sql.insertSession.run(sessionId, tokenHash, at);
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        throw new VivaError('message-conflict', `Session ${sessionId} exists already: choose another id.`, {
          cause: error,
        });
      }
      return this.#insert(sessionId, number(events, 0, at));
    });
  }

  async append(
    sessionId: string,
    expectedSeq: number,
    events: readonly NewEvent[],
  ): Promise<readonly SessionEvent[]> {
    return this.#write(sessionId, () => {
      this.#mustExist(sessionId);
      const last = lastRow.optional().parse(this.#sql.last.get(sessionId)) ?? { seq: 0, at: 0 };
      if (last.seq !== expectedSeq) {
        throw new VivaError(
          'message-conflict',
          `Session ${sessionId} is at event ${last.seq}, not ${expectedSeq}: read it again and try once more.`,
          { context: { sessionId, expectedSeq, lastSeq: last.seq } },
        );
      }
      // A clock that was set back must not put an event before the one it follows.
      const at = Math.max(last.at, Math.floor(this.#now()));
      return this.#insert(sessionId, number(events, expectedSeq, at));
    });
  }

  async read(sessionId: string, after = 0): Promise<readonly SessionEvent[]> {
    return this.#run(() => {
      const rows = this.#sql.read.all(sessionId, after);
      if (rows.length === 0) this.#mustExist(sessionId);
      return rows.map((row) => this.#parseEvent(sessionId, row));
    });
  }

  async findMessage(sessionId: string, clientId: string): Promise<number | null> {
    return this.#run(
      () => seqRow.optional().parse(this.#sql.findMessage.get(sessionId, clientId))?.seq ?? null,
    );
  }

  async tokenHash(sessionId: string): Promise<string | null> {
    return this.#run(() => this.#tokenHash(sessionId));
  }

  async list(limit: number): Promise<readonly SessionSummary[]> {
    return this.#run(() =>
      this.#sql.list.all(limit).map((row) => {
        const { session_id: sessionId, created_at: createdAt, last_seq: lastSeq } = summaryRow.parse(row);
        return { sessionId, createdAt, lastSeq };
      }),
    );
  }

  async remove(sessionId: string): Promise<void> {
    this.#write(sessionId, () => void this.#sql.remove.run(sessionId));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#database.close();
  }

  #tokenHash(sessionId: string): string | null {
    return tokenRow.optional().parse(this.#sql.token.get(sessionId))?.token_hash ?? null;
  }

  #mustExist(sessionId: string): void {
    if (this.#tokenHash(sessionId) === null) throw sessionNotFound(sessionId);
  }

  #insert(sessionId: string, events: readonly SessionEvent[]): readonly SessionEvent[] {
    for (const event of events) {
      const { seq, at, type, ...body } = event;
      const clientId = event.type === 'message.received' ? event.clientId : null;
      try {
        this.#sql.insertEvent.run(sessionId, seq, at, type, clientId, JSON.stringify(body));
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        throw new VivaError(
          'message-conflict',
          `Session ${sessionId} has a message ${clientId ?? '?'} already: it is stored once.`,
          { cause: error, context: { sessionId, clientId } },
        );
      }
    }
    return events;
  }

  #parseEvent(sessionId: string, row: unknown): SessionEvent {
    const { seq, at, type, body } = eventRow.parse(row);
    const parsed = sessionEventSchema.safeParse({ ...parseObject(body), type, seq, at });
    if (parsed.success) return parsed.data;
    throw new VivaError(
      'storage-failed',
      `Event ${seq} (${type}) of session ${sessionId} in ${this.#file} cannot be read: restore the file from a backup, or remove the session.`,
      { cause: parsed.error, context: { sessionId, seq, type } },
    );
  }

  #write<T>(sessionId: string, work: () => T): T {
    if (sessionId === '')
      throw new VivaError('session-not-found', 'A session id is empty: give the id of a session.');
    return this.#run(() => inTransaction(this.#database, work));
  }

  #run<T>(work: () => T): T {
    // libsql keeps writing through a prepared statement after close(), so this guards it.
    if (this.#closed) {
      throw new VivaError(
        'storage-failed',
        `The session database ${this.#file} is closed: the server is stopping.`,
      );
    }
    try {
      return work();
    } catch (error) {
      throw storageError(error, this.#file, 'running');
    }
  }
}

/**
 * Makes a folder and those above it. What candidates say is theirs: it is closed to other users of the machine.
 * (Node's own `recursive` never returns where a folder refuses with "no such file", as /proc does.)
 */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  mkdirSync(folder, { mode: 0o700 });
}

function prepareAll(database: Database) {
  return {
    insertSession: database.prepare(
      'INSERT INTO sessions (session_id, token_hash, created_at) VALUES (?, ?, ?)',
    ),
    insertEvent: database.prepare(
      'INSERT INTO events (session_id, seq, at, type, client_id, body) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    last: database.prepare('SELECT seq, at FROM events WHERE session_id = ? ORDER BY seq DESC LIMIT 1'),
    read: database.prepare(
      'SELECT seq, at, type, body FROM events WHERE session_id = ? AND seq > ? ORDER BY seq',
    ),
    findMessage: database.prepare('SELECT seq FROM events WHERE session_id = ? AND client_id = ?'),
    token: database.prepare('SELECT token_hash FROM sessions WHERE session_id = ?'),
    list: database.prepare(
      `SELECT session_id, created_at,
              coalesce((SELECT max(seq) FROM events WHERE events.session_id = sessions.session_id), 0) AS last_seq
         FROM sessions ORDER BY created_at DESC, rowid DESC LIMIT ?`,
    ),
    remove: database.prepare('DELETE FROM sessions WHERE session_id = ?'),
  };
}

/** Numbers and stamps events; what could not be read back is refused before it is stored. */
function number(events: readonly NewEvent[], after: number, at: number): SessionEvent[] {
  return events.map((event, index) => {
    const parsed = sessionEventSchema.safeParse({ ...event, seq: after + index + 1, at });
    if (parsed.success) return parsed.data;
    throw new VivaError(
      'internal',
      `An event of type ${event.type} does not fit the protocol: nothing was stored.`,
      {
        cause: parsed.error,
        context: { type: event.type },
      },
    );
  });
}

function parseObject(json: string): object {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    // not JSON: the schema refuses the empty object, and that error names session and event
    return {};
  }
}

function sessionNotFound(sessionId: string): VivaError {
  return new VivaError(
    'session-not-found',
    `There is no session ${sessionId}: it was removed, or never made.`,
  );
}
