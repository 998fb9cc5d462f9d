/** What is on the disk, read from a copy by plain SQL and not by the code under test. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Libsql, { type Database } from 'libsql';
import { sessionEventSchema, type SessionEvent } from '../../src/protocol.ts';

export interface StoredSession {
  readonly tokenHash: string;
  readonly events: readonly SessionEvent[];
}

export interface Stored {
  readonly sessions: ReadonlyMap<string, StoredSession>;
  /** Rows of `message.received`, over all sessions. */
  readonly messages: readonly { sessionId: string; seq: number; clientId: string; text: string }[];
  /** What SQLite finds wrong with the file. */
  readonly faults: readonly string[];
}

/**
 * Copies the database with its write-ahead log as they are and reads the copy, so that what a killed process left is
 * still there for the next one. To be called while nobody writes.
 */
export function readStored(dataFolder: string, scratch: string): Stored {
  mkdirSync(scratch, { recursive: true });
  const folder = mkdtempSync(join(scratch, 'copy-'));
  try {
    for (const name of ['viva.db', 'viva.db-wal']) {
      if (existsSync(join(dataFolder, name))) cpSync(join(dataFolder, name), join(folder, name));
    }
    const database = new Libsql(join(folder, 'viva.db'));
    try {
      return read(database);
    } finally {
      database.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read(database: Database): Stored {
  const all = <T>(sql: string) => database.prepare(sql).all() as T[];
  const faults = all<{ integrity_check: string }>('PRAGMA integrity_check')
    .map((row) => row.integrity_check)
    .filter((line) => line !== 'ok')
    .map((line) => `integrity_check: ${line}`);
  for (const row of all<object>('PRAGMA foreign_key_check')) {
    faults.push(`foreign_key_check: ${JSON.stringify(row)}`);
  }
  const sessions = new Map<string, { tokenHash: string; events: SessionEvent[] }>();
  for (const row of all<{ session_id: string; token_hash: string }>('SELECT * FROM sessions')) {
    sessions.set(row.session_id, { tokenHash: row.token_hash, events: [] });
  }
  const messages: { sessionId: string; seq: number; clientId: string; text: string }[] = [];
  type Row = {
    session_id: string;
    seq: number;
    at: number;
    type: string;
    client_id: string | null;
    body: string;
  };
  for (const row of all<Row>('SELECT * FROM events ORDER BY session_id, seq')) {
    const { session_id: sessionId, seq, at, type } = row;
    const body = JSON.parse(row.body) as object;
    const event = sessionEventSchema.parse({ ...body, seq, at, type });
    sessions.get(sessionId)?.events.push(event);
    if (event.type !== 'message.received') continue;
    if (event.clientId !== row.client_id)
      faults.push(`session ${sessionId}: event ${seq} has two client ids`);
    messages.push({ sessionId, seq, clientId: event.clientId, text: event.text });
  }
  return { sessions, messages, faults };
}
