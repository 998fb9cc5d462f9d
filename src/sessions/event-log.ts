/** The seam of the event log: every fact of every session, numbered, stored before it is acknowledged. */
import type { NewEvent, SessionEvent } from '../protocol.ts';

export interface SessionSummary {
  readonly sessionId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly lastSeq: number;
}

export interface EventLog {
  /**
   * Creates a session with its first events.
   * @param tokenHash SHA-256 of the session's token, hex; the token itself is never stored.
   */
  create(sessionId: string, tokenHash: string, events: readonly NewEvent[]): Promise<readonly SessionEvent[]>;

  /**
   * Appends events in one transaction, numbered from `expectedSeq + 1`; all or none are stored.
   * @throws VivaError `message-conflict` when the session has moved past `expectedSeq`, or when a
   * message id is stored already; `session-not-found`; `storage-failed`.
   */
  append(
    sessionId: string,
    expectedSeq: number,
    events: readonly NewEvent[],
  ): Promise<readonly SessionEvent[]>;

  /** Events with `seq > after`, in order, the first `limit` of them. Default: all. @throws VivaError `session-not-found`. */
  read(sessionId: string, after?: number, limit?: number): Promise<readonly SessionEvent[]>;

  /** The `seq` of the stored message with this client id, or null. */
  findMessage(sessionId: string, clientId: string): Promise<number | null>;

  /** SHA-256 of the session's token, hex; null when there is no such session. */
  tokenHash(sessionId: string): Promise<string | null>;

  /** Youngest first. */
  list(limit: number): Promise<readonly SessionSummary[]>;

  /** Sessions with replies whose last grade is not `graded`, the longest waiting first. */
  waiting(limit: number): Promise<readonly string[]>;

  /** Removes a session and everything stored of it; a turn that still runs cannot store into it any more. */
  remove(sessionId: string): Promise<void>;

  /** Removes at most `limit` sessions whose last event is older than `before` (ms since the epoch); gives their ids. */
  removeUntouched(before: number, limit: number): Promise<readonly string[]>;

  /**
   * Resolves when events can be stored, as far as the last attempt tells; after one that failed, tries anew.
   * @throws VivaError `storage-failed`, whose `context.trouble` says in a word what is wrong
   */
  check(): Promise<void>;

  close(): Promise<void>;
}
