/** One connection's view of one session: every event once, in order, whatever happens meanwhile. */
import { VivaError } from '../errors.ts';
import type { ServerFrame, SessionEvent } from '../protocol.ts';
import {
  advanceVisibility,
  initialVisibility,
  redactEvent,
  redactHistory,
  visibilityOf,
  type Visibility,
} from './redact.ts';

export interface Outlet {
  /** Sends at once; a client that reads too slowly is cut off. */
  send(frame: ServerFrame): void;
  /** Resolves when there is room for more; rejects when the connection is gone. */
  drained(): Promise<void>;
  /** Cuts the client off. */
  terminate(): void;
}

export interface AttachmentOptions {
  readonly sessionId: string;
  readonly outlet: Outlet;
  /** The whole session as stored. */
  readonly read: () => Promise<readonly SessionEvent[]>;
  /** Called when events cannot be read again; the client has been cut off and will resume. */
  readonly onFailure: (error: unknown) => void;
}

/** Frames that may wait while a session is replayed to a client; a slower client is cut off. */
const mostHeld = 2_000;

/** From its creation on, frames wait; `replay` sends the past, then what waited, then frames go straight through. */
export class Attachment {
  readonly #options: AttachmentOptions;
  #sent = 0;
  #visibility: Visibility = initialVisibility;
  #held: ServerFrame[] | null = [];
  #closed = false;

  constructor(options: AttachmentOptions) {
    this.#options = options;
  }

  /** Sends `events` (the whole session) after number `after`, and goes live. */
  async replay(events: readonly SessionEvent[], after: number): Promise<void> {
    this.#sent = after;
    await this.#replay(events);
  }

  /** A live frame. An event already sent is dropped; one that is not the next makes the session be read again. */
  push(frame: ServerFrame): void {
    if (this.#closed) return;
    if (this.#held) {
      this.#held.push(frame);
      if (this.#held.length > mostHeld) this.#options.outlet.terminate();
      return;
    }
    if (frame.type !== 'event') {
      this.#options.outlet.send(frame);
      return;
    }
    const { event } = frame;
    if (event.seq <= this.#sent) return;
    if (event.seq > this.#sent + 1) {
      this.#held = [frame];
      void this.#catchUp();
      return;
    }
    this.#visibility = advanceVisibility(this.#visibility, event);
    this.#sent = event.seq;
    this.#options.outlet.send({ ...frame, event: redactEvent(event, this.#visibility) });
  }

  /** Nothing is sent any more. */
  close(): void {
    this.#closed = true;
    this.#held = null;
  }

  /** Nothing is sent any more, and the client has to come back. */
  cutOff(): void {
    this.close();
    this.#options.outlet.terminate();
  }

  async #catchUp(): Promise<void> {
    try {
      await this.#replay(await this.#options.read());
    } catch (error) {
      if (this.#closed) return;
      this.cutOff();
      this.#options.onFailure(error);
    }
  }

  async #replay(events: readonly SessionEvent[]): Promise<void> {
    const { sessionId, outlet } = this.#options;
    for (const event of redactHistory(events)) {
      if (this.#closed) return;
      if (event.seq <= this.#sent) continue;
      if (event.seq !== this.#sent + 1) {
        throw new VivaError('storage-failed', `Session ${sessionId} has a gap before event ${event.seq}.`);
      }
      outlet.send({ type: 'event', sessionId, event });
      this.#sent = event.seq;
      await outlet.drained();
    }
    this.#visibility = visibilityOf(events);
    const waiting = this.#held ?? [];
    this.#held = null;
    for (const frame of waiting) this.push(frame);
  }
}
