import type { Intent, Lang, Mode, Phase, ServerFrame } from '../../../src/protocol.ts';
import { applyEvent } from './apply-event.ts';
import type { PublicError } from './frames.ts';
import type { Item, QuestionItem } from './items.ts';

/** A message of the candidate that the server has not shown as stored yet. */
export interface PendingMessage {
  id: string;
  text: string;
  intent: Intent | null;
  keyPointId: string | null;
  /** The server has it: it is not sent again. */
  acked: boolean;
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
  pending: [],
  problems: [],
};

/** What happens on the page's side of the wire. */
export type LocalAction =
  | { type: 'message.queued'; message: Pick<PendingMessage, 'id' | 'text' | 'intent' | 'keyPointId'> }
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
    case 'message.queued':
      return {
        ...view,
        pending: [...view.pending, { ...action.message, acked: false, refused: null }],
      };
    case 'message.retried':
      return changePending(view, action.id, { refused: null });
    case 'message.discarded':
      return { ...view, pending: view.pending.filter((message) => message.id !== action.id) };
    case 'frame.unreadable':
      return withProblem(view, { id: action.id, kind: 'unreadable' });
    case 'problem.dismissed':
      return { ...view, problems: view.problems.filter((problem) => problem.id !== action.id) };
    case 'connection.lost':
      return { ...view, working: null, writing: null };
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
    return { ...view, sessionId: frame.sessionId, working: null, writing: null };
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
      return changePending(view, frame.id, { acked: true, refused: null });
    case 'turn.start':
      return { ...view, working: frame.id };
    case 'turn.end':
      return { ...view, working: null, writing: null, phase: frame.phase };
    case 'answer.start':
      return { ...view, writing: { id: frame.id, text: '' } };
    case 'answer.delta':
      return { ...view, writing: { id: frame.id, text: (view.writing?.text ?? '') + frame.text } };
    case 'answer.end':
      // the text stays until answer.given brings the checked one, or the turn ends without it
      return view;
  }
}

function applyError(view: SessionView, id: string | undefined, error: PublicError, at: number): SessionView {
  if (id !== undefined && view.pending.some((message) => message.id === id)) {
    return { ...changePending(view, id, { refused: { error, at } }), working: null, writing: null };
  }
  const ended = id !== undefined && view.working === id ? { working: null, writing: null } : {};
  return withProblem({ ...view, ...ended }, { id: error.requestId, kind: 'server', error, at });
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
