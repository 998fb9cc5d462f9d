/// <reference types="node" />
/** Sessions written into a server's database before it starts, as it would have stored them itself. */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Grade, NewEvent } from '../../src/protocol.ts';
import { hashToken, newToken } from '../../src/server/tokens.ts';
import { openSqliteEventLog } from '../../src/sessions/sqlite-event-log.ts';

/** What a browser remembers of a session. */
export interface RememberedSession {
  readonly sessionId: string;
  readonly token: string;
}

/** Stores a session in the data folder and gives what opens it. */
export async function storeSession(data: string, events: readonly NewEvent[]): Promise<RememberedSession> {
  mkdirSync(data, { recursive: true });
  const log = openSqliteEventLog({ file: join(data, 'viva.db'), now: Date.now });
  const session = { sessionId: randomUUID(), token: newToken() };
  try {
    await log.create(session.sessionId, hashToken(session.token), events);
  } finally {
    await log.close();
  }
  return session;
}

export interface Words {
  question: string;
  reply: string;
  claim: string;
  reference: string;
  said: string;
}

/** An interview of `turns` graded replies; the last question is open. `words` gives the texts of each turn, from 0. */
export function interviewOf(turns: number, words: (turn: number) => Words): NewEvent[] {
  const entryId = (turn: number) => `seeded/entry/${String(turn)}`;
  const asked = (turn: number): NewEvent => ({
    type: 'question.asked',
    entryId: entryId(turn),
    kind: 'main',
    number: turn + 1,
    total: turns + 1,
    text: words(turn).question,
  });
  const events: NewEvent[] = [
    { type: 'session.created', lang: 'en', mode: 'study' },
    {
      type: 'interview.planned',
      entryIds: Array.from({ length: turns + 1 }, (_, turn) => entryId(turn)),
      request: {},
    },
    asked(0),
  ];
  for (let turn = 0; turn < turns; turn += 1) {
    const { reply, said } = words(turn);
    events.push({
      type: 'message.received',
      clientId: `m${String(turn)}`,
      text: reply,
      intent: 'reply',
      confidence: 1,
    });
    events.push({
      type: 'reply.graded',
      entryId: entryId(turn),
      replySeq: events.length,
      scope: 'question',
      aided: false,
      grade: gradeOf(words(turn)),
      feedback: said,
      lang: 'en',
    });
    events.push(asked(turn + 1));
  }
  return events;
}

function gradeOf({ reply, claim, reference }: Words): Grade {
  // Two thirds are marked, the last one is not: both are drawn.
  const third = Math.ceil(reply.length / 3);
  const spans = [
    { start: 0, end: third, text: reply.slice(0, third) },
    { start: third, end: 2 * third, text: reply.slice(third, 2 * third) },
  ];
  const referenceSpan = { start: 0, end: reference.length, text: reference, lang: 'en' as const };
  const verdict = (keyPointId: string, value: 'covered' | 'partial' | 'missing' | 'contradicted') => ({
    keyPointId,
    claim,
    weight: 2,
    value,
    confidence: 0.8,
    replySpan: value === 'missing' ? null : (spans[value === 'covered' ? 0 : 1] ?? null),
    referenceSpan,
  });
  return {
    state: 'graded',
    total: 4,
    judge: 'seeded',
    verdicts: [
      verdict('one', 'covered'),
      verdict('two', 'partial'),
      verdict('three', 'missing'),
      verdict('four', 'contradicted'),
    ],
    misconceptions: [
      {
        misconceptionId: 'belief',
        belief: claim,
        correction: reference,
        replySpan: spans[1] ?? { start: 0, end: 0, text: '' },
        cost: 0,
        confidence: 0.8,
      },
    ],
  };
}
