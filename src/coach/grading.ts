/** What is graded, on which key points, and what the coach does with the grade. */
import type { Entry } from '../corpus/entry.ts';
import { totalOf, verdictWorth } from '../grading/arithmetic.ts';
import { composeFeedback } from '../grading/feedback.ts';
import type { Grade, NewEvent } from '../protocol.ts';
import { askNext, followUpOrGoOn, leaveOpen } from './asking.ts';
import { detectLang } from './detect-lang.ts';
import type { Failure, GradeEffect, Material, ProposedFollowUp } from './effects.ts';
import { chooseFollowUp } from './follow-up.ts';
import { unmetPoints } from './helping.ts';
import { questionGrade, questionTotal, withoutReply, type Progress, type Reply } from './progress.ts';
import { buildReport } from './report.ts';
import { evolveNew, openProgress, type CoachState, type Message } from './state.ts';
import { number, textsFor } from './texts/texts.ts';
import type { Turn } from './turn.ts';

type Graded = Extract<NewEvent, { type: 'reply.graded' }>;

/** The effect that grades a reply to the open question; null when its entry is gone. */
export function gradeEffect(state: CoachState, material: Material, message: Message): GradeEffect | null {
  const progress = openProgress(state);
  const { open } = state;
  const entry = progress ? material.get(progress.entryId) : undefined;
  if (!open || !progress || !entry) return null;
  return {
    type: 'grade',
    entryId: entry.id,
    replySeq: message.seq,
    reply: message.text,
    question: open.text,
    scope: open.kind === 'main' ? 'question' : 'follow-up',
    keyPointIds:
      open.keyPointId === null ? null : scopeOf(withoutReply(progress, message.seq), open.keyPointId),
    lang: detectLang(message.text, state.lang),
    aided: progress.aided,
  };
}

/** A follow-up's own point first, then whatever else is not covered yet: the reply may make up for it too. */
function scopeOf(progress: Progress, keyPointId: string): string[] {
  const unmet = [...progress.points].filter(([, point]) => point.value !== 'covered').map(([id]) => id);
  return [...new Set([keyPointId, ...unmet])];
}

/** Replies that wait for a judge, or for a better one than judged them while it was away; the oldest first. */
export function waitingReplies(state: CoachState, material: Material): GradeEffect[] {
  return state.questions.flatMap((progress) =>
    progress.replies
      .filter((reply) => reply.grade.state !== 'graded' && material.has(progress.entryId))
      .map((reply) => regradeEffect(progress, reply)),
  );
}

function regradeEffect(progress: Progress, reply: Reply): GradeEffect {
  return {
    type: 'grade',
    entryId: progress.entryId,
    replySeq: reply.seq,
    reply: reply.text,
    question: reply.question,
    scope: reply.scope,
    keyPointIds:
      reply.keyPointId === null ? null : scopeOf(withoutReply(progress, reply.seq), reply.keyPointId),
    lang: reply.lang,
    aided: reply.aided,
  };
}

/** The follow-up that comes after a grade, before it has words. */
export interface NextFollowUp {
  readonly keyPointId: string;
  /** What a wording must not state: every key point that is not made yet. */
  readonly unmet: readonly string[];
  /** What the candidate was asked and has said. */
  readonly known: readonly string[];
}

/** Which point is followed up once the grade is stored; null when none is. */
export function nextFollowUp(
  state: CoachState,
  material: Material,
  effect: GradeEffect,
  grade: Grade,
): NextFollowUp | null {
  if (grade.state === 'ungraded' || !material.has(effect.entryId)) return null;
  const progress = openProgress(evolveNew(state, draftOf(effect, inScope(state, effect, grade))));
  const point = progress ? chooseFollowUp(progress) : null;
  if (!progress || !point) return null;
  return {
    keyPointId: point.verdict.keyPointId,
    unmet: unmetPoints(progress, [...progress.points.keys()]),
    known: progress.replies.flatMap(({ question, text }) => [question, text]),
  };
}

/**
 * The events after a reply was graded, or could not be.
 * @param proposed a follow-up that may be said as it is
 */
