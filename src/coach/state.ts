/** Where an interview stands: always a fold over the session's stored events. */
import type { Intent, Lang, Mode, NewEvent, Phase, PlanRequest, SessionEvent } from '../protocol.ts';
import { newProgress, recount, type Progress, type Reply } from './progress.ts';

/** A message of the candidate, as stored. */
export interface Message {
  readonly seq: number;
  readonly clientId: string;
  readonly text: string;
  readonly intent: Intent;
  /** 0–1; 1 when a button said the intent. */
  readonly confidence: number;
  readonly runnerUp: Intent | null;
  readonly keyPointId: string | null;
}

/** The question that waits for a reply; it belongs to the last of `questions`. */
export interface OpenQuestion {
  readonly entryId: string;
  readonly kind: 'main' | 'follow-up';
  readonly text: string;
  readonly keyPointId: string | null;
}

export interface CoachState {
  /** `seq` and time of the last event; 0 before the first. */
  readonly seq: number;
  readonly at: number;
  readonly lang: Lang;
  readonly mode: Mode;
  readonly plan: { readonly entryIds: readonly string[]; readonly request: PlanRequest } | null;
  /** Index in the plan of the last main question asked; −1 before the first. */
  readonly position: number;
  readonly questions: readonly Progress[];
  /** Where in `questions` the present round begins; a new round begins when one is planned after the end. */
  readonly roundStart: number;
  readonly open: OpenQuestion | null;
  readonly finished: boolean;
  /** The last message, and whether the coach has answered it. */
  readonly message: Message | null;
  readonly answered: boolean;
  /** A message of which the coach asked whether it is a reply or a question. */
  readonly held: Message | null;
}

/** A session before its first event. */
export const initialState: CoachState = {
  seq: 0,
  at: 0,
  lang: 'zh',
  mode: 'study',
  plan: null,
  position: -1,
  questions: [],
  roundStart: 0,
  open: null,
  finished: false,
  message: null,
  answered: true,
  held: null,
};

/** The message that waits for the coach: stored, and not answered by any event yet. */
export function pendingMessage(state: CoachState): Message | null {
  return state.answered ? null : state.message;
}

/** The phase as clients see it. */
export function phaseOf(state: CoachState): Phase {
  if (state.held) return 'confirm';
  if (state.open) return state.open.kind === 'main' ? 'question' : 'follow-up';
  return state.finished ? 'finished' : 'lobby';
}

/** The question that is open, with its progress. */
export function openProgress(state: CoachState): Progress | null {
  return state.open ? (state.questions.at(-1) ?? null) : null;
}

/** The questions of the present round. */
export function round(state: CoachState): readonly Progress[] {
  return state.questions.slice(state.roundStart);
}

/** Folds the events of a session into its state. */
export function fold(events: readonly SessionEvent[], from: CoachState = initialState): CoachState {
  return events.reduce(evolve, from);
}

/** The state after a new event that is not stored yet. */
export function evolveNew(state: CoachState, event: NewEvent): CoachState {
  return evolve(state, { ...event, seq: state.seq + 1, at: state.at });
}

/** The state after one more event. */
export function evolve(state: CoachState, event: SessionEvent): CoachState {
  const base = { ...state, seq: event.seq, at: event.at };
  if (event.type === 'session.created') return { ...base, lang: event.lang, mode: event.mode };
  if (event.type === 'message.received') {
    const message: Message = {
      seq: event.seq,
      clientId: event.clientId,
      text: event.text,
      intent: event.intent,
      confidence: event.confidence,
      runnerUp: event.runnerUp ?? null,
      keyPointId: event.keyPointId ?? null,
    };
    return { ...base, message, answered: false };
  }
  const next = apply(base, event);
  // A grade that a chat model is still to read is not the coach's whole answer: the message stays pending.
  if (isFirstLook(event) && [state.message, state.held].some((one) => one?.seq === event.replySeq)) {
    return { ...next, answered: state.answered, held: state.held };
  }
  const asksBack = event.type === 'coach.said' && event.about === 'confirm-intent';
  // Anything the coach does with a message answers it, and whatever it does but asking back settles a held one.
  return { ...next, answered: true, held: asksBack ? (state.message ?? null) : null };
}

/** The local judge's grade, behind which a chat model's comes. */
function isFirstLook(event: SessionEvent): event is Extract<SessionEvent, { type: 'reply.graded' }> {
  return (
    event.type === 'reply.graded' && event.grade.state === 'provisional' && event.grade.awaits !== undefined
  );
}

type Applied = Exclude<SessionEvent, { type: 'session.created' | 'message.received' }>;

