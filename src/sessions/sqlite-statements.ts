/** The statements of the event log on SQLite, and the rows that they give. */
import type { Database } from 'libsql';
import { z } from 'zod';
import { VivaError } from '../errors.ts';
import { sessionEventSchema, type NewEvent, type SessionEvent } from '../protocol.ts';

export const rows = {
  event: z.object({ seq: z.int(), at: z.int(), type: z.string(), body: z.string() }),
  summary: z.object({ session_id: z.string(), created_at: z.int(), last_seq: z.int() }),
  last: z.object({ seq: z.int(), at: z.int() }),
  seq: z.object({ seq: z.int() }),
  token: z.object({ token_hash: z.string() }),
  id: z.object({ session_id: z.string() }),
  checkpoint: z.object({ busy: z.int() }),
};

export type Statements = ReturnType<typeof prepareStatements>;

export function prepareStatements(database: Database) {
  return {
    insertSession: database.prepare(
      'INSERT INTO sessions (session_id, token_hash, created_at) VALUES (?, ?, ?)',
    ),
    insertEvent: database.prepare(
      'INSERT INTO events (session_id, seq, at, type, client_id, body) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    last: database.prepare('SELECT seq, at FROM events WHERE session_id = ? ORDER BY seq DESC LIMIT 1'),
    read: database.prepare(
      'SELECT seq, at, type, body FROM events WHERE session_id = ? AND seq > ? ORDER BY seq LIMIT ?',
    ),
    findMessage: database.prepare('SELECT seq FROM events WHERE session_id = ? AND client_id = ?'),
    token: database.prepare('SELECT token_hash FROM sessions WHERE session_id = ?'),
    list: database.prepare(
      `SELECT session_id, created_at,
              coalesce((SELECT max(seq) FROM events WHERE events.session_id = sessions.session_id), 0) AS last_seq
         FROM sessions ORDER BY created_at DESC, rowid DESC LIMIT ?`,
    ),
    /** The last grade of each reply decides. */
    waiting: database.prepare(
      `SELECT session_id FROM (
         SELECT session_id, max(seq) AS seq, at, json_extract(body, '$.grade.state') AS state
           FROM events WHERE type = 'reply.graded'
          GROUP BY session_id, json_extract(body, '$.replySeq'))
        WHERE state <> 'graded' GROUP BY session_id ORDER BY min(at) LIMIT ?`,
    ),
    remove: database.prepare('DELETE FROM sessions WHERE session_id = ?'),
    untouched: database.prepare(
      `SELECT session_id FROM sessions
        WHERE coalesce((SELECT at FROM events WHERE events.session_id = sessions.session_id ORDER BY seq DESC LIMIT 1),
                       created_at) < ?
        LIMIT ?`,
    ),
    /** Moves the write-ahead log into the file and empties it. */
    checkpoint: database.prepare('PRAGMA wal_checkpoint(TRUNCATE)'),
  };
}

/** Numbers and stamps events; what could not be read back is refused before it is stored. */
export function numberEvents(events: readonly NewEvent[], after: number, at: number): SessionEvent[] {
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

/** An event as it was stored. @throws VivaError `storage-failed` naming session and event */
export function parseEvent(row: unknown, sessionId: string, file: string): SessionEvent {
  const { seq, at, type, body } = rows.event.parse(row);
  const parsed = sessionEventSchema.safeParse({ ...parseObject(body), type, seq, at });
  if (parsed.success) return parsed.data;
  throw new VivaError(
    'storage-failed',
    `Event ${seq} (${type}) of session ${sessionId} in ${file} cannot be read: restore the file from a backup, or remove the session.`,
    { cause: parsed.error, context: { sessionId, seq, type } },
  );
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