export function onGraded(
  turn: Turn,
  effect: GradeEffect,
  result: Grade | Failure,
  proposed?: ProposedFollowUp,
): void {
  const entry = turn.entry(effect.entryId);
  if ('type' in result || result.state === 'ungraded') {
    const kind = 'type' in result ? result.kind : 'other';
    const reason = 'type' in result ? turn.texts.failure[kind] : (result.reason ?? turn.texts.failure.other);
    const judge = result.judge;
    const grade: Grade = { state: 'ungraded', total: null, verdicts: [], misconceptions: [], judge, reason };
    turn.emit(draftOf(effect, grade));
    turn.say('ungraded', turn.texts.ungraded(reason));
    askNext(turn);
    return;
  }
  const draft = draftOf(effect, inScope(turn.state, effect, result));
  const progress = openProgress(evolveNew(turn.state, draft));
  turn.emit({ ...draft, feedback: entry && progress ? feedbackOf(turn, entry, progress, effect) : '' });
  if (turn.state.mode === 'mock') turn.say('transition', turn.texts.noted);
  followUpOrGoOn(turn, proposed);
}

/** The local judge's grade, shown while a chat model is still reading. */
export function onFirstLook(turn: Turn, effect: GradeEffect, grade: Grade): void {
  const entry = turn.entry(effect.entryId);
  const draft = draftOf(effect, inScope(turn.state, effect, grade));
  const progress = openProgress(evolveNew(turn.state, draft));
  turn.emit({ ...draft, feedback: entry && progress ? feedbackOf(turn, entry, progress, effect) : '' });
}

/** The chat model did not come in time: the first look stands for now, and the interview goes on. */
export function onFirstLookStands(turn: Turn): void {
  if (turn.state.mode === 'mock') turn.say('transition', turn.texts.noted);
  followUpOrGoOn(turn);
}

/** The stored grade of a reply; null when there is none. */
export function gradeOf(state: CoachState, replySeq: number): Grade | null {
  const replies = state.questions.flatMap((progress) => progress.replies);
  return replies.find((reply) => reply.seq === replySeq)?.grade ?? null;
}

/** The events after a waiting reply got its grade; none when the judge is still away. */
export function onRegraded(turn: Turn, effect: GradeEffect, result: Grade | Failure): void {
  if ('type' in result || result.state === 'ungraded') return;
  const { state } = turn;
  // A first look is news for a reply that nobody could grade, and for no other.
  if (result.state === 'provisional' && gradeOf(state, effect.replySeq)?.state !== 'ungraded') return;
  const draft = draftOf(effect, inScope(state, effect, result));
  const progress = evolveNew(state, draft).questions.findLast((one) =>
    one.replies.some((reply) => reply.seq === effect.replySeq),
  );
  const entry = turn.entry(effect.entryId);
  const texts = textsFor(effect.lang);
  const grade = progress ? questionGrade(progress) : null;
  let feedback = '';
  if (entry && progress && grade && (state.mode === 'study' || state.finished)) {
    // A follow-up is open: what is still missing is what it asks for.
    const inPlay = state.open?.kind === 'follow-up' && openProgress(state)?.number === progress.number;
    const words = inPlay
      ? establishedBy(turn, entry, progress, effect)
      : composeFeedback({ entry, grade, lang: effect.lang, followedUp: progress.followedUp });
    feedback = `${texts.regraded(progress.number)}\n\n${words}`;
  }
  turn.emit({ ...draft, feedback });
  if (state.finished) {
    turn.emit({ type: 'report.made', report: buildReport(turn.state, turn.material, { ended: true }) });
  }
}

function draftOf(effect: GradeEffect, grade: Grade): Graded {
  return {
    type: 'reply.graded',
    entryId: effect.entryId,
    replySeq: effect.replySeq,
    scope: effect.scope,
    aided: effect.aided,
    grade,
    feedback: '',
    lang: effect.lang,
  };
}

/** The question as it stood before the reply: a first look at that very reply is not held against it. */
function questionBefore(state: CoachState, effect: GradeEffect): Progress | null {
  const progress = state.questions.findLast((one) => one.entryId === effect.entryId);
  return progress ? withoutReply(progress, effect.replySeq) : null;
}

