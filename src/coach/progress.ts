/** What has happened to one question, and how verdicts on several replies to it come together. */
import { totalOf, verdictWorth } from '../grading/arithmetic.ts';
import type { Grade, Lang, Verdict, VerdictValue } from '../protocol.ts';

/** A graded (or still ungraded) reply. */
export interface Reply {
  /** `seq` of the message that holds it. */
  readonly seq: number;
  readonly text: string;
  readonly scope: 'question' | 'follow-up';
  /** The question as it stood when this was said. */
  readonly question: string;
  /** The key point of the follow-up that this replies to. */
  readonly keyPointId: string | null;
  readonly lang: Lang;
  readonly aided: boolean;
  readonly grade: Grade;
}

/** What is known of one key point: the best verdict so far. */
export interface Point {
  readonly verdict: Verdict;
  readonly value: VerdictValue;
  /** True when the best verdict was reached with a hint. */
  readonly aided: boolean;
}

/** A main question with everything that happened to it. */
export interface Progress {
  readonly entryId: string;
  readonly number: number;
  readonly text: string;
  readonly replies: readonly Reply[];
  /** By key point id; empty until the first graded reply. */
  readonly points: ReadonlyMap<string, Point>;
  readonly misconceptions: Grade['misconceptions'];
  /** Points that an appeal changed; they outlast a later regrade. */
  readonly appealed: ReadonlyMap<string, Point>;
  readonly hints: number;
  /** Hints, the reference, or an answer out of this very entry were seen while it was open. */
  readonly aided: boolean;
  readonly followedUp: readonly string[];
  /** Why it was left without (more) replies, if it was. */
  readonly left: 'skip' | 'dont-know' | 'change-topic' | 'end' | null;
  readonly referenceShown: boolean;
}

/** A question just asked. */
export function newProgress(entryId: string, number: number, text: string): Progress {
  return {
    entryId,
    number,
    text,
    replies: [],
    points: new Map(),
    misconceptions: [],
    appealed: new Map(),
    hints: 0,
    aided: false,
    followedUp: [],
    left: null,
    referenceShown: false,
  };
}

/**
 * The best verdict of each key point. Silence takes nothing back: `missing` never replaces a verdict,
 * so a contradiction stands until a later reply covers the point at least in part.
 */
function mergeVerdicts(
  points: ReadonlyMap<string, Point>,
  verdicts: readonly Verdict[],
  aided: boolean,
): ReadonlyMap<string, Point> {
  const merged = new Map(points);
  for (const verdict of verdicts) {
    const known = merged.get(verdict.keyPointId);
    const better =
      !known ||
      (verdict.value !== 'missing' && verdictWorth[verdict.value] > verdictWorth[known.value]) ||
      // The same value reached without help counts for more than the aided one.
      (verdict.value === known.value && verdict.value !== 'missing' && known.aided && !aided);
    if (better) merged.set(verdict.keyPointId, { verdict, value: verdict.value, aided });
  }
  return merged;
}

/** Each misconception once, at its highest cost. */
function mergeMisconceptions(
  known: Grade['misconceptions'],
  more: Grade['misconceptions'],
): Grade['misconceptions'] {
  const merged = new Map(known.map((one) => [one.misconceptionId, one]));
  for (const one of more) {
    if (one.cost > (merged.get(one.misconceptionId)?.cost ?? -1)) merged.set(one.misconceptionId, one);
  }
  return [...merged.values()];
}

/** The question with its points and misconceptions as its replies' grades and its appeals give them. */
export function recount(progress: Progress): Progress {
  let points: ReadonlyMap<string, Point> = new Map();
  let misconceptions: Grade['misconceptions'] = [];
  for (const { grade, aided } of progress.replies) {
    if (grade.state === 'ungraded') continue;
    points = mergeVerdicts(points, grade.verdicts, aided);
    misconceptions = mergeMisconceptions(misconceptions, grade.misconceptions);
  }
  const settled = new Map(points);
  for (const [id, point] of progress.appealed) {
    const known = settled.get(id);
    if (known && verdictWorth[point.value] > verdictWorth[known.value]) settled.set(id, point);
  }
  return { ...progress, points: settled, misconceptions };
}

/** The question as if one reply had not been graded: what a second grade of that reply is compared with. */
export function withoutReply(progress: Progress, seq: number): Progress {
  return recount({ ...progress, replies: progress.replies.filter((reply) => reply.seq !== seq) });
}

/** The question's total over its best verdicts; null when nothing of it has been graded. */
export function questionTotal(progress: Progress): number | null {
  if (progress.points.size === 0) return null;
  const penalties = progress.misconceptions.reduce((sum, one) => sum + one.cost, 0);
  const verdicts = [...progress.points.values()].map((point) => ({
    weight: point.verdict.weight,
    value: point.value,
    confidence: point.verdict.confidence,
  }));
  return totalOf(verdicts, penalties);
}

/** The question's verdicts as one grade: what feedback at its close is written from. */
export function questionGrade(progress: Progress): Grade | null {
  const graded = progress.replies.filter((reply) => reply.grade.state !== 'ungraded');
  const last = graded.at(-1);
  if (!last) return null;
  const provisional = graded.some((reply) => reply.grade.state === 'provisional');
  return {
    state: provisional ? 'provisional' : 'graded',
    total: questionTotal(progress),
    verdicts: [...progress.points.values()].map((point) => ({ ...point.verdict, value: point.value })),
    misconceptions: progress.misconceptions,
    judge: last.grade.judge,
  };
}
