import type { Grade, ServerFrame, SessionEvent } from '../../src/protocol.ts';
import { reduceView, emptyView, type SessionView } from '../../web/src/connection/session-view.ts';

export const sessionId = 's1';

/** An event without its number and time. */
export type Draft = SessionEvent extends infer E
  ? E extends SessionEvent
    ? Omit<E, 'seq' | 'at'>
    : never
  : never;

export function eventFrame(draft: Draft, seq: number): ServerFrame {
  return { type: 'event', sessionId, event: { ...draft, seq, at: seq } };
}

export const ready: ServerFrame = {
  type: 'session.ready',
  v: 1,
  id: 'c1',
  sessionId,
  token: 'secret',
  lastSeq: 0,
};

/** The view after these events, numbered from the one after `from`. */
export function viewOf(drafts: readonly Draft[], from: SessionView = attached()): SessionView {
  return drafts.reduce(
    (view, draft) => reduceView(view, { type: 'frame', frame: eventFrame(draft, view.lastSeq + 1), at: 0 }),
    from,
  );
}

export function attached(): SessionView {
  return reduceView(emptyView, { type: 'frame', frame: ready, at: 0 });
}

export const replyText = 'It freezes the weights. It is always slower.';

export const grade: Grade = {
  state: 'graded',
  total: 3,
  judge: 'test-judge',
  verdicts: [
    {
      keyPointId: 'frozen',
      claim: 'The weights are frozen',
      weight: 3,
      value: 'covered',
      confidence: 0.9,
      replySpan: { start: 0, end: 22, text: 'It freezes the weights' },
      referenceSpan: { start: 0, end: 5, text: 'LoRA.', lang: 'en' },
    },
    {
      keyPointId: 'no-latency',
      claim: 'No latency after merging',
      weight: 2,
      value: 'contradicted',
      confidence: 0.8,
      replySpan: { start: 24, end: 43, text: 'It is always slower' },
      referenceSpan: { start: 6, end: 20, text: 'merged weights', lang: 'en' },
    },
  ],
  misconceptions: [],
};

export const created: Draft = { type: 'session.created', lang: 'en', mode: 'study' };
export const planned: Draft = { type: 'interview.planned', entryIds: ['a/b/01', 'a/b/02'], request: {} };
export const asked: Draft = {
  type: 'question.asked',
  entryId: 'a/b/01',
  kind: 'main',
  number: 1,
  total: 2,
  text: 'What is LoRA?',
};
export const received: Draft = {
  type: 'message.received',
  clientId: 'm1',
  text: replyText,
  intent: 'reply',
  confidence: 1,
};

/** The reply above, graded; it is event 4 after created, planned, asked. */
export function graded(change: Partial<Grade> = {}, replySeq = 4): Draft {
  return {
    type: 'reply.graded',
    entryId: 'a/b/01',
    replySeq,
    scope: 'question',
    aided: false,
    grade: { ...grade, ...change },
    feedback: 'Well begun.',
    lang: 'en',
  };
}
