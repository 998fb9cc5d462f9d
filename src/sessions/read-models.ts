/** What a session came to, rebuilt from its events: a pure fold, never stored. */
import type { Answer, Grade, Lang, Mode, Report, SessionEvent } from '../protocol.ts';

type EventOf<T extends SessionEvent['type']> = Extract<SessionEvent, { type: T }>;

/** A question as it was put to the candidate. */
export interface AskedQuestion {
  readonly seq: number;
  readonly entryId: string;
  readonly kind: 'main' | 'follow-up';
  readonly number: number;
  readonly text: string;
}

export interface Dispute {
  readonly keyPointId: string;
  readonly outcome: EventOf<'dispute.resolved'>['outcome'];
  readonly before: EventOf<'dispute.resolved'>['before'];
  readonly after: EventOf<'dispute.resolved'>['after'];
  readonly text: string;
}

/** A question, and the reply to it when there was one. A question replied to twice makes two turns. */
export interface Turn {
  readonly question: AskedQuestion;
  readonly reply: { readonly seq: number; readonly at: number; readonly text: string } | null;
  /** null before the reply is graded. A regraded reply shows its last grade. */
  readonly grade: Grade | null;
  readonly feedback: string;
  readonly aided: boolean;
  readonly hints: readonly string[];
  readonly skipped: EventOf<'question.skipped'>['reason'] | null;
  readonly disputes: readonly Dispute[];
}

/** A free question about the material, and its answer. */
export interface Consultation {
  readonly seq: number;
  readonly question: string;
  readonly answer: Answer;
}

export interface SessionRecord {
  readonly lastSeq: number;
  /** Milliseconds since the epoch; 0 before the first event. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly lang: Lang;
  readonly mode: Mode;
  readonly turns: readonly Turn[];
  readonly consultations: readonly Consultation[];
  /** The last report made. */
  readonly report: Report | null;
  readonly ended: boolean;
}

/** A session without events. */
export const emptyRecord: SessionRecord = {
  lastSeq: 0,
  createdAt: 0,
  updatedAt: 0,
  lang: 'zh',
  mode: 'study',
  turns: [],
  consultations: [],
  report: null,
  ended: false,
};

type Messages = ReadonlyMap<number, { readonly seq: number; readonly at: number; readonly text: string }>;

/** Rebuilds the record of a session from its events, in order. */
export function buildRecord(events: readonly SessionEvent[]): SessionRecord {
  const messages: Messages = new Map(
    events
      .filter((event) => event.type === 'message.received')
      .map(({ seq, at, text }) => [seq, { seq, at, text }]),
  );
  return events.reduce(
    (record, event) => apply({ ...record, lastSeq: event.seq, updatedAt: event.at }, event, messages),
    emptyRecord,
  );
}

function apply(record: SessionRecord, event: SessionEvent, messages: Messages): SessionRecord {
  switch (event.type) {
    case 'session.created':
      return { ...record, createdAt: event.at, lang: event.lang, mode: event.mode };
    case 'language.changed':
      return { ...record, lang: event.lang };
    case 'mode.changed':
      return { ...record, mode: event.mode };
    case 'interview.planned':
      return { ...record, ended: false };
    case 'question.asked':
      return { ...record, turns: [...record.turns, newTurn(event)] };
    case 'hint.given':
      return changeLast(record, event.entryId, (turn) => ({
        ...turn,
        aided: true,
        hints: [...turn.hints, event.text],
      }));
    case 'reference.shown':
      return changeLast(record, event.entryId, (turn) => (turn.reply ? turn : { ...turn, aided: true }));
    case 'question.skipped':
      return changeLast(record, event.entryId, (turn) => ({ ...turn, skipped: event.reason }));
    case 'reply.graded':
      return withGrade(record, event, messages);
    case 'dispute.resolved':
      return withDispute(record, event);
    case 'answer.given': {
      const { seq, question, answer } = event;
      return { ...record, consultations: [...record.consultations, { seq, question, answer }] };
    }
    case 'report.made':
      return { ...record, report: event.report };
    case 'interview.ended':
      return { ...record, ended: true };
    case 'message.received':
    case 'coach.said':
      return record;
  }
}

function newTurn({ seq, entryId, kind, number, text }: EventOf<'question.asked'>): Turn {
  return {
    question: { seq, entryId, kind, number, text },
    reply: null,
    grade: null,
    feedback: '',
    aided: false,
    hints: [],
    skipped: null,
    disputes: [],
  };
}

function changeLast(record: SessionRecord, entryId: string, how: (turn: Turn) => Turn): SessionRecord {
  return changeAt(
    record,
    record.turns.findLastIndex((turn) => turn.question.entryId === entryId),
    how,
  );
}

function changeAt(record: SessionRecord, index: number, how: (turn: Turn) => Turn): SessionRecord {
  const turn = record.turns[index];
  return turn === undefined ? record : { ...record, turns: record.turns.with(index, how(turn)) };
}

/** Fills the open turn, replaces the grade of a reply judged before, or adds a turn for a second reply. */
function withGrade(record: SessionRecord, event: EventOf<'reply.graded'>, messages: Messages): SessionRecord {
  const result = { grade: event.grade, feedback: event.feedback, aided: event.aided };
  const again = record.turns.findIndex((turn) => turn.reply?.seq === event.replySeq);
  if (again >= 0) return changeAt(record, again, (turn) => ({ ...turn, ...result }));
  const reply = messages.get(event.replySeq) ?? { seq: event.replySeq, at: event.at, text: '' };
  const index = record.turns.findLastIndex((turn) => turn.question.entryId === event.entryId);
  const turn = record.turns[index];
  if (turn === undefined) return record;
  if (turn.reply === null) return changeAt(record, index, (open) => ({ ...open, ...result, reply }));
  return { ...record, turns: [...record.turns, { ...turn, ...result, reply, hints: [], disputes: [] }] };
}

function withDispute(record: SessionRecord, event: EventOf<'dispute.resolved'>): SessionRecord {
  const { keyPointId, outcome, before, after, text } = event;
  const index = record.turns.findLastIndex(
    (turn) =>
      turn.question.entryId === event.entryId &&
      turn.grade?.verdicts.some((verdict) => verdict.keyPointId === keyPointId) === true,
  );
  return changeAt(record, index, (turn) => ({
    ...turn,
    grade: event.grade ?? turn.grade,
    disputes: [...turn.disputes, { keyPointId, outcome, before, after, text }],
  }));
}
