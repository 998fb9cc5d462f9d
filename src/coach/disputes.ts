/** Appeals: a candidate disputes one verdict, and a second pass over the same words answers. */
import { totalOf, verdictWorth } from '../grading/arithmetic.ts';
import type { Grade, Verdict } from '../protocol.ts';
import { detectLang } from './detect-lang.ts';
import type { Effect, EffectResult, Failure, RejudgeEffect } from './effects.ts';
import type { Reply } from './progress.ts';
import { disputeTarget, type Undisputed } from './references.ts';
import { buildReport } from './report.ts';
import { openProgress, type Message } from './state.ts';
import { textsFor } from './texts/texts.ts';
import type { Turn } from './turn.ts';

/** A second opinion: one verdict per reply, and whose they are. */
export type Rejudged = Extract<EffectResult, { type: 'rejudged' }>;

/** A second verdict below this confidence settles nothing. */
export const sureEnough = 0.5;

/** The second pass over the disputed verdict; words alone when there is nothing to dispute. */
export function decideDispute(turn: Turn, message: Message): Effect | void {
  const { state, texts } = turn;
  const hidden = state.mode === 'mock' && !state.finished;
  const target = hidden ? null : disputeTarget(state, turn.material, message);
  if (target && !('kind' in target) && turn.entry(target.progress.entryId)) {
    return {
      type: 'rejudge',
      entryId: target.progress.entryId,
      keyPointId: target.keyPointId,
      before: target.progress.points.get(target.keyPointId)?.value ?? 'missing',
      replies: target.progress.replies.map(({ seq, text, question }) => ({ seq, text, question })),
      argument: message.text,
      lang: detectLang(message.text, state.lang),
    };
  }
  if (hidden) turn.say('nothing-open', texts.dispute.atEnd);
  else
    turn.say('nothing-open', target && 'kind' in target ? undisputed(turn, target) : texts.dispute.nothing);
  if (state.open) turn.say('repeat', texts.back(state.open.text));
}

/** Why nothing is judged again, or what has to be said before it can be. */
function undisputed(turn: Turn, target: Undisputed): string {
  const { dispute } = turn.texts;
  const { lang } = turn.state;
  if (target.kind === 'nothing') return dispute.nothing;
  if (target.kind === 'met') return dispute.alreadyMet(target.point[lang]);
  if (target.unmet.length === 0) return dispute.allMet;
  // A list of what is missing would answer the follow-up that is open.
  if (target.progress === openProgress(turn.state)) return dispute.whichOpen;
  return dispute.which(target.unmet.map(({ number, point }) => ({ number, claim: point[lang] })));
}

/** The outcome of an appeal. A second look never makes a verdict worse. */
export function onRejudged(turn: Turn, effect: RejudgeEffect, result: Rejudged | Failure): void {
  const { state } = turn;
  const texts = textsFor(effect.lang);
  const progress = state.questions.findLast(
    (one) => one.points.has(effect.keyPointId) && one.entryId === effect.entryId,
  );
  const point = progress?.points.get(effect.keyPointId);
  const entry = turn.entry(effect.entryId);
  if (result.type === 'failed' || !progress || !point || !entry) {
    const kind = result.type === 'failed' ? result.kind : 'other';
    turn.say('transition', texts.unanswered(texts.failure[kind]));
    back(turn);
    return;
  }
  const before = point.value;
  const { verdicts } = result;
  const best = verdicts.reduce<number>(
    (found, verdict, index) => (worth(verdict) > worth(verdicts[found]) ? index : found),
    0,
  );
  const second = verdicts[best];
  const better =
    second !== undefined && verdictWorth[second.value] > verdictWorth[before] && second.replySpan !== null;
  const unsure = second === undefined || second.confidence < sureEnough;
  const outcome = better
    ? unsure
      ? 'unclear'
      : 'changed'
    : unsure && before !== 'covered'
      ? 'unclear'
      : 'upheld';
  const claim =
    entry.keyPoints.find((one) => one.id === effect.keyPointId)?.[effect.lang] ?? point.verdict.claim;
  const reference =
    entry.keyPoints.find((one) => one.id === effect.keyPointId)?.reference[effect.lang].text ?? '';
  const said = second?.replySpan?.text ?? point.verdict.replySpan?.text ?? null;
  const names = texts.report.value;
  const base = {
    type: 'dispute.resolved',
    entryId: effect.entryId,
    keyPointId: effect.keyPointId,
    before,
    by: result.by,
  } as const;
  if (outcome === 'changed' && second?.replySpan) {
    const reply = progress.replies.find((one) => one.seq === effect.replies[best]?.seq);
    turn.emit({
      ...base,
      outcome,
      after: second.value,
      text: texts.dispute.changed(
        claim,
        second.replySpan.text,
        reference,
        names[before],
        names[second.value],
      ),
      ...(reply ? { grade: withVerdict(reply, second) } : {}),
    });
  } else {
    const text =
      outcome === 'unclear'
        ? texts.dispute.unclear(claim, said, reference)
        : texts.dispute.upheld(claim, said, reference, names[before]);
    turn.emit({ ...base, outcome, after: before, text });
  }
  if (state.finished && outcome === 'changed') {
    turn.emit({ type: 'report.made', report: buildReport(turn.state, turn.material, { ended: true }) });
  }
  back(turn);
}

function worth(verdict: Verdict | undefined): number {
  return verdict ? verdictWorth[verdict.value] + verdict.confidence / 1_000 : -1;
}

/** The reply's grade with the new verdict in it. */
function withVerdict(reply: Reply, verdict: Verdict): Grade {
  const others = reply.grade.verdicts.filter((one) => one.keyPointId !== verdict.keyPointId);
  const verdicts =
    others.length === reply.grade.verdicts.length
      ? [...others, verdict]
      : reply.grade.verdicts.map((one) => (one.keyPointId === verdict.keyPointId ? verdict : one));
  const penalties = reply.grade.misconceptions.reduce((sum, one) => sum + one.cost, 0);
  return { ...reply.grade, verdicts, total: totalOf(verdicts, penalties) };
}

function back(turn: Turn): void {
  if (turn.state.open) turn.say('repeat', turn.texts.back(turn.state.open.text));
}
