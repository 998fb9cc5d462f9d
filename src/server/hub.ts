/** Who is attached to which session on this server: every attached connection hears everything. */
import type { ServerFrame, SessionEvent } from '../protocol.ts';
import type { Attachment } from './attachment.ts';

export class Hub {
  readonly #sessions = new Map<string, Set<Attachment>>();

  /** Sessions with at least one attached connection. */
  get size(): number {
    return this.#sessions.size;
  }

  has(sessionId: string): boolean {
    return this.#sessions.has(sessionId);
  }

  add(sessionId: string, attachment: Attachment): void {
    const attached = this.#sessions.get(sessionId) ?? new Set();
    this.#sessions.set(sessionId, attached.add(attachment));
  }

  /** Detaches; true when nobody is left in the session. */
  remove(sessionId: string, attachment: Attachment): boolean {
    attachment.close();
    const attached = this.#sessions.get(sessionId);
    attached?.delete(attachment);
    if (attached?.size === 0) this.#sessions.delete(sessionId);
    return !this.#sessions.has(sessionId);
  }

  publish(sessionId: string, event: SessionEvent): void {
    this.send({ type: 'event', sessionId, event });
  }

  /** Sends a frame to everybody in its session. */
  send(frame: ServerFrame & { readonly sessionId: string }): void {
    for (const attachment of this.#sessions.get(frame.sessionId) ?? []) attachment.push(frame);
  }

  /** Cuts off everybody in a session that is no more: who comes back to resume it learns so. */
  drop(sessionId: string): void {
    for (const attachment of this.#sessions.get(sessionId) ?? []) attachment.cutOff();
    this.#sessions.delete(sessionId);
  }
}
