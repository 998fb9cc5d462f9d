/** Tries to fool the judge: replies that were made to earn too much, or to lose what they deserve. */
import { performance } from 'node:perf_hooks';
import { z } from 'zod';
import { entryIdSchema, type Entry, type Statement } from '../corpus/entry.ts';
import { messageOf } from '../errors.ts';
import type { Grader } from '../grading/grader.ts';
import { langSchema, type Lang } from '../protocol.ts';
import { bootstrapInterval, mean, quantile, type Interval } from './bootstrap.ts';

/** How a probe was made; eval/probes/make.ts says more of each and how its range was set. */
export const attackSchema = z.enum([
  'keyword_list',
  'restate',
  'negated_reference',
  'changed_numbers',
  'swapped_roles',
  'related',
  'padded_right',
  'padded_empty',
  'grader_instruction',
  'denied',
  'fatal_contradiction',
  'five_times',
  'other_language',
  'homophones',
  'no_punctuation',
  'mixed_scripts',
]);
export type Attack = z.infer<typeof attackSchema>;

const score = z.number().min(0).max(10);

export const probeSchema = z.strictObject({
  id: entryIdSchema,
  lang: langSchema,
  attack: attackSchema,
  answer: z.string(),
  /** The reply it was made from, and what that is worth. */
  plain: z.strictObject({ answer: z.string(), gold: score }).optional(),
  /** The total may lie from the first to the second, both included. */
  allowed: z
    .tuple([score, score])
    .refine(([low, high]) => low <= high, { message: 'the lower end comes first' }),
});
export type Probe = z.infer<typeof probeSchema>;

export interface GradedProbe extends Probe {
  readonly total: number;
  /** What the same judge gives the reply it was made from; null where there is none. */
  readonly plainTotal: number | null;
  /** Below 0: so much too little; above 0: so much too much. */
  readonly outside: number;
}

export interface ProbeScore {
  readonly n: number;
  /** Share of totals inside the allowed range; questions are drawn together for the 95 % intervals. */
  readonly within: number;
  readonly interval: Interval;
  readonly tooHigh: number;
  readonly tooLow: number;
  readonly total: number;
  /** Share of plain totals that lie in the probe's own range: what the judge gets wrong before any attack. null without any. */
  readonly plainWithin: number | null;
  /** Mean of total − the plain reply's total: free of what the judge gets wrong about that one. null without any. */
  readonly shift: { readonly n: number; readonly mean: number; readonly interval: Interval } | null;
}

export interface ProbeReport {
  readonly judge: string;
  /** Probes whose entry is not in the corpus; in no score. */
  readonly unknown: number;
  readonly unknownIds: readonly string[];
  /** Probes that failed or stayed ungraded; in no score. */
  readonly errors: readonly { readonly id: string; readonly attack: Attack; readonly message: string }[];
  readonly all: ProbeScore;
  readonly byLang: Readonly<Record<Lang, ProbeScore>>;
  readonly byAttack: Readonly<
    Partial<Record<Attack, ProbeScore & { readonly byLang: Record<Lang, ProbeScore> }>>
  >;
  /** The ten farthest outside their range. */
  readonly worst: readonly GradedProbe[];
  readonly latencyMs: { readonly p50: number; readonly p99: number };
}

/**
 * Grades every probe and the reply it was made from. A judge that knows a sentence by heart proves nothing: labelled
 * statements that stand word for word in a probe, or in the reply it was made from, are taken out of its entry first.
 * @param onProbe told after each probe
 */
