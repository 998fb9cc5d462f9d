/** What is measured of a judge for its trust card, with intervals by question. Pure. */
import type { GradedCase } from './grading-eval.ts';
import { bootstrapInterval, mean, quantile, type Interval } from './bootstrap.ts';
import { meanSquare, pearson, spearman } from './correlation.ts';

/** Of fewer questions than this an interval would say nothing. */
export const questionsForInterval = 5;

export interface Estimate {
  /** null where there is nothing to measure, or it does not vary. */
  readonly value: number | null;
  /** 95 % bootstrap over questions; null below `questionsForInterval` questions. */
  readonly interval: Interval | null;
}

/** How far totals agree with gold. */
export interface Measured {
  readonly n: number;
  readonly questions: number;
  readonly pearson: Estimate;
  readonly spearman: Estimate;
  readonly rmse: Estimate;
  /** Mean of total − gold: above 0 is too generous. */
  readonly bias: Estimate;
  /** Mean over questions of Spearman's ρ among the replies to one. */
  readonly withinQuestion: Estimate;
  /** Of two replies to one question whose gold lies 2 or more apart: the share put in the right order. */
  readonly rightOrder: Estimate & { readonly pairs: number };
  /** Shares of replies by |total − gold|. */
  readonly withinOne: Estimate;
  readonly withinTwo: Estimate;
  readonly overFour: Estimate;
}

export interface ReplyKind {
  readonly n: number;
  readonly questions: number;
  readonly gold: number;
  readonly total: number;
  readonly atMost3: Estimate;
  readonly atLeast8: Estimate;
}

/** Replies whose one score lies from `from` (inclusive) to `to` (exclusive; the last bin includes 10), and the other score. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly n: number;
  /** Of the other score: mean, 10th and 90th percentile; null for an empty bin. */
  readonly other: { readonly mean: number; readonly p10: number; readonly p90: number } | null;
}

const totalOf = (one: GradedCase) => one.grade.total ?? 0;
const distance = (one: GradedCase) => Math.abs(totalOf(one) - one.gold);
const pairGap = 2;

export function groupBy<T>(items: readonly T[], nameOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of items) {
    const name = nameOf(one);
    const group = groups.get(name);
    if (group) group.push(one);
    else groups.set(name, [one]);
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function measure(cases: readonly GradedCase[]): Measured {
  const byQuestion = [...groupBy(cases, (one) => one.id).values()];
  const over = (statistic: (sample: readonly GradedCase[]) => number | null) =>
    estimate(byQuestion, (sample) => statistic(sample.flat()));
  const share = (test: (one: GradedCase) => boolean) =>
    over((sample) => mean(sample.map((one) => Number(test(one)))));
  // A question drawn twice counts twice: measured once each, and the mean is drawn.
  const ranked = byQuestion.flatMap(
    (of) =>
      spearman(
        of.map((one) => one.gold),
        of.map(totalOf),
      ) ?? [],
  );
  const pairs = byQuestion.map(orderedPairs);
  const all = pairs.reduce((sum, one) => sum + one.pairs, 0);
  return {
    n: cases.length,
    questions: byQuestion.length,
    pearson: over((sample) =>
      pearson(
        sample.map((one) => one.gold),
        sample.map(totalOf),
      ),
    ),
    spearman: over((sample) =>
      spearman(
        sample.map((one) => one.gold),
        sample.map(totalOf),
      ),
    ),
    rmse: over((sample) => Math.sqrt(meanSquare(sample.map(distance)))),
    bias: over((sample) => mean(sample.map((one) => totalOf(one) - one.gold))),
    withinQuestion: estimate(ranked, (sample) => (sample.length === 0 ? null : mean(sample))),
    rightOrder: {
      pairs: all,
      ...estimate(pairs, (sample) => {
        const drawn = sample.reduce((sum, one) => sum + one.pairs, 0);
        return drawn === 0 ? null : sample.reduce((sum, one) => sum + one.right, 0) / drawn;
      }),
    },
    withinOne: share((one) => distance(one) <= 1),
    withinTwo: share((one) => distance(one) <= 2),
    overFour: share((one) => distance(one) > 4),
  };
}

export function measureKind(cases: readonly GradedCase[]): ReplyKind {
  const byQuestion = [...groupBy(cases, (one) => one.id).values()];
  const share = (test: (total: number) => boolean) =>
    estimate(byQuestion, (sample) => mean(sample.flat().map((one) => Number(test(totalOf(one))))));
  return {
    n: cases.length,
    questions: byQuestion.length,
    gold: mean(cases.map((one) => one.gold)),
    total: mean(cases.map(totalOf)),
    atMost3: share((total) => total <= 3),
    atLeast8: share((total) => total >= 8),
  };
}

/** What gold is when the judge gives so much (`of: 'total'`), or what the judge gives when gold is so much. */
export function bins(cases: readonly GradedCase[], of: 'total' | 'gold'): Bin[] {
  const edges = [0, 2, 4, 6, 8, 10];
  return edges.slice(0, -1).map((from, index) => {
    const to = edges[index + 1] ?? 10;
    const others = cases.flatMap((one) => {
      const [score, other] = of === 'total' ? [totalOf(one), one.gold] : [one.gold, totalOf(one)];
      return score >= from && (score < to || to === 10) ? [other] : [];
    });
    return {
      from,
      to,
      n: others.length,
      other:
        others.length === 0
          ? null
          : { mean: mean(others), p10: quantile(others, 0.1), p90: quantile(others, 0.9) },
    };
  });
}

/** Equal totals are no right order, and no wrong one: half. */
function orderedPairs(cases: readonly GradedCase[]): { pairs: number; right: number } {
  let pairs = 0;
  let right = 0;
  for (const better of cases) {
    for (const worse of cases) {
      if (better.gold - worse.gold < pairGap) continue;
      pairs++;
      const difference = totalOf(better) - totalOf(worse);
      if (difference > 0) right++;
      else if (difference === 0) right += 0.5;
    }
  }
  return { pairs, right };
}

/** A statistic over questions, and its interval from questions drawn again. */
function estimate<T>(questions: readonly T[], statistic: (sample: readonly T[]) => number | null): Estimate {
  const value = statistic(questions);
  if (value === null || questions.length < questionsForInterval) return { value, interval: null };
  const interval = bootstrapInterval(
    questions.map((_, index) => index),
    { statistic: (sample) => statistic(sample.flatMap((index) => questions[index] ?? [])) ?? 0 },
  );
  return { value, interval };
}
