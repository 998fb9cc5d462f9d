/** Grades replies with known gold scores and says how far the two agree. */
import { performance } from 'node:perf_hooks';
import { z } from 'zod';
import { entryIdSchema, type Entry } from '../corpus/entry.ts';
import { messageOf } from '../errors.ts';
import type { Grader } from '../grading/grader.ts';
import { langSchema, type Grade } from '../protocol.ts';
import { bootstrapInterval, mean, quantile, type Interval } from './bootstrap.ts';
import { meanSquare, pearson, spearman } from './correlation.ts';

export const gradingCaseSchema = z.object({
  id: entryIdSchema,
  lang: langSchema,
  /** full, good, shallow, wrong, gaming, variant, or a name of one's own. */
  kind: z.string().min(1),
  variant: z.string().optional(),
  gold: z.number().min(0).max(10),
  answer: z.string(),
  split: z.string().optional(),
});
export type GradingCase = z.infer<typeof gradingCaseSchema>;

export interface GradedCase extends GradingCase {
  readonly grade: Grade;
}

export interface Agreement {
  readonly n: number;
  /** Over the cases; null where either side does not vary. */
  readonly pearson: number | null;
  readonly spearman: number | null;
  readonly rmse: number;
  /** Mean of total − gold: above 0 is too generous. */
  readonly bias: number;
  /** Mean over the questions of Spearman's correlation among the replies to one; null where there is none. */
  readonly withinQuestion: number | null;
}

export interface KindAgreement {
  readonly n: number;
  readonly mean: number;
  readonly goldMean: number;
  readonly shareAtMost3: number;
  readonly shareAtLeast8: number;
  readonly intervals: {
    readonly mean: Interval;
    readonly shareAtMost3: Interval;
    readonly shareAtLeast8: Interval;
  };
}

export interface GradingReport extends Agreement {
  /** Cases whose entry is not in the corpus; in no score. */
  readonly unknown: number;
  readonly unknownIds: readonly string[];
  /** Cases that failed or stayed ungraded; in no score. */
  readonly errors: readonly { readonly id: string; readonly message: string }[];
  readonly judge: string;
  readonly intervals: {
    readonly pearson: Interval;
    readonly spearman: Interval;
    readonly rmse: Interval;
    readonly bias: Interval;
  };
  readonly byKind: Readonly<Record<string, KindAgreement>>;
  readonly byLang: Readonly<Record<string, Agreement>>;
  readonly latencyMs: { readonly p50: number; readonly p99: number };
}

/** Runs every case through the grader, one after the other so that each is timed alone. */
export async function evaluateGrading(
  cases: readonly GradingCase[],
  grader: Grader,
  entries: ReadonlyMap<string, Entry>,
): Promise<{ report: GradingReport; graded: readonly GradedCase[] }> {
  const graded: GradedCase[] = [];
  const errors: { id: string; message: string }[] = [];
  const unknownIds = new Set<string>();
  const times: number[] = [];
  let unknown = 0;
  for (const one of cases) {
    const entry = entries.get(one.id);
    if (!entry) {
      unknown++;
      unknownIds.add(one.id);
      continue;
    }
    const started = performance.now();
    try {
      // oxlint-disable-next-line no-await-in-loop -- one after the other: the time of each is measured
      const grade = await grader.grade({ entry, reply: one.answer, lang: one.lang });
      times.push(performance.now() - started);
      if (grade.total === null)
        errors.push({ id: one.id, message: `ungraded: ${grade.reason ?? 'no reason given'}` });
      else graded.push({ ...one, grade });
    } catch (error) {
      errors.push({ id: one.id, message: messageOf(error) });
    }
  }
  const tenths = (value: number) => Math.round(value * 10) / 10;
  const report: GradingReport = {
    ...agreement(graded),
    unknown,
    unknownIds: [...unknownIds].sort(),
    errors,
    judge: grader.id,
    intervals: intervals(graded),
    byKind: group(graded, (one) => one.kind, kindAgreement),
    byLang: group(graded, (one) => one.lang, agreement),
    latencyMs: { p50: tenths(quantile(times, 0.5)), p99: tenths(quantile(times, 0.99)) },
  };
  return { report, graded };
}

const totalOf = (one: GradedCase) => one.grade.total ?? 0;

function agreement(cases: readonly GradedCase[]): Agreement {
  const gold = cases.map((one) => one.gold);
  const totals = cases.map(totalOf);
  const differences = totals.map((total, index) => total - (gold[index] ?? 0));
  return {
    n: cases.length,
    pearson: pearson(gold, totals),
    spearman: spearman(gold, totals),
    rmse: Math.sqrt(meanSquare(differences)),
    bias: mean(differences),
    withinQuestion: withinQuestion(cases),
  };
}

/** Questions where either side does not vary say nothing and are left out. */
function withinQuestion(cases: readonly GradedCase[]): number | null {
  const found = Object.values(
    group(
      cases,
      (one) => one.id,
      (of) => of,
    ),
  ).flatMap(
    (of) =>
      spearman(
        of.map((one) => one.gold),
        of.map(totalOf),
      ) ?? [],
  );
  return found.length === 0 ? null : mean(found);
}

/** Replies to one question are drawn together. */
function intervals(cases: readonly GradedCase[]): GradingReport['intervals'] {
  const groups = cases.map((one) => one.id);
  const indices = cases.map((_, index) => index);
  const over = (statistic: (sample: readonly GradedCase[]) => number) =>
    bootstrapInterval(indices, {
      groups,
      statistic: (sample) => statistic(sample.flatMap((index) => cases[index] ?? [])),
    });
  return {
    pearson: over((sample) => agreement(sample).pearson ?? 0),
    spearman: over((sample) => agreement(sample).spearman ?? 0),
    rmse: over((sample) => agreement(sample).rmse),
    bias: over((sample) => agreement(sample).bias),
  };
}

function kindAgreement(cases: readonly GradedCase[]): KindAgreement {
  const totals = cases.map(totalOf);
  const atMost3 = totals.map((total) => Number(total <= 3));
  const atLeast8 = totals.map((total) => Number(total >= 8));
  return {
    n: cases.length,
    mean: mean(totals),
    goldMean: mean(cases.map((one) => one.gold)),
    shareAtMost3: mean(atMost3),
    shareAtLeast8: mean(atLeast8),
    intervals: {
      mean: bootstrapInterval(totals),
      shareAtMost3: bootstrapInterval(atMost3),
      shareAtLeast8: bootstrapInterval(atLeast8),
    },
  };
}

function group<T>(
  cases: readonly GradedCase[],
  nameOf: (one: GradedCase) => string,
  measure: (cases: readonly GradedCase[]) => T,
): Record<string, T> {
  const names = [...new Set(cases.map(nameOf))].sort();
  return Object.fromEntries(
    names.map((name) => [name, measure(cases.filter((one) => nameOf(one) === name))]),
  );
}
