/** The flow between questions: follow up, go on to the next, finish, start a plan. */
import type { Mode, PlanRequest } from '../protocol.ts';
import { composeFeedback } from '../grading/feedback.ts';
import type { ProposedFollowUp } from './effects.ts';
import { chooseFollowUp, followUpText } from './follow-up.ts';
import { planEntries } from './plan.ts';
import { questionGrade, questionTotal } from './progress.ts';
import { buildReport } from './report.ts';
import { openProgress, round } from './state.ts';
import { number } from './texts/texts.ts';
import type { Turn } from './turn.ts';

/**
 * After a grade: a follow-up when there is something to follow up, else the next question.
 * @param proposed a wording that may be said; it is, when it is about the point that is followed up
 */
export function followUpOrGoOn(turn: Turn, proposed?: ProposedFollowUp): void {
  if (!askFollowUp(turn, proposed)) askNext(turn);
}

function askFollowUp(turn: Turn, proposed: ProposedFollowUp | undefined): boolean {
  const progress = openProgress(turn.state);
  const entry = progress ? turn.entry(progress.entryId) : null;
  const point = progress ? chooseFollowUp(progress) : null;
  if (!progress || !entry || !point) return false;
  const keyPointId = point.verdict.keyPointId;
  const wording =
    proposed?.keyPointId === keyPointId
      ? { text: proposed.text, by: proposed.by }
      : { text: followUpText(entry, progress, keyPointId, turn.state.lang, turn.random) };
  turn.emit({
    type: 'question.asked',
    entryId: entry.id,
    kind: 'follow-up',
    number: progress.number,
    total: turn.state.plan?.entryIds.length ?? progress.number,
    keyPointId,
    ...wording,
  });
  return true;
}

/** True when the plan has another question that is still in the material. */
export function hasNext(turn: Turn): boolean {
  const { plan, position } = turn.state;
  return (plan?.entryIds ?? []).some((id, index) => index > position && turn.entry(id) !== null);
}

/** Asks the next question of the plan that is still in the material; finishes when there is none. */
export function askNext(turn: Turn): void {
  const { plan, position, lang } = turn.state;
  const ids = plan?.entryIds ?? [];
  for (let index = position + 1; index < ids.length; index++) {
    const entry = turn.entry(ids[index] ?? '');
    if (!entry) continue;
    turn.emit({
      type: 'question.asked',
      entryId: entry.id,
      kind: 'main',
      number: index + 1,
      total: ids.length,
      text: entry.question[lang],
    });
    return;
  }
  finish(turn, 'finished');
}

/** Report and end of the interview. */
export function finish(turn: Turn, reason: 'finished' | 'by-candidate'): void {
  if (reason === 'by-candidate') leaveOpen(turn, 'end');
  turn.say('transition', reason === 'finished' ? turn.texts.finished : turn.texts.bye);
  if (round(turn.state).length > 0) {
    turn.emit({ type: 'report.made', report: buildReport(turn.state, turn.material, { ended: true }) });
  }
  turn.emit({ type: 'interview.ended', reason });
}

/** Leaves the open question, if there is one; in study mode with the feedback that was held back for its follow-ups. */
export function leaveOpen(turn: Turn, reason: 'skip' | 'dont-know' | 'change-topic' | 'end'): void {
  const progress = openProgress(turn.state);
  if (!progress) return;
  const entry = turn.entry(progress.entryId);
  const grade = questionGrade(progress);
  if (grade && entry && turn.state.mode === 'study' && turn.state.open?.kind === 'follow-up') {
    const total = questionTotal(progress);
    const feedback = composeFeedback({
      entry,
      grade,
      lang: turn.state.lang,
      followedUp: progress.followedUp,
    });
    const summary = total === null ? '' : `${turn.texts.questionTotal(number(total), progress.aided)}\n\n`;
    turn.say('transition', summary + feedback);
  }
  turn.emit({ type: 'question.skipped', entryId: progress.entryId, reason });
}

export interface Start {
  readonly request: PlanRequest;
  /** What the topic's words found, the best first. */
  readonly found: readonly string[] | null;
  /** One question is meant: the rest of the present plan follows it. */
  readonly one?: boolean;
  readonly mode?: Mode | undefined;
  /** Said before the first question; default: nothing. */
  readonly announce?: (count: number) => void;
  /** Entries of this module are left out ("another topic"). */
  readonly notModule?: string | undefined;
}

/** Plans and asks the first question; says so and changes nothing when no entry fits. */
export function startPlan(turn: Turn, start: Start): boolean {
  const { state } = turn;
  const entries = [...turn.material.values()].filter((entry) => entry.module !== start.notModule);
  const asked = new Set(state.questions.map((one) => one.entryId));
  const planned = planEntries({
    entries,
    request: start.request,
    found: start.found,
    asked,
    random: turn.random,
  });
  if (planned.length === 0) {
    turn.say('nothing-open', turn.texts.noEntries);
    if (state.open) turn.say('repeat', turn.texts.back(state.open.text));
    return false;
  }
  const rest = start.one && !state.finished ? (state.plan?.entryIds.slice(state.position + 1) ?? []) : [];
  const entryIds = [...new Set([...planned.slice(0, start.one ? 1 : undefined), ...rest])];
  leaveOpen(turn, 'change-topic');
  if (start.mode !== undefined && start.mode !== state.mode)
    turn.emit({ type: 'mode.changed', mode: start.mode });
  turn.emit({ type: 'interview.planned', entryIds, request: start.request });
  start.announce?.(entryIds.length);
  if (start.request.entryId === undefined && planned.every((id) => asked.has(id))) {
    turn.say('transition', turn.texts.askedBefore);
  }
  askNext(turn);
  return true;
}
