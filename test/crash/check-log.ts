/** The log against what clients know: nothing acknowledged is missing, nothing is there twice, views and log agree. */
import { isDeepStrictEqual } from 'node:util';
import { pendingMessage, fold } from '../../src/coach/state.ts';
import type { SessionEvent } from '../../src/protocol.ts';
import { hashToken } from '../../src/server/tokens.ts';
import type { ClientSession } from './client-session.ts';
import type { Stored } from './stored.ts';

/** Right after a kill: what a client was told before it is stored. More may be. */
export function checkPromises(stored: Stored, sessions: readonly ClientSession[]): string[] {
  const copies = countBy(stored.messages.map(({ clientId }) => clientId));
  const at = new Map(stored.messages.map((message) => [message.clientId, message]));
  const faults: string[] = [];
  for (const session of sessions) {
    for (const [id, { frame, acked }] of session.messages) {
      if (acked === null) continue;
      const where = `message ${id} of session ${session.sessionId}, acknowledged as ${acked},`;
      const found = at.get(id);
      const count = copies.get(id) ?? 0;
      if (count !== 1) faults.push(`${where} is stored ${count} times`);
      else if (found?.seq !== acked) faults.push(`${where} is stored as ${found?.seq}`);
      else if (found.text !== frame.text) faults.push(`${where} is stored with another text`);
      else if (found.sessionId !== session.sessionId) faults.push(`${where} is stored in another session`);
    }
    if (session.sessionId === null) continue;
    const events = stored.sessions.get(session.sessionId)?.events;
    if (events === undefined) faults.push(`session ${session.sessionId} was opened and is not stored`);
    else faults.push(...compareViews(session, events));
  }
  return faults;
}

/**
 * Once every client is quiet: nothing but what clients did is stored, everything is answered, and everybody knows it.
 * @param hasLeft sessions that nobody is in: a grade may have been refined there since
 */
export function checkQuiet(
  stored: Stored,
  sessions: readonly ClientSession[],
  hasLeft: (session: ClientSession) => boolean = () => false,
): string[] {
  const faults = checkPromises(stored, sessions);
  const known = new Map(sessions.map((session) => [session.sessionId, session]));
  for (const [sessionId, { events, tokenHash }] of stored.sessions) {
    const session = known.get(sessionId);
    if (session === undefined) {
      faults.push(`session ${sessionId} with ${events.length} events is stored, and no client can reach it`);
      continue;
    }
    if (hashToken(session.token) !== tokenHash) faults.push(`session ${sessionId} has another token's hash`);
    if (session.view.length !== events.length && !hasLeft(session)) {
      faults.push(
        `session ${sessionId}: ${session.view.length} events at its client, ${events.length} stored`,
      );
    }
    const pending = pendingMessage(fold(events));
    if (pending !== null) faults.push(`session ${sessionId}: message ${pending.seq} was never answered`);
    faults.push(...checkOrder(sessionId, events));
  }
  const sent = new Set(sessions.flatMap(({ messages }) => [...messages.keys()]));
  const copies = countBy(stored.messages.map(({ clientId }) => clientId));
  for (const id of sent) {
    if (copies.get(id) !== 1)
      faults.push(`message ${id} was sent, and is stored ${copies.get(id) ?? 0} times`);
  }
  for (const id of copies.keys())
    if (!sent.has(id)) faults.push(`message ${id} is stored, and nobody sent it`);
  return [...new Set(faults)];
}

function compareViews(session: ClientSession, events: readonly SessionEvent[]): string[] {
  for (const [index, seen] of session.view.entries()) {
    const event = events[index];
    if (event === undefined) {
      return [`session ${session.sessionId}: event ${seen.seq} (${seen.type}) was sent and is not stored`];
    }
    if (!isSame(seen, event)) {
      return [
        `session ${session.sessionId}: event ${seen.seq} (${seen.type}) is stored otherwise than it was sent`,
      ];
    }
  }
  return [];
}

/** In a mock interview a grade is sent without its verdicts; all else of it is as stored. */
function isSame(seen: SessionEvent, event: SessionEvent): boolean {
  if (seen.type !== 'reply.graded' || event.type !== 'reply.graded' || seen.grade.reason !== 'mock') {
    return isDeepStrictEqual(seen, event);
  }
  return isDeepStrictEqual({ ...seen, grade: null, feedback: '' }, { ...event, grade: null, feedback: '' });
}

function checkOrder(sessionId: string, events: readonly SessionEvent[]): string[] {
  const faults: string[] = [];
  for (const [index, { seq, at }] of events.entries()) {
    if (seq !== index + 1) faults.push(`session ${sessionId}: event ${seq} stands in place ${index + 1}`);
    if (at < (events[index - 1]?.at ?? 0))
      faults.push(`session ${sessionId}: event ${seq} is older than the one before`);
  }
  return faults;
}

function countBy(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