/** A follow-up's grade speaks of its own point, and of others only where the reply made up for them. */
function inScope(state: CoachState, effect: GradeEffect, grade: Grade): Grade {
  const [own] = effect.keyPointIds ?? [];
  if (effect.scope === 'question' || own === undefined) return grade;
  const progress = questionBefore(state, effect);
  const verdicts = grade.verdicts.filter((verdict) => {
    if (verdict.keyPointId === own) return true;
    const known = progress?.points.get(verdict.keyPointId)?.value ?? 'missing';
    return verdict.replySpan !== null && verdictWorth[verdict.value] > Math.max(0, verdictWorth[known]);
  });
  const penalties = grade.misconceptions.reduce((sum, one) => sum + one.cost, 0);
  return { ...grade, verdicts, total: totalOf(verdicts, penalties) };
}

/**
 * Study mode only. While a follow-up is to come, what is still missing is held back, or the follow-up
 * would be answered before it is asked; at the question's close everything is said.
 */
function feedbackOf(turn: Turn, entry: Entry, progress: Progress, effect: GradeEffect): string {
  const { lang } = effect;
  if (turn.state.mode === 'mock') return '';
  const texts = textsFor(lang);
  const grade = questionGrade(progress);
  if (!grade) return '';
  if (chooseFollowUp(progress)) return establishedBy(turn, entry, progress, effect);
  const total = questionTotal(progress);
  const summary =
    progress.followedUp.length > 0 && total !== null
      ? `${texts.questionTotal(number(total), progress.aided)}\n\n`
      : '';
  return summary + composeFeedback({ entry, grade, lang, followedUp: progress.followedUp });
}

/** What this reply made, and nothing of what it did not. */
function establishedBy(turn: Turn, entry: Entry, progress: Progress, effect: GradeEffect): string {
  const { lang } = effect;
  const texts = textsFor(lang);
  const before = questionBefore(turn.state, effect)?.points;
  const claims = [...progress.points.values()]
    .filter((point) => point.value === 'covered')
    // What an earlier reply made was said then.
    .filter((point) => before?.get(point.verdict.keyPointId)?.value !== 'covered')
    .map(
      (point) =>
        entry.keyPoints.find((one) => one.id === point.verdict.keyPointId)?.[lang] ?? point.verdict.claim,
    );
  if (claims.length > 0) return turn.choose(texts.established(claims));
  return turn.choose(progress.followedUp.length > 0 ? texts.nothingNew : texts.nothingEstablished);
}

/** "I don't know" counts as a reply that makes no point; no judge is needed for that. */
export function dontKnow(turn: Turn, message: Message): void {
  const { state } = turn;
  const effect = gradeEffect(state, turn.material, message);
  const entry = effect ? turn.entry(effect.entryId) : null;
  if (!effect || !entry) {
    turn.say('nothing-open', turn.texts.entryGone);
    leaveOpen(turn, 'skip');
    askNext(turn);
    return;
  }
  const { lang } = effect;
  const own = effect.keyPointIds?.slice(0, 1);
  const verdicts = entry.keyPoints
    .filter((point) => !own || own.includes(point.id))
    .map((point) => ({
      keyPointId: point.id,
      claim: point[lang],
      weight: point.weight,
      value: 'missing' as const,
      confidence: 1,
      replySpan: null,
      referenceSpan: { ...point.reference[lang], lang },
    }));
  turn.emit(draftOf(effect, { state: 'graded', total: 0, verdicts, misconceptions: [], judge: 'coach' }));
  if (effect.scope === 'question') {
    turn.say('transition', turn.texts.dontKnow[state.mode]);
    if (state.mode === 'study') {
      turn.emit({
        type: 'reference.shown',
        entryId: entry.id,
        text: entry.answer[state.lang],
        lang: state.lang,
      });
    }
    turn.emit({ type: 'question.skipped', entryId: entry.id, reason: 'dont-know' });
  } else {
    turn.say('transition', turn.texts.dontKnowFollowUp);
    leaveOpen(turn, 'dont-know');
  }
  askNext(turn);
}
