import type { ServerFrame } from '../../../src/protocol.ts';
import type { InterviewStart } from './outgoing.ts';
import type { WaitingStart } from './stored-session.ts';

/**
 * A start that the server has not carried out. It leaves once on each connection, after everything is known that
 * happened before: an interview planned since it was asked for is this one, also when the server was started
 * anew meanwhile and remembers no ids.
 */
export class StartBox {
  #waiting: WaitingStart | null = null;
  #sent = false;

  get waiting(): WaitingStart | null {
    return this.#waiting;
  }

  set(waiting: WaitingStart | null): void {
    this.#waiting = waiting;
    this.#sent = false;
  }

  /** A new connection. */
  reset(): void {
    this.#sent = false;
  }

  take(): InterviewStart | null {
    if (this.#waiting === null || this.#sent) return null;
    this.#sent = true;
    return this.#waiting.frame;
  }

  /** The interview has begun, or its turn is over without one, or it was refused. */
  isSettledBy(frame: ServerFrame): boolean {
    if (this.#waiting === null) return false;
    const { after } = this.#waiting;
    if (frame.type === 'turn.end' || frame.type === 'error') return frame.id === this.#waiting.frame.id;
    return frame.type === 'event' && frame.event.type === 'interview.planned' && frame.event.seq > after;
  }
}
