import type { Grade, Phase, SessionEvent } from '../../../src/protocol.ts';
import { isWithheld, type GradeItem, type Item } from './items.ts';
import type { SessionView } from './session-view.ts';

/** The view after one stored event. The caller has checked that the event is the next one. */
export function applyEvent(view: SessionView, event: SessionEvent): SessionView {
  const next = { ...view, lastSeq: event.seq };
  switch (event.type) {
    case 'session.created':
      return { ...next, lang: event.lang, mode: event.mode };
    case 'message.received':
      return append(
        {
          ...next,
          phase: view.phase === 'confirm' ? openPhase(view) : view.phase,
          pending: view.pending.filter((message) => message.id !== event.clientId),
        },
        {
          kind: 'message',
          seq: event.seq,
          clientId: event.clientId,
          text: event.text,
          intent: event.intent,
          keyPointId: event.keyPointId ?? null,
        },
      );
    case 'language.changed':
      return append({ ...next, lang: event.lang }, { kind: 'language', seq: event.seq, lang: event.lang });
    case 'mode.changed':
      return append({ ...next, mode: event.mode }, { kind: 'mode', seq: event.seq, mode: event.mode });
    case 'interview.planned':
      return append(
        { ...next, open: null, phase: 'lobby' },
        { kind: 'planned', seq: event.seq, count: event.entryIds.length, mode: view.mode },
      );
    case 'question.asked': {
      const followUp = event.kind === 'follow-up';
      const question = {
        kind: 'question',
        seq: event.seq,
        entryId: event.entryId,
        followUp,
        number: event.number,
        total: event.total,
        text: event.text,
      } as const;
      return append({ ...next, open: question, phase: followUp ? 'follow-up' : 'question' }, question);
    }
    case 'coach.said':
      return append(
        { ...next, phase: event.about === 'confirm-intent' ? 'confirm' : view.phase },
        { kind: 'said', seq: event.seq, about: event.about, text: event.text },
      );
    case 'hint.given':
      return append(next, { kind: 'hint', seq: event.seq, level: event.level, text: event.text });
    case 'reply.graded':
      return withGrade(next, event);
    case 'reference.shown':
      return append(next, {
        kind: 'reference',
        seq: event.seq,
        entryId: event.entryId,
        text: event.text,
        lang: event.lang,
      });
    case 'question.skipped':
      return append(
        { ...next, open: null },
        { kind: 'skipped', seq: event.seq, entryId: event.entryId, reason: event.reason },
      );
    case 'dispute.resolved':
      return withDispute(next, event);
    case 'answer.given':
      return append(
        { ...next, writing: null, stage: null },
        { kind: 'answer', seq: event.seq, question: event.question, answer: event.answer, lang: event.lang },
      );
    case 'report.made':
      return append(reveal(next), { kind: 'report', seq: event.seq, report: event.report });
    case 'interview.ended':
      return append(
        { ...reveal(next), open: null, phase: 'finished' },
        { kind: 'ended', seq: event.seq, reason: event.reason },
      );
  }
}

function openPhase({ open }: SessionView): Phase {
  if (open === null) return 'lobby';
  return open.followUp ? 'follow-up' : 'question';
}

function append(view: SessionView, item: Item): SessionView {
  return { ...view, items: [...view.items, item] };
}

function reveal(view: SessionView): SessionView {
  return {
    ...view,
    items: view.items.map((item) =>
      item.kind === 'grade' && item.held ? { ...item, held: isWithheld(item.grade) } : item,
    ),
  };
}

/** A second grade of the same reply (a queued one, judged later) takes the place of the first. */
function withGrade(view: SessionView, event: Extract<SessionEvent, { type: 'reply.graded' }>): SessionView {
  const at = view.items.findIndex((item) => item.kind === 'grade' && item.replySeq === event.replySeq);
  const before = view.items[at];
  const earlier = before?.kind === 'grade' ? before : null;
  const reply = view.items.find((item) => item.kind === 'message' && item.seq === event.replySeq);
  const item: GradeItem = {
    kind: 'grade',
    seq: earlier?.seq ?? event.seq,
    entryId: event.entryId,
    replySeq: event.replySeq,
    replyText: reply?.kind === 'message' ? reply.text : '',
    scope: event.scope,
    aided: event.aided,
    grade: event.grade,
    ...gradeBefore(earlier, event.grade),
    feedback: event.feedback,
    lang: event.lang,
    disputes: earlier?.disputes ?? {},
    held: earlier?.held ?? view.mode === 'mock',
  };
  return earlier === null ? append(view, item) : { ...view, items: view.items.with(at, item) };
}

/** A second reading shows what it changed; everything else takes the place of what was there. */
function gradeBefore(earlier: GradeItem | null, now: Grade): Pick<GradeItem, 'before'> {
  if (earlier === null) return {};
  const before =
    earlier.grade.state === 'provisional' && now.state === 'graded' ? earlier.grade : earlier.before;
  return before === undefined ? {} : { before };
}

/** Notes the outcome on the grade it is about, and says it where the conversation stands now. */
function withDispute(
  view: SessionView,
  event: Extract<SessionEvent, { type: 'dispute.resolved' }>,
): SessionView {
  const { outcome, before, after, text } = event;
  const at = view.items.findLastIndex(
    (item) =>
      item.kind === 'grade' &&
      item.entryId === event.entryId &&
      item.grade.verdicts.some((verdict) => verdict.keyPointId === event.keyPointId),
  );
  const graded = view.items[at];
  if (graded?.kind !== 'grade') {
    return append(view, {
      kind: 'dispute',
      seq: event.seq,
      entryId: event.entryId,
      claim: '',
      outcome,
      before,
      after,
      text,
    });
  }
  const claim = graded.grade.verdicts.find((verdict) => verdict.keyPointId === event.keyPointId)?.claim ?? '';
  const updated: GradeItem = {
    ...graded,
    grade: event.grade ?? graded.grade,
    disputes: { ...graded.disputes, [event.keyPointId]: { outcome, before, after, text } },
  };
  return append(
    { ...view, items: view.items.with(at, updated) },
    { kind: 'dispute', seq: event.seq, entryId: event.entryId, claim, outcome, before, after, text },
  );
}