function apply(state: CoachState, event: Applied): CoachState {
  switch (event.type) {
    case 'language.changed':
      return { ...state, lang: event.lang };
    case 'mode.changed':
      return { ...state, mode: event.mode };
    case 'interview.planned':
      return {
        ...state,
        plan: { entryIds: event.entryIds, request: event.request },
        position: -1,
        open: null,
        roundStart: state.finished ? state.questions.length : state.roundStart,
        finished: false,
      };
    case 'question.asked':
      return ask(state, event);
    case 'hint.given':
      return change(state, event.entryId, (progress) => ({ ...progress, hints: event.level, aided: true }));
    case 'reply.graded':
      return change(state, event.entryId, (progress) => graded(state, progress, event), event.replySeq);
    case 'reference.shown':
      return closeIfOpen(
        change(state, event.entryId, (progress) => ({
          ...progress,
          referenceShown: true,
          aided: progress.aided || state.open?.entryId === event.entryId,
        })),
        event.entryId,
      );
    case 'question.skipped':
      return closeIfOpen(
        change(state, event.entryId, (progress) => ({ ...progress, left: event.reason })),
        event.entryId,
      );
    case 'dispute.resolved':
      return change(state, event.entryId, (progress) => ({
        ...disputed(progress, event),
        // The outcome quotes the reference of a point that may still be asked about.
        aided: progress.aided || state.open?.entryId === event.entryId,
      }));
    case 'answer.given':
      return answerSeen(state, event);
    case 'interview.ended':
      return { ...state, open: null, finished: true };
    case 'coach.said':
    case 'report.made':
      return state;
  }
}

function ask(state: CoachState, event: Extract<SessionEvent, { type: 'question.asked' }>): CoachState {
  const open: OpenQuestion = {
    entryId: event.entryId,
    kind: event.kind,
    text: event.text,
    keyPointId: event.keyPointId ?? null,
  };
  const point = open.keyPointId;
  if (open.kind === 'follow-up') {
    return change({ ...state, open }, event.entryId, (progress) => ({
      ...progress,
      followedUp:
        point === null || progress.followedUp.includes(point)
          ? progress.followedUp
          : [...progress.followedUp, point],
    }));
  }
  // The open question said again in another language.
  if (state.open?.kind === 'main' && state.open.entryId === event.entryId) {
    return change({ ...state, open }, event.entryId, (progress) => ({ ...progress, text: event.text }));
  }
  const progress = newProgress(event.entryId, event.number, event.text);
  const position = state.plan?.entryIds.indexOf(event.entryId) ?? -1;
  return { ...state, open, position, questions: [...state.questions, progress] };
}

function graded(
  state: CoachState,
  progress: Progress,
  event: Extract<SessionEvent, { type: 'reply.graded' }>,
): Progress {
  const known = progress.replies.find((reply) => reply.seq === event.replySeq);
  const said = [state.message, state.held].find((message) => message?.seq === event.replySeq);
  const reply: Reply = {
    seq: event.replySeq,
    text: known?.text ?? said?.text ?? '',
    scope: event.scope,
    question: known?.question ?? state.open?.text ?? progress.text,
    keyPointId: known
      ? known.keyPointId
      : event.scope === 'follow-up'
        ? (state.open?.keyPointId ?? null)
        : null,
    lang: event.lang,
    aided: event.aided,
    grade: event.grade,
  };
  const replies = known
    ? progress.replies.map((one) => (one.seq === reply.seq ? reply : one))
    : [...progress.replies, reply];
  return recount({ ...progress, replies });
}

function disputed(progress: Progress, event: Extract<SessionEvent, { type: 'dispute.resolved' }>): Progress {
  const point = progress.points.get(event.keyPointId);
  if (event.outcome !== 'changed' || !point) return progress;
  const verdict = event.grade?.verdicts.find((one) => one.keyPointId === event.keyPointId) ?? point.verdict;
  const appealed = new Map(progress.appealed);
  appealed.set(event.keyPointId, {
    ...point,
    value: event.after,
    verdict: { ...verdict, value: event.after },
  });
  return recount({ ...progress, appealed });
}

function answerSeen(state: CoachState, event: Extract<SessionEvent, { type: 'answer.given' }>): CoachState {
  const open = state.open;
  if (!open || event.answer.kind !== 'answered') return state;
  const cites = event.answer.sentences.some((sentence) =>
    sentence.citations.some((citation) => citation.entryId === open.entryId),
  );
  // What the answer quotes of the open entry helps with the open question as a hint would.
  return cites ? change(state, open.entryId, (progress) => ({ ...progress, aided: true })) : state;
}

function closeIfOpen(state: CoachState, entryId: string): CoachState {
  return state.open?.entryId === entryId ? { ...state, open: null } : state;
}

/** Changes the question that holds the reply `replySeq`, or else the last one asked about the entry. */
function change(
  state: CoachState,
  entryId: string,
  how: (progress: Progress) => Progress,
  replySeq?: number,
): CoachState {
  const byReply = state.questions.findLastIndex((one) => one.replies.some((reply) => reply.seq === replySeq));
  const index = byReply >= 0 ? byReply : state.questions.findLastIndex((one) => one.entryId === entryId);
  return {
    ...state,
    questions: state.questions.map((one, position) => (position === index ? how(one) : one)),
  };
}
