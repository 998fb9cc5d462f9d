import {
  protocolVersion,
  type ClientMessage,
  type Intent,
  type Lang,
  type Mode,
  type PlanRequest,
} from '../../../src/protocol.ts';
import type { PendingMessage } from './session-view.ts';

export interface OutgoingMessage {
  text: string;
  intent?: Intent;
  keyPointId?: string;
}

export interface StartRequest {
  lang: Lang;
  mode: Mode;
  /** Without a plan the session waits for messages. */
  plan?: PlanRequest;
}

export type SessionCreate = Extract<ClientMessage, { type: 'session.create' }>;
export type InterviewStart = Extract<ClientMessage, { type: 'interview.start' }>;

/** @param token opens the session that this makes, once, however often the frame is sent */
export function createFrame(id: string, token: string, { lang, mode, plan }: StartRequest): SessionCreate {
  return {
    type: 'session.create',
    v: protocolVersion,
    id,
    token,
    lang,
    mode,
    ...(plan === undefined ? {} : { plan }),
  };
}

export function startFrame(id: string, sessionId: string, mode: Mode, plan: PlanRequest): InterviewStart {
  return { type: 'interview.start', v: protocolVersion, id, sessionId, mode, plan };
}

export function resumeFrame(id: string, sessionId: string, token: string, after: number): ClientMessage {
  return { type: 'session.resume', v: protocolVersion, id, sessionId, token, after };
}

export function cancelFrame(id: string, sessionId: string): ClientMessage {
  return { type: 'turn.cancel', v: protocolVersion, id, sessionId };
}

export function messageFrame(sessionId: string, message: PendingMessage): ClientMessage {
  return {
    type: 'message.send',
    v: protocolVersion,
    id: message.id,
    sessionId,
    text: message.text,
    ...(message.intent === null ? {} : { intent: message.intent }),
    ...(message.keyPointId === null ? {} : { keyPointId: message.keyPointId }),
  };
}
