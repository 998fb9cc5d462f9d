import type { AnswerStage, Lang, Mode, Phase, ServerFrame } from '../../../src/protocol.ts';
import { applyEvent } from './apply-event.ts';
import type { PublicError } from './frames.ts';
import type { Item, QuestionItem } from './items.ts';
import type { UnsentMessage } from './stored-session.ts';

/** A message of the candidate that the server has not shown as stored yet. */
export interface PendingMessage extends UnsentMessage {
  /** The browser remembers it over a reload. */
  kept: boolean;
  /** It may have left this browser: taking it back is no longer possible. */
  tried: boolean;
  /** The server has it: it is not sent again. */
  acked: boolean;
  /** Its place in the server's queue, 1 the next; null when it does not wait there. */
  place: number | null;
  /** Why the server refused it; it stays until it is sent again or discarded. */
  refused: { error: PublicError; at: number } | null;
}

/** Something that went wrong and is no part of the conversation. */
export type Problem =
  | { id: string; kind: 'server'; error: PublicError; at: number }
  | { id: string; kind: 'unreadable' }
  /** The session could not be opened, or is no more; `unsent` is what the server never got. */
  | { id: string; kind: 'session-lost'; error: PublicError; unsent: readonly string[] };

/** Everything that a page shows of one session: what its frames, in order, come to. */
export interface SessionView {
  sessionId: string | null;
  lastSeq: number;
  lang: Lang | null;
  mode: Mode;
  phase: Phase;
  items: readonly Item[];
  open: QuestionItem | null;
  /** The message that the coach is at work on. */
  working: string | null;
  /** An answer while it is written. */
  writing: { id: string; text: string } | null;
  /** What a chat model is at for an answer. */
  stage: AnswerStage | null;
  pending: readonly PendingMessage[];
  problems: readonly Problem[];
}

export const emptyView: SessionView = {
  sessionId: null,
  lastSeq: 0,
  lang: null,
  mode: 'study',
  phase: 'lobby',
  items: [],
  open: null,
  working: null,
  writing: null,
  stage: null,
  pending: [],
  problems: [],
};

/** What happens on the page's side of the wire. */
export type LocalAction =
  | { type: 'message.queued'; message: UnsentMessage; kept: boolean; tried: boolean }
  | { type: 'message.tried'; id: string }
  | { type: 'message.retried'; id: string }
  | { type: 'message.discarded'; id: string }
  | { type: 'frame.unreadable'; id: string }
  | { type: 'problem.dismissed'; id: string }
  | { type: 'connection.lost' }
  | { type: 'session.lost'; error: PublicError };

export type ViewAction = { type: 'frame'; frame: ServerFrame; at: number } | LocalAction;

/** Problems kept on screen; older ones make room. */
const problemsKept = 3;

/** The next view; pure. Frames of other sessions and events already applied change nothing. */
export function reduceView(view: SessionView, action: ViewAction): SessionView {
  switch (action.type) {
    case 'frame':
      return applyFrame(view, action.frame, action.at);
    case 'message.queued': {
      const { message, kept, tried } = action;
      if (isKnown(view, message.id)) return view;
      return {
        ...view,
        pending: [...view.pending, { ...message, kept, tried, acked: false, place: null, refused: null }],
      };
    }
    case 'message.tried':
      return changePending(view, action.id, { tried: true });
    case 'message.retried':
      return changePending(view, action.id, { refused: null });
    case 'message.discarded':
      return { ...view, pending: view.pending.filter((message) => message.id !== action.id) };
    case 'frame.unreadable':
      return withProblem(view, { id: action.id, kind: 'unreadable' });
    case 'problem.dismissed':
      return { ...view, problems: view.problems.filter((problem) => problem.id !== action.id) };
    case 'connection.lost':
      // the coach works on without us; what it wrote comes whole when we are back
      return { ...view, writing: null, stage: null, pending: outOfQueue(view.pending) };
    case 'session.lost':
      return withProblem(emptyView, {
        id: action.error.requestId,
        kind: 'session-lost',
        error: action.error,
        unsent: view.pending.map((message) => message.text).filter((text) => text !== ''),
      });
  }
}

