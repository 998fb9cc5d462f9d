/** One connection's view of one session: every event once, in order, whatever happens meanwhile. */
import { VivaError } from '../errors.ts';
import type { ServerFrame, SessionEvent } from '../protocol.ts';
import {
  advanceVisibility,
  initialVisibility,
  redactEvent,
  revealedUpTo,
  type Visibility,
} from './redact.ts';

export interface Outlet {
  /** Sends at once; a client that reads too slowly is cut off. */
  send(frame: ServerFrame): void;
  /** What waits for the client to read is so much that no more should be sent now. */
  readonly full: boolean;
  /** Resolves when there is room for more; rejects when the connection is gone. */
  drained(): Promise<void>;
  /** Cuts the client off. */
  terminate(): void;
}

export interface AttachmentOptions {
  readonly sessionId: string;
  readonly outlet: Outlet;
  /** The stored events after a number, the first `limit` of them. */
  readonly read: (after: number, limit?: number) => Promise<readonly SessionEvent[]>;
  /** Called when events cannot be read again; the client has been cut off and will resume. */
  readonly onFailure: (error: unknown) => void;
}

/** Frames beside events that may wait while a session is replayed to a client; a slower client is cut off. */
const mostHeld = 2_000;

/** Events read at once for a client that reads slowly. */
const slice = 50;

/**
 * Events on their way to a client. It is emptied as soon as the client has to be waited for: whoever stops reading holds
 * no session in memory, however long that is.
 */
export interface Past {
  events: readonly SessionEvent[];
}

/** How far a replay is. */
interface Progress {
  visibility: Visibility;
  readonly revealed: number;
  /** The number of the last event looked at. */
  seq: number;
}

/** From its creation on, frames wait; `replay` sends the past, then what waited, then frames go straight through. */
export class Attachment {
  readonly #options: AttachmentOptions;
  #sent = 0;
  #visibility: Visibility = initialVisibility;
  #held: ServerFrame[] | null = [];
  /** The number of the last live event that came during a replay, which will read it from the log. */
  #awaited = 0;
  #closed = false;

  constructor(options: AttachmentOptions) {
    this.#options = options;
  }

  /** Sends the events of `past` (the whole session, at first) after number `after`, and goes live. */
  async replay(past: Past, after: number): Promise<void> {
    this.#sent = after;
    await this.#replay(past);
  }

  /** A live frame. An event already sent is dropped; one that is not the next makes the session be read again. */
  push(frame: ServerFrame): void {
    if (this.#closed) return;
    if (this.#held) {
      if (frame.type === 'event') this.#awaited = frame.event.seq;
      else this.#held.push(frame);
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
      this.#held = [];
      this.#awaited = event.seq;
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
      await this.#replay({ events: await this.#options.read(0) });
    } catch (error) {
      if (this.#closed) return;
      this.cutOff();
      this.#options.onFailure(error);
    }
  }

  async #replay(past: Past): Promise<void> {
    const { outlet, read } = this.#options;
    const last = past.events.at(-1)?.seq ?? 0;
    const progress: Progress = { visibility: initialVisibility, revealed: revealedUpTo(past.events), seq: 0 };
    this.#send(past, progress);
    while (progress.seq < Math.max(last, this.#awaited)) {
      await outlet.drained();
      if (this.#closed) return;
      past.events = await read(progress.seq, slice);
      if (past.events.length === 0) throw this.#gap(progress.seq + 1);
      this.#send(past, progress);
    }
    this.#visibility = progress.visibility;
    const waiting = this.#held ?? [];
    this.#held = null;
    for (const frame of waiting) this.push(frame);
  }

  /** Sends until there are no more or the client is full, and lets go of all of them. */
  #send(past: Past, progress: Progress): void {
    const { sessionId, outlet } = this.#options;
    for (const event of past.events) {
      if (this.#closed) break;
      progress.visibility = advanceVisibility(progress.visibility, event);
      progress.seq = event.seq;
      if (event.seq <= this.#sent) continue;
      if (event.seq !== this.#sent + 1) throw this.#gap(event.seq);
      const shown = event.seq < progress.revealed ? event : redactEvent(event, progress.visibility);
      outlet.send({ type: 'event', sessionId, event: shown });
      this.#sent = event.seq;
      if (outlet.full) break;
    }
    past.events = [];
  }

  #gap(seq: number): VivaError {
    return new VivaError(
      'storage-failed',
      `Session ${this.#options.sessionId} has a gap before event ${seq}.`,
    );
  }
}
