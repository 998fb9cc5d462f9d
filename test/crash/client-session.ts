/** One session as its client knows it: the view, the messages and what still waits. */
import { randomUUID } from 'node:crypto';
import { evolve, initialState, pendingMessage, type CoachState } from '../../src/coach/state.ts';
import { protocolVersion, type ClientMessage, type SessionEvent } from '../../src/protocol.ts';
import { newToken } from '../../src/server/tokens.ts';
import type { Move } from './moves.ts';

type Create = Extract<ClientMessage, { type: 'session.create' }>;
type Start = Extract<ClientMessage, { type: 'interview.start' }>;
type Sent = Extract<ClientMessage, { type: 'message.send' }>;

export interface SentMessage {
  readonly frame: Sent;
  /** The number it was acknowledged with. */
  acked: number | null;
}

export class ClientSession {
  readonly token = newToken();
  readonly create: Create;
  /** null until the server has told it. */
  sessionId: string | null = null;
  readonly view: SessionEvent[] = [];
  /** Every message ever sent, by its id, in order. */
  readonly messages = new Map<string, SentMessage>();
  /** An interview that was asked for, and how many events there were then. */
  start: { readonly frame: Start; readonly after: number } | null = null;
  #state: CoachState = initialState;

  constructor(how: Pick<Create, 'lang' | 'mode' | 'plan'>) {
    this.create = {
      type: 'session.create',
      v: protocolVersion,
      id: randomUUID(),
      token: this.token,
      ...how,
    };
  }

  get state(): CoachState {
    return this.#state;
  }

  get unacknowledged(): SentMessage[] {
    return [...this.messages.values()].filter(({ acked }) => acked === null);
  }

  /** Everything asked for is acknowledged, seen in its place, and answered. */
  get settled(): boolean {
    return (
      this.sessionId !== null &&
      [...this.messages.values()].every(({ acked }) => acked !== null && acked <= this.view.length) &&
      this.start === null &&
      pendingMessage(this.#state) === null
    );
  }

  /** A message or a start, before it is sent. */
  plan(move: Exclude<Move, { type: 'new-session' }>): Sent | Start {
    const base = { v: protocolVersion, id: randomUUID(), sessionId: this.sessionId ?? '' } as const;
    if (move.type === 'start') {
      const frame: Start = { ...base, type: 'interview.start', plan: move.plan };
      this.start = { frame, after: this.view.length };
      return frame;
    }
    const { type: _, ...said } = move;
    const frame: Sent = { ...base, type: 'message.send', ...said };
    this.messages.set(frame.id, { frame, acked: null });
    return frame;
  }

  /** Takes an event in; a sentence when it is not the next one. */
  take(event: SessionEvent): string | null {
    if (event.seq !== this.view.length + 1) {
      return `session ${this.sessionId}: event ${event.seq} came after event ${this.view.length}`;
    }
    this.view.push(event);
    this.#state = evolve(this.#state, event);
    if (this.start !== null && event.type === 'interview.planned' && event.seq > this.start.after) {
      this.start = null;
    }
    return null;
  }
}
