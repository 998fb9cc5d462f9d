/** Where verdicts begin: thresholds chosen on replies that the weights have not seen. */
import { mean } from '../../src/eval/bootstrap.ts';
import { pearson } from '../../src/eval/correlation.ts';
import type { GradingCase } from '../../src/eval/grading-eval.ts';
import { hashOfReply, type VerdictLabel } from '../../src/eval/verdict-eval.ts';
import { totalOf } from '../../src/grading/arithmetic.ts';
import { calibratedConfidence, type ConfidenceCurves } from '../../src/grading/confidence.ts';
import { decide } from '../../src/grading/decide.ts';
import {
  probabilitiesOf,
  type StatementWeights,
  type VerdictThresholds,
} from '../../src/grading/statement-model.ts';
import type { Example } from './examples.ts';
import type { CheckedVerdict } from './fit-confidence.ts';

export type Judged = {
  reply: GradingCase;
  points: { id: string; weight: number; judged: Parameters<typeof decide>[0] }[];
};

export function judge(examples: readonly Example[], weights: StatementWeights): Judged[] {
  return examples.map(({ reply, points }) => ({
    reply,
    points: points.map(({ id, weight, windows }) => ({
      id,
      weight,
      judged: windows.map(({ clause, evidence }) => ({
        clause,
        probabilities: probabilitiesOf(evidence, weights),
      })),
    })),
  }));
}

/** @param confidence without, every verdict counts as sure */
export function totals(
  judged: readonly Judged[],
  thresholds: VerdictThresholds,
  confidence?: ConfidenceCurves,
): number[] {
  return judged.map(({ points }) =>
    totalOf(
      points.map(({ weight, judged: of }) => {
        const { value, raw, curve } = decide(of, thresholds);
        const sure = confidence ? { confidence: calibratedConfidence(raw, confidence[curve]) } : {};
        return { weight, value, ...sure };
      }),
    ),
  );
}

/** The verdicts on replies whose key points are labelled one by one. */
export function checkedVerdicts(
  judged: readonly Judged[],
  thresholds: VerdictThresholds,
  labels: ReadonlyMap<string, VerdictLabel>,
): CheckedVerdict[] {
  return judged.flatMap(({ reply, points }) => {
    const label = labels.get(hashOfReply(reply.answer));
    return points.flatMap(({ id, judged: of }) => {
      const gold = label?.verdicts[id];
      if (gold === undefined) return [];
      const { value, raw, curve } = decide(of, thresholds);
      return [{ raw, curve, right: value === gold }];
    });
  });
}

interface Summary {
  pearson: number;
  wrongLow: number;
  gamingLow: number;
  fullHigh: number;
  meanError: number;
  /** Share of the verdicts on full, good and variant replies that say `contradicted`. */
  accused: number;
}

function accusedShare(judged: readonly Judged[], thresholds: VerdictThresholds): number {
  const verdicts = judged
    .filter((one) => ['full', 'good', 'variant'].includes(one.reply.kind))
    .flatMap(({ points }) => points.map((point) => decide(point.judged, thresholds).value));
  return verdicts.filter((value) => value === 'contradicted').length / Math.max(1, verdicts.length);
}

export function summarise(
  judged: readonly Judged[],
  thresholds: VerdictThresholds,
  confidence?: ConfidenceCurves,
): Summary {
  const found = totals(judged, thresholds, confidence);
  // A reply that is half right by design is neither here nor there.
  const share = (kind: string, test: (total: number) => boolean) => {
    const of = found.filter(
      (_, index) => judged[index]?.reply.kind === kind && judged[index].reply.variant !== 'mixed',
    );
    return of.filter(test).length / Math.max(1, of.length);
  };
  const gold = judged.map((one) => one.reply.gold);
  return {
    pearson: pearson(gold, found) ?? 0,
    wrongLow: share('wrong', (total) => total <= 3),
    gamingLow: share('gaming', (total) => total <= 3),
    fullHigh: share('full', (total) => total >= 8),
    meanError:
      found.reduce((sum, value, index) => sum + Math.abs(value - (gold[index] ?? 0)), 0) / found.length,
    accused: accusedShare(judged, thresholds),
  };
}

/**
 * What the thresholds are chosen by: correlation, closeness, the three shares, and few right
 * candidates told that they are wrong.
 */
function worth(summary: Summary): number {
  const shares = [summary.wrongLow, summary.gamingLow, summary.fullHigh].reduce(
    (sum, value) => sum + value,
    0,
  );
  return summary.pearson + 0.5 * shares - 0.1 * summary.meanError - 2 * summary.accused;
}

const grid = {
  partial: [0.35, 0.4, 0.45, 0.5, 0.55, 0.6],
  gap: [0.05, 0.1, 0.15, 0.2, 0.25],
  contradicted: [0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7],
  contradictedOverCredit: [0.6, 0.8, 0.9, 1, 1.2, 1.5],
};

/** The middle of a plateau, not a lone peak: the setting whose neighbours on the grid do best with it. */
export function chooseThresholds(judged: readonly Judged[]): VerdictThresholds {
  const worths = new Map<string, number>();
  const at = (p: number, g: number, c: number, o: number): VerdictThresholds | null => {
    const partial = grid.partial[p];
    const gap = grid.gap[g];
    const contradicted = grid.contradicted[c];
    const contradictedOverCredit = grid.contradictedOverCredit[o];
    if (partial === undefined || gap === undefined) return null;
    if (contradicted === undefined || contradictedOverCredit === undefined) return null;
    const covered = Math.round((partial + gap) * 100) / 100;
    return { covered, partial, contradicted, contradictedOverCredit };
  };
  const worthAt = (...place: [number, number, number, number]): number | null => {
    const thresholds = at(...place);
    if (!thresholds) return null;
    const key = place.join();
    const known = worths.get(key) ?? worth(summarise(judged, thresholds));
    worths.set(key, known);
    return known;
  };
  let best: { thresholds: VerdictThresholds; worth: number } | null = null;
  for (const p of grid.partial.keys()) {
    for (const g of grid.gap.keys()) {
      for (const c of grid.contradicted.keys()) {
        for (const o of grid.contradictedOverCredit.keys()) {
          const around = [
            [p, g, c, o],
            [p - 1, g, c, o],
            [p + 1, g, c, o],
            [p, g - 1, c, o],
            [p, g + 1, c, o],
            [p, g, c - 1, o],
            [p, g, c + 1, o],
            [p, g, c, o - 1],
            [p, g, c, o + 1],
          ].flatMap(([a = 0, b = 0, d = 0, e = 0]) => worthAt(a, b, d, e) ?? []);
          const level = mean(around);
          const thresholds = at(p, g, c, o);
          if (thresholds && (!best || level > best.worth)) best = { thresholds, worth: level };
        }
      }
    }
  }
  if (!best) throw new Error('no thresholds tried');
  return best.thresholds;
}