/** True when an event arrives after one that never did: the session has to be resumed. */
export function isGap(view: SessionView, frame: ServerFrame): boolean {
  return frame.type === 'event' && frame.sessionId === view.sessionId && frame.event.seq > view.lastSeq + 1;
}

function applyFrame(view: SessionView, frame: ServerFrame, at: number): SessionView {
  if (frame.type === 'session.ready') {
    const working = frame.lastSeq === view.lastSeq && isUnanswered(view) ? view.working : null;
    return { ...view, sessionId: frame.sessionId, working, writing: null, stage: null };
  }
  if (frame.type === 'error') return applyError(view, frame.id, frame.error, at);
  if (frame.sessionId !== view.sessionId) return view;
  switch (frame.type) {
    case 'event':
      return frame.event.seq === view.lastSeq + 1 ? applyEvent(view, frame.event) : view;
    case 'ack':
      // its event was applied before: nothing will come to take it off the list
      if (frame.seq <= view.lastSeq) {
        return { ...view, pending: view.pending.filter((message) => message.id !== frame.id) };
      }
      return changePending(view, frame.id, { acked: true, place: null, refused: null });
    case 'turn.queued':
      return changePending(view, frame.id, { place: frame.position });
    case 'turn.start':
      return { ...view, working: frame.id, stage: null };
    case 'turn.end':
      // a message that was worked on before this page came may be ended twice, the second time during the next
      if (view.working !== null && view.working !== frame.id) return view;
      return { ...view, working: null, writing: null, stage: null, phase: frame.phase };
    case 'answer.stage':
      // what was written before was not the answer
      return { ...view, writing: null, stage: frame.stage };
    case 'answer.start':
      return { ...view, writing: { id: frame.id, text: '' } };
    case 'answer.delta':
      // the rest of an answer whose beginning was missed makes no sense; the whole comes at the end
      if (view.writing === null) return view;
      return { ...view, writing: { id: frame.id, text: view.writing.text + frame.text } };
    case 'answer.end':
      // the text stays until answer.given brings the checked one, or the turn ends without it
      return view;
  }
}

/** The last thing that happened is the message being worked on: no answer to it was missed. */
function isUnanswered({ items, working }: SessionView): boolean {
  const last = items.at(-1);
  return last?.kind === 'message' && last.clientId === working;
}

function isKnown({ items, pending }: SessionView, id: string): boolean {
  return (
    pending.some((message) => message.id === id) ||
    items.some((item) => item.kind === 'message' && item.clientId === id)
  );
}

function applyError(view: SessionView, id: string | undefined, error: PublicError, at: number): SessionView {
  if (id !== undefined && view.pending.some((message) => message.id === id)) {
    return {
      ...changePending(view, id, { place: null, refused: { error, at } }),
      working: null,
      writing: null,
      stage: null,
    };
  }
  const ended = id !== undefined && view.working === id ? { working: null, writing: null, stage: null } : {};
  return withProblem({ ...view, ...ended }, { id: error.requestId, kind: 'server', error, at });
}

/** The queue was another connection's. */
function outOfQueue(pending: readonly PendingMessage[]): readonly PendingMessage[] {
  return pending.map((message) => ({ ...message, place: null }));
}

function changePending(view: SessionView, id: string, change: Partial<PendingMessage>): SessionView {
  return {
    ...view,
    pending: view.pending.map((message) => (message.id === id ? { ...message, ...change } : message)),
  };
}

function withProblem(view: SessionView, problem: Problem): SessionView {
  const others = view.problems.filter((other) => other.id !== problem.id);
  return { ...view, problems: [...others, problem].slice(-problemsKept) };
}
