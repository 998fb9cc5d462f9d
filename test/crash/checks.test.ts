/** The checks of the kill test find what they are there for: each is shown a log that a clean one was spoilt into. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Libsql from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewEvent, SessionEvent } from '../../src/protocol.ts';
import { hashToken, newToken, sessionIdOf } from '../../src/server/tokens.ts';
import { openSqliteEventLog } from '../../src/sessions/sqlite-event-log.ts';
import { checkAnswers } from './check-answers.ts';
import { checkExports } from './check-exports.ts';
import { checkIndexFiles, leftovers } from './check-index.ts';
import { checkPromises, checkQuiet } from './check-log.ts';
import { ClientSession } from './client-session.ts';
import { House } from './house.ts';
import { readStored, type Stored } from './stored.ts';

const verdict = {
  keyPointId: 'zero',
  claim: 'B is zero',
  weight: 1,
  value: 'covered',
  confidence: 1,
  replySpan: { start: 0, end: 9, text: 'B is zero' },
  referenceSpan: { start: 0, end: 1, text: 'x', lang: 'en' },
} as const;

/** An interview of one message, with the id that its client gave it. */
function interview(clientId: string): NewEvent[] {
  const asked = { type: 'question.asked', entryId: 'a/1', kind: 'main', total: 2 } as const;
  return [
    { type: 'session.created', lang: 'en', mode: 'study' },
    { type: 'interview.planned', entryIds: ['a/1', 'a/2'], request: {} },
    { ...asked, number: 1, text: 'How?' },
    { type: 'message.received', clientId, text: 'B is zero', intent: 'reply', confidence: 1 },
    {
      type: 'reply.graded',
      entryId: 'a/1',
      replySeq: 4,
      scope: 'question',
      aided: false,
      grade: { state: 'graded', total: 10, verdicts: [verdict], misconceptions: [], judge: 'local' },
      feedback: 'good',
      lang: 'en',
    },
    { ...asked, entryId: 'a/2', number: 2, text: 'Why?' },
  ];
}

let session: ClientSession;
let messageId: string;
beforeEach(() => {
  session = new ClientSession({ lang: 'en', mode: 'study' });
  session.sessionId = sessionIdOf(session.token);
  const frame = session.plan({ type: 'message', text: 'B is zero', intent: 'reply' });
  messageId = frame.id;
  session.messages.get(messageId)!.acked = 4;
  for (const event of numbered(interview(messageId))) session.take(event);
});

function numbered(events: readonly NewEvent[]): SessionEvent[] {
  return events.map((event, index) => ({ ...event, seq: index + 1, at: 5 }));
}

/** What would be stored if these were the events of the session. */
function storedAs(events: readonly NewEvent[], more: Partial<Stored> = {}): Stored {
  const all = numbered(events);
  return {
    sessions: new Map([[session.sessionId!, { tokenHash: hashToken(session.token), events: all }]]),
    messages: all.flatMap((event) =>
      event.type === 'message.received'
        ? [{ sessionId: session.sessionId!, seq: event.seq, clientId: event.clientId, text: event.text }]
        : [],
    ),
    faults: [],
    ...more,
  };
}

function allFaults(stored: Stored): string[] {
  return [...checkQuiet(stored, [session]), ...checkAnswers(stored)];
}

/** The clean events with one of them (by its number) replaced; by nothing, when it is left out. */
function spoilt(seq: number, ...by: readonly object[]): NewEvent[] {
  const events = interview(messageId);
  events.splice(seq - 1, 1, ...(by as NewEvent[]));
  return events;
}

