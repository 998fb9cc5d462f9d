import type {
  Answer,
  Grade,
  Intent,
  Lang,
  Mode,
  Report,
  SessionEvent,
  VerdictValue,
} from '../../../src/protocol.ts';

type EventOf<T extends SessionEvent['type']> = Extract<SessionEvent, { type: T }>;

export interface DisputeOutcome {
  outcome: EventOf<'dispute.resolved'>['outcome'];
  before: VerdictValue;
  after: VerdictValue;
  text: string;
}

/** A graded reply as the conversation shows it. */
export interface GradeItem {
  kind: 'grade';
  seq: number;
  entryId: string;
  replySeq: number;
  /** The graded message's own text; every reply span counts in it. */
  replyText: string;
  scope: 'question' | 'follow-up';
  aided: boolean;
  grade: Grade;
  /** The provisional grade that this one took the place of, once the chat model had read the reply too. */
  before?: Grade;
  feedback: string;
  lang: Lang;
  /** By key point. */
  disputes: Readonly<Record<string, DisputeOutcome>>;
  /** A mock interview keeps its grades back until the report or the end. */
  held: boolean;
}

/** The server keeps a running mock interview's verdicts to itself and sends this in their place. */
export function isWithheld(grade: Grade): boolean {
  return grade.state === 'ungraded' && grade.reason === 'mock';
}

export interface MessageItem {
  kind: 'message';
  seq: number;
  clientId: string;
  text: string;
  intent: Intent;
  keyPointId: string | null;
}

export interface QuestionItem {
  kind: 'question';
  seq: number;
  entryId: string;
  followUp: boolean;
  number: number;
  total: number;
  text: string;
}

/** One thing in the conversation, in the order of the events. `seq` is the event that made it. */
export type Item =
  | MessageItem
  | QuestionItem
  | GradeItem
  | { kind: 'planned'; seq: number; count: number; mode: Mode }
  | { kind: 'said'; seq: number; about: EventOf<'coach.said'>['about']; text: string }
  | { kind: 'hint'; seq: number; level: number; text: string }
  | { kind: 'reference'; seq: number; entryId: string; text: string; lang: Lang }
  | { kind: 'skipped'; seq: number; entryId: string; reason: EventOf<'question.skipped'>['reason'] }
  | ({ kind: 'dispute'; seq: number; entryId: string; claim: string } & DisputeOutcome)
  | { kind: 'answer'; seq: number; question: string; answer: Answer; lang: Lang }
  | { kind: 'language'; seq: number; lang: Lang }
  | { kind: 'mode'; seq: number; mode: Mode }
  | { kind: 'report'; seq: number; report: Report }
  | { kind: 'ended'; seq: number; reason: EventOf<'interview.ended'>['reason'] };
