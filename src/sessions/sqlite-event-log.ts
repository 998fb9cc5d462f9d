/** The event log in one SQLite file: what a single server uses. */
import { setTimeout as sleep } from 'node:timers/promises';
import Libsql, { type Database } from 'libsql';
import { VivaError } from '../errors.ts';
import type { NewEvent, SessionEvent } from '../protocol.ts';
import { DataLock } from './data-lock.ts';
import type { EventLog, SessionSummary } from './event-log.ts';
import { schemaVersion } from './migrations.ts';
import { OpenFile } from './open-file.ts';
import { isBusy, isUniqueViolation, storageError } from './sqlite-errors.ts';
import { numberEvents, parseEvent, prepareStatements, rows, type Statements } from './sqlite-statements.ts';
import { asOfNow, busyPause, inTransaction, onceFree } from './sqlite-transaction.ts';
import { upgrade } from './upgrade.ts';
import { mustBeSound, schemaOf } from './verify-database.ts';

export interface SqliteEventLogOptions {
  /** Path of the database; ':memory:' keeps everything in memory. Its folder is made when it is missing. */
  readonly file: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** How long a request waits for another process's write, ms; other requests go on meanwhile. Default 5000. */
  readonly busyTimeoutMs?: number;
  /** Told before an older database is changed, and where its copy is. */
  readonly say?: (message: string) => void;
}

/**
 * Opens (and makes or upgrades) the session database. Write-ahead log, `synchronous=FULL`: an
 * acknowledged event survives a crash of the process and of the machine. What is deleted is overwritten.
 * @throws VivaError `data-unwritable`, `data-in-use`, `storage-newer` or `storage-failed`, saying what to do.
 */
export function openSqliteEventLog(options: SqliteEventLogOptions): EventLog {
  const { file, busyTimeoutMs = 5_000 } = options;
  const lock = file === ':memory:' ? null : DataLock.share(file);
  let database: Database | undefined;
  try {
    // From here on waiting is done without SQLite, which would hold up the process.
    const opened = (database = new Libsql(file, { timeout: 0 }));
    onceFree(busyTimeoutMs, () => {
      // Before anything is written: what is not ours, or damaged, is left as it is.
      asOfNow(opened, () => {
        schemaOf(opened, file);
        mustBeSound(opened, file);
      });
      // `fullfsync` counts on macOS alone, whose fsync leaves data in the drive's own cache.
      opened.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;');
      opened.exec('PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;');
    });
    onceFree(busyTimeoutMs, () =>
      upgrade(opened, { file, lock, ...(options.say ? { say: options.say } : {}) }),
    );
    return new SqliteEventLog(opened, lock, { ...options, busyTimeoutMs });
  } catch (error) {
    database?.close();
    lock?.release();
    throw storageError(error, file, 'opening');
  }
}

class SqliteEventLog implements EventLog {
  readonly #database: Database;
  readonly #lock: DataLock | null;
  readonly #file: string;
  readonly #now: () => number;
  readonly #busyTimeoutMs: number;
  readonly #sql: Statements;
  readonly #open: OpenFile | null;
  #closed = false;
  #failure: VivaError | null = null;
  /** Deleted content stands in the write-ahead log still. */
  #unerased = false;

