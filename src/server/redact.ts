/** What a candidate may see: in a mock interview no verdict before its report. */
import type { Mode, SessionEvent } from '../protocol.ts';

/** As much of a session as decides what is held back. */
export interface Visibility {
  readonly mode: Mode;
  /** An interview is on: questions have been planned or asked since the last report or end. */
  readonly running: boolean;
}

export const initialVisibility: Visibility = { mode: 'study', running: false };

/** The visibility after one more event. */
export function advanceVisibility(visibility: Visibility, event: SessionEvent): Visibility {
  switch (event.type) {
    case 'session.created':
    case 'mode.changed':
      return { ...visibility, mode: event.mode };
    case 'interview.planned':
    case 'question.asked':
      return { ...visibility, running: true };
    case 'report.made':
    case 'interview.ended':
      return { ...visibility, running: false };
    default:
      return visibility;
  }
}

/**
 * The event as a candidate may see it when it is the last of its session; `visibility` is that after it.
 * A held-back grade keeps its place and number, so that nothing is missing when a client counts.
 * (The coach answers no appeal while a mock interview runs, so `dispute.resolved` tells nothing early.)
 */
export function redactEvent(event: SessionEvent, visibility: Visibility): SessionEvent {
  if (event.type !== 'reply.graded' || visibility.mode !== 'mock' || !visibility.running) return event;
  const { judge } = event.grade;
  return {
    ...event,
    feedback: '',
    grade: { state: 'ungraded', total: null, verdicts: [], misconceptions: [], judge, reason: 'mock' },
  };
}

/** The number of the last report or end: grades before it are shown. 0 without one. */
export function revealedUpTo(events: readonly SessionEvent[]): number {
  return (
    events.findLast((event) => event.type === 'report.made' || event.type === 'interview.ended')?.seq ?? 0
  );
}

/** A whole session as a candidate may see it now: grades of an interview are shown once its report or end follows. */
export function redactHistory(events: readonly SessionEvent[]): SessionEvent[] {
  const revealed = revealedUpTo(events);
  let visibility = initialVisibility;
  return events.map((event) => {
    visibility = advanceVisibility(visibility, event);
    return event.seq < revealed ? event : redactEvent(event, visibility);
  });
}

/** The visibility at the end of a session. */
export function visibilityOf(events: readonly SessionEvent[]): Visibility {
  return events.reduce(advanceVisibility, initialVisibility);
}
