/** Single verdicts against what a person says of the same key points: agreement, and whether the confidences mean anything. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { entryIdSchema } from '../corpus/entry.ts';
import { langSchema, unsureBelow, verdictValueSchema, type VerdictValue } from '../protocol.ts';
import { bootstrapInterval, mean, type Interval } from './bootstrap.ts';
import type { GradedCase } from './grading-eval.ts';

/** A reply's right verdicts, key point by key point (`eval/verdicts/labels.jsonl`). */
export const verdictLabelSchema = z.object({
  /** The first 16 hexadecimal digits of the SHA-256 of the reply's text, which stands in `eval/grading`. */
  reply: z.string().regex(/^[0-9a-f]{16}$/),
  id: entryIdSchema,
  lang: langSchema,
  kind: z.string().min(1),
  split: z.string(),
  verdicts: z.record(z.string(), verdictValueSchema),
});
export type VerdictLabel = z.infer<typeof verdictLabelSchema>;

export function hashOfReply(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** A verdict of the judge beside the right one. */
export interface ComparedVerdict {
  readonly id: string;
  readonly kind: string;
  readonly keyPointId: string;
  readonly gold: VerdictValue;
  readonly value: VerdictValue;
  readonly confidence: number;
}

/** Pairs what was labelled with what was judged; key points that only one side has are left out. */
export function compareVerdicts(
  graded: readonly GradedCase[],
  labels: readonly VerdictLabel[],
): ComparedVerdict[] {
  const byReply = new Map(labels.map((label) => [label.reply, label]));
  return graded.flatMap(({ id, kind, answer, grade }) => {
    const label = byReply.get(hashOfReply(answer));
    return grade.verdicts.flatMap(({ keyPointId, value, confidence }) => {
      const gold = label?.verdicts[keyPointId];
      return gold === undefined ? [] : [{ id, kind, keyPointId, gold, value, confidence }];
    });
  });
}

export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly n: number;
  readonly confidence: number;
  readonly right: number;
}

export interface VerdictReport {
  readonly n: number;
  readonly replies: number;
  /** Share of verdicts that are as labelled; the interval draws questions. */
  readonly right: number;
  readonly interval: Interval;
  /** Of verdicts that are shown as sure, and as not sure. */
  readonly sure: { readonly n: number; readonly right: number };
  readonly unsure: { readonly n: number; readonly right: number };
  /** Mean over verdicts of |confidence − share right| by tenths of confidence (Naeini et al. 2015). */
  readonly calibrationError: number;
  readonly bins: readonly ReliabilityBin[];
  /** Rows: labelled; columns: judged. */
  readonly confusion: Readonly<Record<VerdictValue, Readonly<Record<VerdictValue, number>>>>;
}

const values: readonly VerdictValue[] = ['covered', 'partial', 'missing', 'contradicted'];
const tenths = 10;

export function reportVerdicts(compared: readonly ComparedVerdict[]): VerdictReport {
  const right = compared.map(({ gold, value }) => Number(gold === value));
  const share = (of: readonly ComparedVerdict[]) => ({
    n: of.length,
    right: mean(of.map(({ gold, value }) => Number(gold === value))),
  });
  const bins = Array.from({ length: tenths }, (_, index): ReliabilityBin => {
    const of = compared.filter(
      ({ confidence }) => Math.min(tenths - 1, Math.floor(confidence * tenths)) === index,
    );
    const { n, right: rightShare } = share(of);
    const confidence = mean(of.map((one) => one.confidence));
    return { from: index / tenths, to: (index + 1) / tenths, n, confidence, right: rightShare };
  }).filter(({ n }) => n > 0);
  const count = (gold: VerdictValue, value: VerdictValue) =>
    compared.filter((one) => one.gold === gold && one.value === value).length;
  const row = (gold: VerdictValue) => ({
    covered: count(gold, 'covered'),
    partial: count(gold, 'partial'),
    missing: count(gold, 'missing'),
    contradicted: count(gold, 'contradicted'),
  });
  return {
    n: compared.length,
    replies: new Set(compared.map(({ id, kind }) => `${id} ${kind}`)).size,
    right: mean(right),
    interval: bootstrapInterval(right, { groups: compared.map(({ id }) => id) }),
    sure: share(compared.filter(({ confidence }) => confidence >= unsureBelow)),
    unsure: share(compared.filter(({ confidence }) => confidence < unsureBelow)),
    calibrationError: bins.reduce(
      (sum, one) => sum + (one.n / compared.length) * Math.abs(one.confidence - one.right),
      0,
    ),
    bins,
    confusion: {
      covered: row('covered'),
      partial: row('partial'),
      missing: row('missing'),
      contradicted: row('contradicted'),
    },
  };
}

/** The report as lines of text; rows of the table are what a person says, columns what the judge says. */
export function describeVerdicts(report: VerdictReport): string {
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  return [
    `verdicts ${report.n}, right ${percent(report.right)} [${report.interval.map(percent).join(', ')}]; ` +
      `sure ${report.sure.n}, right ${percent(report.sure.right)}; not sure ${report.unsure.n}, right ${percent(report.unsure.right)}`,
    `expected calibration error ${report.calibrationError.toFixed(3)}`,
    `${'labelled \\ judged'.padEnd(18)}${values.map((value) => value.padStart(14)).join('')}`,
    ...values.map(
      (gold) =>
        `${gold.padEnd(18)}${values.map((value) => String(report.confusion[gold][value]).padStart(14)).join('')}`,
    ),
    'confidence      n   mean  right',
    ...report.bins.map(
      ({ from, to, n, confidence, right }) =>
        `${from.toFixed(1)}–${to.toFixed(1)}${String(n).padStart(10)}${confidence.toFixed(2).padStart(7)}${right.toFixed(2).padStart(7)}`,
    ),
  ].join('\n');
}
