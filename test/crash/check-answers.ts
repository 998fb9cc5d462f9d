/** What the coach did with each message: the right reply graded, once, no message answered twice or by half. */
import { evolve, initialState, pendingMessage } from '../../src/coach/state.ts';
import type { SessionEvent } from '../../src/protocol.ts';
import type { Stored } from './stored.ts';

/** What the answer to one message holds once at most. */
const once: ReadonlySet<SessionEvent['type']> = new Set([
  'answer.given',
  'hint.given',
  'question.skipped',
  'dispute.resolved',
  'report.made',
  'interview.ended',
  'interview.planned',
]);

export function checkAnswers(stored: Stored): string[] {
  return [...stored.sessions].flatMap(([sessionId, { events }]) =>
    [...checkGrades(events), ...checkDoubles(events), ...checkHalves(events)].map(
      (fault) => `session ${sessionId}: ${fault}`,
    ),
  );
}

function checkGrades(events: readonly SessionEvent[]): string[] {
  const faults: string[] = [];
  const graded = new Map<number, boolean>();
  for (const event of events) {
    if (event.type !== 'reply.graded') continue;
    const { seq, replySeq, entryId, grade } = event;
    const reply = events[replySeq - 1];
    if (reply?.type !== 'message.received' || replySeq >= seq) {
      faults.push(`grade ${seq} is of event ${replySeq}, which is no reply before it`);
      continue;
    }
    const open = events.slice(0, replySeq).findLast((one) => one.type === 'question.asked');
    if (open?.entryId !== entryId) {
      faults.push(`grade ${seq} is of entry ${entryId}, and its reply answered ${open?.entryId}`);
    }
    // One that the judge could not give, or gave for the time being, is given again.
    if (graded.get(replySeq) === true) faults.push(`reply ${replySeq} is graded again by event ${seq}`);
    graded.set(replySeq, grade.state === 'graded');
    for (const { replySpan: span, keyPointId } of grade.verdicts) {
      if (span !== null && reply.text.slice(span.start, span.end) !== span.text) {
        faults.push(`grade ${seq} quotes words for ${keyPointId} that are not in reply ${replySeq}`);
      }
    }
  }
  return faults;
}

function checkDoubles(events: readonly SessionEvent[]): string[] {
  const faults: string[] = [];
  let since = new Set<string>();
  let from = 0;
  const graded = new Set<number>();
  for (const event of events) {
    // A reply that is graded again after the end of an interview has its report made again.
    if (event.type === 'reply.graded') {
      if (graded.has(event.replySeq)) since.delete('report.made');
      graded.add(event.replySeq);
    }
    // An interview that was started is an answer of its own.
    if (event.type === 'message.received' || event.type === 'interview.planned') {
      since = new Set();
      from = event.seq;
    }
    if (!once.has(event.type)) continue;
    // What an interview that is started leaves behind stands before its plan.
    if (event.type === 'question.skipped' && event.reason === 'change-topic') continue;
    if (since.has(event.type))
      faults.push(`event ${from} was answered with ${event.type} twice, again in ${event.seq}`);
    since.add(event.type);
  }
  return faults;
}

/** All events of an answer are stored at once: after each one an interview that goes on is at a question. */
function checkHalves(events: readonly SessionEvent[]): string[] {
  const faults: string[] = [];
  let state = initialState;
  for (const [index, event] of events.entries()) {
    state = evolve(state, event);
    const next = events[index + 1];
    if (next !== undefined && next.type !== 'message.received') continue;
    if (pendingMessage(state) !== null || state.plan === null || state.finished || state.open !== null)
      continue;
    faults.push(
      `the answer ends with event ${event.seq} (${event.type}), and the interview is at no question`,
    );
  }
  return faults;
}