describe('the checks of the log', () => {
  it('find nothing in a clean one', () => {
    expect(allFaults(storedAs(interview(messageId)))).toEqual([]);
  });

  it('find an acknowledged message that is not stored, right after the kill too', () => {
    const stored = storedAs(interview(messageId).slice(0, 3));
    expect(checkPromises(stored, [session]).join()).toContain('acknowledged as 4, is stored 0 times');
    expect(allFaults(stored).join()).toContain('was sent, and is stored 0 times');
  });

  it('find a message that is stored twice, elsewhere, otherwise, or that nobody sent', () => {
    const clean = interview(messageId);
    const copy = {
      type: 'message.received',
      clientId: messageId,
      text: 'B is zero',
      intent: 'reply',
      confidence: 1,
    };
    expect(allFaults(storedAs([...clean, copy as NewEvent])).join()).toContain('is stored 2 times');
    expect(allFaults(storedAs(spoilt(4, { ...copy, text: 'B is one' }))).join()).toContain(
      'with another text',
    );
    expect(allFaults(storedAs(spoilt(4, { ...copy, clientId: 'm' }))).join()).toContain('nobody sent it');
    const moved = { sessionId: 'other', seq: 4, clientId: messageId, text: 'B is zero' };
    expect(allFaults(storedAs(clean, { messages: [moved] })).join()).toContain('in another session');
  });

  it('find an event that was sent and is not stored, or is stored otherwise, or was never sent', () => {
    const clean = interview(messageId);
    expect(checkPromises(storedAs(clean.slice(0, 5)), [session]).join()).toContain(
      'event 6 (question.asked) was sent',
    );
    const other = { ...clean[5], text: 'What?' } as NewEvent;
    expect(allFaults(storedAs(spoilt(6, other))).join()).toContain('stored otherwise than it was sent');
    const said: NewEvent = { type: 'coach.said', about: 'nudge', text: 'Well?' };
    expect(allFaults(storedAs([...clean, said])).join()).toContain('6 events at its client, 7 stored');
  });

  it('find a gap, a clock that runs backwards, and an event that comes twice', () => {
    const stored = storedAs(interview(messageId));
    const { events, tokenHash } = stored.sessions.get(session.sessionId!)!;
    const changed = (how: (event: SessionEvent) => SessionEvent) =>
      allFaults({
        ...stored,
        sessions: new Map([[session.sessionId!, { tokenHash, events: events.map(how) }]]),
      });
    expect(changed((event) => (event.seq === 6 ? { ...event, seq: 7 } : event)).join()).toContain(
      'stands in place 6',
    );
    expect(changed((event) => (event.seq === 6 ? { ...event, at: 4 } : event)).join()).toContain(
      'is older than',
    );
    expect(session.take(session.view[5]!)).toContain('event 6 came after event 6');
  });

  it('find a session that no client can reach, and one that was opened and is not stored', () => {
    const token = newToken();
    const stored = storedAs(interview(messageId));
    const orphan = { tokenHash: hashToken(token), events: [] };
    const more = new Map([...stored.sessions, [sessionIdOf(token), orphan]]);
    expect(allFaults({ ...stored, sessions: more }).join()).toContain('no client can reach it');
    expect(checkPromises({ ...stored, sessions: new Map() }, [session]).join()).toContain('is not stored');
  });

  it('find a message without an answer, half an answer, and two answers', () => {
    const clean = interview(messageId);
    expect(allFaults(storedAs(clean.slice(0, 4))).join()).toContain('message 4 was never answered');
    const hint: NewEvent = { type: 'hint.given', entryId: 'a/2', level: 1, text: 'Look.' };
    expect(allFaults(storedAs([...clean, hint, hint])).join()).toContain('answered with hint.given twice');
    const skipped: NewEvent = { type: 'question.skipped', entryId: 'a/2', reason: 'skip' };
    expect(allFaults(storedAs([...clean, skipped])).join()).toContain('the interview is at no question');
  });

  it('find a grade of no reply, of another question, given twice, or with words that nobody said', () => {
    const clean = interview(messageId);
    const grade = clean[4] as Extract<NewEvent, { type: 'reply.graded' }>;
    expect(allFaults(storedAs(spoilt(5, { ...grade, replySeq: 3 }))).join()).toContain('no reply before it');
    expect(allFaults(storedAs(spoilt(5, { ...grade, entryId: 'a/2' }))).join()).toContain('is of entry a/2');
    expect(allFaults(storedAs([...clean, grade])).join()).toContain('reply 4 is graded again');
    const invented = { ...verdict, replySpan: { start: 0, end: 9, text: 'B is one!' } };
    const quoted = { ...grade, grade: { ...grade.grade, verdicts: [invented] } };
    expect(allFaults(storedAs(spoilt(5, quoted))).join()).toContain('words for zero that are not in reply 4');
    // One that a judge could not give is given later.
    const waiting = { ...grade, grade: { ...grade.grade, state: 'ungraded', total: null, verdicts: [] } };
    expect(checkAnswers(storedAs([...spoilt(5, waiting), grade]))).toEqual([]);
  });
});

describe('the checks of files and exports', () => {
  let house: House;
  beforeEach(() => {
    house = new House();
  });
  afterEach(() => {
    house.remove();
  });

  it('read what was stored, and find a file that is damaged', async () => {
    const file = join(house.data, 'viva.db');
    const log = openSqliteEventLog({ file, now: () => 5 });
    await log.create(session.sessionId!, hashToken(session.token), interview(messageId));
    const stored = readStored(house.data, join(house.folder, 'copies'));
    expect([...stored.faults, ...allFaults(stored)]).toEqual([]);
    await log.close();
    const database = new Libsql(file);
    database.exec('PRAGMA foreign_keys = OFF');
    database.exec('DELETE FROM sessions');
    database.close();
    expect(readStored(house.data, join(house.folder, 'copies')).faults.join()).toContain('foreign_key_check');
  });

  it('find a generation that is not whole, and what a dead ingestion left', () => {
    expect(checkIndexFiles(house)).toEqual([]);
    const folder = join(house.index, 'generations', 'g');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(house.index, 'current'), 'g\n');
    expect(checkIndexFiles(house).join()).toContain('cannot be read');
    writeFileSync(join(folder, 'manifest.json'), '{"files":{"chunks":{"bytes":3,"sha256":"0"}}}');
    writeFileSync(join(folder, 'chunks'), 'abc');
    expect(checkIndexFiles(house)).toEqual(['generation g: chunks is not what its manifest says']);
    expect(leftovers(house)).toEqual([]);
    writeFileSync(join(house.index, 'ingest.lock'), '');
    mkdirSync(join(house.index, 'generations', 'h'));
    expect(leftovers(house)).toHaveLength(2);
    rmSync(join(house.index, 'generations'), { recursive: true });
    expect(leftovers(house).join()).toContain('0 generations');
  });

  it('find an export that is not what the events come to', async () => {
    const stored = storedAs(interview(messageId));
    const { createServer } = await import('node:http');
    const server = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const faults = await checkExports(`http://127.0.0.1:${port}`, stored, [session]);
    expect(faults.join()).toContain('not what its events come to');
    await new Promise((resolve) => server.close(resolve));
  });
});