  constructor(
    database: Database,
    lock: DataLock | null,
    options: Required<Omit<SqliteEventLogOptions, 'say'>>,
  ) {
    this.#database = database;
    this.#lock = lock;
    this.#file = options.file;
    this.#now = options.now;
    this.#busyTimeoutMs = options.busyTimeoutMs;
    this.#sql = prepareStatements(database);
    this.#open = lock === null ? null : new OpenFile(options.file);
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
      return this.#insert(sessionId, numberEvents(events, 0, at));
    });
  }

  async append(
    sessionId: string,
    expectedSeq: number,
    events: readonly NewEvent[],
  ): Promise<readonly SessionEvent[]> {
    return this.#write(sessionId, () => {
      this.#mustExist(sessionId);
      const last = rows.last.optional().parse(this.#sql.last.get(sessionId)) ?? { seq: 0, at: 0 };
      if (last.seq !== expectedSeq) {
        throw new VivaError(
          'message-conflict',
          `Session ${sessionId} is at event ${last.seq}, not ${expectedSeq}: read it again and try once more.`,
          { context: { sessionId, expectedSeq, lastSeq: last.seq } },
        );
      }
      // A clock that was set back must not put an event before the one it follows.
      const at = Math.max(last.at, Math.floor(this.#now()));
      return this.#insert(sessionId, numberEvents(events, expectedSeq, at));
    });
  }

  async read(sessionId: string, after = 0, limit = -1): Promise<readonly SessionEvent[]> {
    return this.#run(() => {
      const found = this.#sql.read.all(sessionId, after, limit);
      if (found.length === 0) this.#mustExist(sessionId);
      return found.map((row) => parseEvent(row, sessionId, this.#file));
    });
  }

  async findMessage(sessionId: string, clientId: string): Promise<number | null> {
    return this.#run(
      () => rows.seq.optional().parse(this.#sql.findMessage.get(sessionId, clientId))?.seq ?? null,
    );
  }

  async tokenHash(sessionId: string): Promise<string | null> {
    return this.#run(() => this.#tokenHash(sessionId));
  }

  async list(limit: number): Promise<readonly SessionSummary[]> {
    return this.#run(() =>
      this.#sql.list.all(limit).map((row) => {
        const { session_id: sessionId, created_at: createdAt, last_seq: lastSeq } = rows.summary.parse(row);
        return { sessionId, createdAt, lastSeq };
      }),
    );
  }

  async waiting(limit: number): Promise<readonly string[]> {
    return this.#run(() => this.#sql.waiting.all(limit).map((row) => rows.id.parse(row).session_id));
  }

  async remove(sessionId: string): Promise<void> {
    await this.#write(sessionId, () => {
      this.#unerased = true;
      this.#sql.remove.run(sessionId);
    });
  }

  async removeUntouched(before: number, limit: number): Promise<readonly string[]> {
    return this.#transaction(() => {
      const ids = this.#sql.untouched.all(before, limit).map((row) => rows.id.parse(row).session_id);
      if (ids.length > 0) this.#unerased = true;
      for (const id of ids) this.#sql.remove.run(id);
      return ids;
    });
  }

  async check(): Promise<void> {
    const failure = this.#failure;
    // A damaged file may take a small write and lose the next large one: only a restore mends it.
    if (failure?.context['trouble'] === 'damaged') throw failure;
    this.#open?.mustBeInPlace();
    if (failure === null) return;
    // Writes the first page anew, as it is.
    this.#attempt(() => this.#database.exec(`PRAGMA user_version = ${schemaVersion}`));
    this.#failure = null;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#fold();
    this.#database.close();
    this.#lock?.release();
  }

  /** Leaves one file that holds everything, when nobody else uses it. */
  #fold(): void {
    try {
      if (this.#lock?.tryOwn() === true) this.#database.exec('PRAGMA journal_mode = DELETE');
      else this.#emptyWriteAheadLog();
    } catch {
      // A full disk, or a reader that takes no lock of ours: the write-ahead log stays, and nothing is lost.
    }
  }

  #tokenHash(sessionId: string): string | null {
    return rows.token.optional().parse(this.#sql.token.get(sessionId))?.token_hash ?? null;
  }

  #mustExist(sessionId: string): void {
    if (this.#tokenHash(sessionId) !== null) return;
    throw new VivaError(
      'session-not-found',
      `There is no session ${sessionId}: it was removed, or never made.`,
    );
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

  async #write<T>(sessionId: string, work: () => T): Promise<T> {
    if (sessionId === '')
      throw new VivaError('session-not-found', 'A session id is empty: give the id of a session.');
    return this.#transaction(work);
  }

  async #transaction<T>(work: () => T): Promise<T> {
    const result = await this.#run(() => {
      this.#open?.mustBeInPlace();
      return inTransaction(this.#database, work);
    });
    this.#failure = null;
    if (this.#unerased) this.#emptyWriteAheadLog();
    return result;
  }

  /** Does the work once nobody else holds the database, or gives up when that takes too long. */
  async #run<T>(work: () => T): Promise<T> {
    const deadline = performance.now() + this.#busyTimeoutMs;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return this.#attempt(work);
      } catch (error) {
        const busy = error instanceof VivaError && isBusy(error.cause);
        if (!busy || performance.now() >= deadline) throw error;
      }
      await sleep(busyPause(attempt));
    }
  }

  #attempt<T>(work: () => T): T {
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
      const translated = storageError(error, this.#file, 'running');
      if (translated.context['trouble'] !== undefined) this.#failure = translated;
      throw translated;
    }
  }

  /** Deleted content is overwritten in the file at once; the write-ahead log may hold it until it is emptied. */
  #emptyWriteAheadLog(): void {
    try {
      const { busy } = rows.checkpoint.parse(this.#sql.checkpoint.get());
      if (busy === 0) this.#unerased = false;
    } catch {
      // A full disk, a reader in another process: tried again after the next write and when the log is closed.
    }
  }
}