export async function evaluateProbes(
  probes: readonly Probe[],
  grader: Grader,
  entries: ReadonlyMap<string, Entry>,
  onProbe: (done: number) => void = () => {},
): Promise<{ report: ProbeReport; graded: readonly GradedProbe[] }> {
  const graded: GradedProbe[] = [];
  const errors: { id: string; attack: Attack; message: string }[] = [];
  const unknownIds = new Set<string>();
  const plainTotals = new WeakMap<Entry, Map<string, number>>();
  const times: number[] = [];
  let unknown = 0;
  const gradeOnce = async (entry: Entry, reply: string, lang: Lang) => {
    const { total, reason } = await grader.grade({ entry, reply, lang });
    if (total === null) throw new Error(`ungraded: ${reason ?? 'no reason given'}`);
    return total;
  };
  const plainTotalOf = async (entry: Entry, { lang, plain }: Probe) => {
    if (!plain) return null;
    // An entry that lost statements is an object of its own: both replies are graded by the same one.
    const known = plainTotals.get(entry) ?? new Map<string, number>();
    plainTotals.set(entry, known);
    const key = `${lang} ${plain.answer}`;
    const total = known.get(key) ?? (await gradeOnce(entry, plain.answer, lang));
    known.set(key, total);
    return total;
  };
  for (const [index, probe] of probes.entries()) {
    const entry = entries.get(probe.id);
    if (!entry) {
      unknown++;
      unknownIds.add(probe.id);
      continue;
    }
    try {
      const taught = withoutVerbatim(entry, [probe.answer, probe.plain?.answer ?? '']);
      const started = performance.now();
      // oxlint-disable-next-line no-await-in-loop -- one after the other: the time of each is measured
      const total = await gradeOnce(taught, probe.answer, probe.lang);
      times.push(performance.now() - started);
      // oxlint-disable-next-line no-await-in-loop -- as above
      const plainTotal = await plainTotalOf(taught, probe);
      graded.push({ ...probe, total, plainTotal, outside: outsideBy(total, probe.allowed) });
    } catch (error) {
      errors.push({ id: probe.id, attack: probe.attack, message: messageOf(error) });
    }
    onProbe(index + 1);
  }
  return {
    report: {
      judge: grader.id,
      unknown,
      unknownIds: [...unknownIds].sort(),
      errors,
      ...scores(graded),
      latencyMs: { p50: tenths(quantile(times, 0.5)), p99: tenths(quantile(times, 0.99)) },
    },
    graded,
  };
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

function withoutVerbatim(entry: Entry, replies: readonly string[]): Entry {
  const isNew = ({ text }: Statement) => !replies.some((reply) => reply.includes(text));
  if (entry.keyPoints.every((point) => point.statements.every(isNew))) return entry;
  return {
    ...entry,
    keyPoints: entry.keyPoints.map((point) => ({ ...point, statements: point.statements.filter(isNew) })),
  };
}

function outsideBy(total: number, [low, high]: Probe['allowed']): number {
  if (total > high) return total - high;
  return total < low ? total - low : 0;
}

function scores(graded: readonly GradedProbe[]): Pick<ProbeReport, 'all' | 'byLang' | 'byAttack' | 'worst'> {
  const byLang = (of: readonly GradedProbe[]) => ({
    zh: scoreOf(of.filter(({ lang }) => lang === 'zh')),
    en: scoreOf(of.filter(({ lang }) => lang === 'en')),
  });
  return {
    all: scoreOf(graded),
    byLang: byLang(graded),
    byAttack: Object.fromEntries(
      attackSchema.options
        .map((attack) => [attack, graded.filter((one) => one.attack === attack)] as const)
        .filter(([, of]) => of.length > 0)
        .map(([attack, of]) => [attack, { ...scoreOf(of), byLang: byLang(of) }]),
    ),
    worst: graded
      .filter(({ outside }) => outside !== 0)
      .toSorted((a, b) => Math.abs(b.outside) - Math.abs(a.outside))
      .slice(0, 10),
  };
}

function scoreOf(graded: readonly GradedProbe[]): ProbeScore {
  const within = graded.map(({ outside }) => Number(outside === 0));
  const shifted = graded.flatMap(({ id, total, plainTotal }) =>
    plainTotal === null ? [] : [{ id, by: total - plainTotal }],
  );
  const plainInside = graded.flatMap(({ plainTotal, allowed }) =>
    plainTotal === null ? [] : [Number(outsideBy(plainTotal, allowed) === 0)],
  );
  const shifts = shifted.map(({ by }) => by);
  return {
    n: graded.length,
    within: mean(within),
    interval: bootstrapInterval(within, { groups: graded.map(({ id }) => id) }),
    tooHigh: graded.filter(({ outside }) => outside > 0).length,
    tooLow: graded.filter(({ outside }) => outside < 0).length,
    total: mean(graded.map(({ total }) => total)),
    plainWithin: plainInside.length === 0 ? null : mean(plainInside),
    shift:
      shifts.length === 0
        ? null
        : {
            n: shifts.length,
            mean: mean(shifts),
            interval: bootstrapInterval(shifts, { groups: shifted.map(({ id }) => id) }),
          },
  };
}
