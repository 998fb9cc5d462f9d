import type { ServerFrame } from '../../../src/protocol.ts';
import { isWithheld } from './items.ts';
import { emptyView, reduceView, type SessionView, type ViewAction } from './session-view.ts';

/**
 * A session read again from its first event, beside the view on screen. That one stays until the new
 * one has caught up, so that nothing flickers.
 */
export class Reread {
  #view: SessionView;
  #until = Infinity;

  constructor(current: SessionView) {
    this.#view = unread(current);
  }

  /** The server has said how many events there are to read. */
  expect(lastSeq: number): void {
    this.#until = lastSeq;
  }

  /** Takes what the current view takes as well; answers the new view once it has caught up. */
  take(action: ViewAction, current: SessionView): SessionView | null {
    this.#view = reduceView(this.#view, action);
    const { lastSeq } = this.#view;
    return lastSeq >= this.#until && lastSeq >= current.lastSeq ? this.#view : null;
  }
}

/** The same session with nothing read of it. */
export function unread({ sessionId, pending, problems }: SessionView): SessionView {
  return { ...emptyView, sessionId, pending, problems };
}

/** True when this event opens grades that the view has only as withheld: they have to be read again. */
export function opensGrades(before: SessionView, after: SessionView, frame: ServerFrame): boolean {
  if (frame.type !== 'event' || after.lastSeq === before.lastSeq) return false;
  const { type } = frame.event;
  if (type !== 'report.made' && type !== 'interview.ended') return false;
  return after.items.some((item) => item.kind === 'grade' && isWithheld(item.grade));
}
