/** The judge's trust card: how far its grades agree with gold, for people who must decide whether to believe one. Pure. */
import type { Entry } from '../corpus/entry.ts';
import type { GradedCase, GradingReport } from './grading-eval.ts';
import { compareVerdicts, reportVerdicts, type VerdictLabel, type VerdictReport } from './verdict-eval.ts';
import { hashOfCorpus, type TrustFingerprint } from './trust-fingerprint.ts';
import { mean } from './bootstrap.ts';
import {
  bins,
  groupBy,
  measure,
  measureKind,
  type Bin,
  type Measured,
  type ReplyKind,
} from './trust-measures.ts';
import { worstReplies, type WorstReply } from './worst-reply.ts';

/** Increased when readers of the file would misread it. */
export const trustCardFormat = 2;

/** One run over the test replies. */
export interface TrustRun {
  readonly all: Measured;
  readonly byLang: Readonly<Record<string, Measured>>;
  readonly byModule: Readonly<Record<string, Measured>>;
  readonly byEntryKind: Readonly<Record<string, Measured>>;
  readonly byReplyKind: Readonly<Record<string, ReplyKind>>;
  /** Of the kinds `variant` and `gaming`: how such a reply was made. */
  readonly byVariant: Readonly<
    Record<string, { readonly n: number; readonly gold: number; readonly total: number }>
  >;
  /** What gold is where the judge gives so much; and the reverse. */
  readonly byTotal: readonly Bin[];
  readonly byGold: readonly Bin[];
  /** How many replies have this gold and this total. */
  readonly points: readonly (readonly [gold: number, total: number, count: number])[];
  readonly latencyMs: { readonly p50: number; readonly p99: number };
}

export interface TrustCard {
  readonly format: typeof trustCardFormat;
  /** YYYY-MM-DD. */
  readonly made: string;
  readonly judge: string;
  readonly models: readonly {
    readonly folder: string;
    readonly id: string;
    readonly files: readonly string[];
  }[];
  readonly corpus: { readonly entries: number; readonly statements: number; readonly hash: string };
  /** Test replies whose question is not in the corpus yet, and those that stayed ungraded: in no figure. */
  readonly leftOut: { readonly unknown: number; readonly errors: number };
  readonly withStatements: TrustRun;
  /** The same replies, every labelled statement taken away: as in a bank of one's own. */
  readonly withoutStatements: TrustRun;
  /** Single verdicts against those a person gave, and what their confidences are worth. */
  readonly verdicts: VerdictReport;
  readonly worst: readonly WorstReply[];
  readonly fingerprint: TrustFingerprint;
}

export interface GradedRun {
  readonly report: GradingReport;
  readonly graded: readonly GradedCase[];
}

export function makeTrustCard(input: {
  readonly made: string;
  readonly models: TrustCard['models'];
  readonly entries: ReadonlyMap<string, Entry>;
  readonly withStatements: GradedRun;
  readonly withoutStatements: GradedRun;
  readonly labels: readonly VerdictLabel[];
  readonly fingerprint: TrustFingerprint;
}): TrustCard {
  const { made, models, entries, withStatements, withoutStatements, labels, fingerprint } = input;
  const statements = [...entries.values()].flatMap(({ keyPoints }) =>
    keyPoints.map((point) => point.statements.length),
  );
  return {
    format: trustCardFormat,
    made,
    judge: withStatements.report.judge,
    models,
    corpus: {
      entries: entries.size,
      statements: statements.reduce((sum, count) => sum + count, 0),
      hash: hashOfCorpus(entries.values()),
    },
    leftOut: { unknown: withStatements.report.unknown, errors: withStatements.report.errors.length },
    withStatements: runOf(withStatements, entries),
    withoutStatements: runOf(withoutStatements, entries),
    verdicts: reportVerdicts(compareVerdicts(withStatements.graded, labels)),
    worst: worstReplies(withStatements.graded),
    fingerprint,
  };
}

function runOf({ report, graded }: GradedRun, entries: ReadonlyMap<string, Entry>): TrustRun {
  const per = <T>(nameOf: (one: GradedCase) => string, of: (cases: readonly GradedCase[]) => T) =>
    Object.fromEntries([...groupBy(graded, nameOf)].map(([name, cases]) => [name, of(cases)]));
  const pointsByName = groupBy(graded, (one) => `${one.gold} ${one.grade.total ?? 0}`);
  const made = graded.filter((one) => one.variant !== undefined);
  return {
    all: measure(graded),
    byLang: per((one) => one.lang, measure),
    byModule: per((one) => one.id.split('/')[0] ?? '', measure),
    byEntryKind: per((one) => entries.get(one.id)?.kind ?? '', measure),
    byReplyKind: bestFirst(per((one) => one.kind, measureKind)),
    byVariant: Object.fromEntries(
      [...groupBy(made, (one) => `${one.kind}: ${one.variant ?? ''}`)].map(([name, cases]) => [
        name,
        {
          n: cases.length,
          gold: mean(cases.map((one) => one.gold)),
          total: mean(cases.map((one) => one.grade.total ?? 0)),
        },
      ]),
    ),
    byTotal: bins(graded, 'total'),
    byGold: bins(graded, 'gold'),
    points: [...pointsByName.values()].flatMap((cases) => {
      const [one] = cases;
      return one ? [[one.gold, one.grade.total ?? 0, cases.length] as const] : [];
    }),
    latencyMs: report.latencyMs,
  };
}

/** Readers and files keep the order of names. */
function bestFirst(kinds: Readonly<Record<string, ReplyKind>>): Record<string, ReplyKind> {
  return Object.fromEntries(Object.entries(kinds).sort(([, a], [, b]) => b.gold - a.gold));
}

/** The card as it is stored: four digits of every figure, one line for a short list. */
export function writeTrustCard(card: TrustCard): string {
  const text = JSON.stringify(
    card,
    (_key, value: unknown) => (typeof value === 'number' ? Math.round(value * 10_000) / 10_000 : value),
    1,
  );
  return `${text.replaceAll(/\[\s+(-?[\d.]+(?:,\s+-?[\d.]+){1,2})\s+\]/g, (_all, list: string) => `[${list.replaceAll(/\s+/g, ' ')}]`)}\n`;
}
