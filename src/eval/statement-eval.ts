/** Judges every labelled statement as a reply of its own, with itself taken out of what the judge may read. */
import type { Entry, KeyPoint, Statement, StatementLabel } from '../corpus/entry.ts';
import type { Grader } from '../grading/grader.ts';
import type { Lang, VerdictValue } from '../protocol.ts';
import { bootstrapInterval, mean, type Interval } from './bootstrap.ts';

export interface JudgedStatement {
  readonly id: string;
  readonly keyPointId: string;
  readonly label: StatementLabel;
  readonly lang: Lang;
  readonly text: string;
  readonly verdict: VerdictValue;
  /** 0–1, of the verdict. */
  readonly confidence: number;
}

export interface LabelAgreement {
  readonly n: number;
  /** Share whose verdict is the label; entries are drawn together for the 95 % interval. */
  readonly agreement: number;
  readonly interval: Interval;
  readonly verdicts: Readonly<Record<VerdictValue, number>>;
}

export interface StatementReport {
  readonly judge: string;
  readonly entries: number;
  readonly byLabel: Readonly<Record<StatementLabel, LabelAgreement>>;
  readonly byLang: Readonly<Record<Lang, Readonly<Record<StatementLabel, LabelAgreement>>>>;
  /** Covered judged contradicted or the reverse, surest first: each is a wrong label or a case for the judge. */
  readonly opposed: readonly JudgedStatement[];
}

/**
 * Leave-one-out over the statements of `entries`. A statement is graded as a whole reply against its own key point, by
 * a copy of the entry that lacks it (and any other statement of the entry with the same words).
 * @param onEntry told after each entry
 */
export async function judgeStatements(
  entries: readonly Entry[],
  grader: Grader,
  onEntry: (done: number) => void = () => {},
): Promise<JudgedStatement[]> {
  const judged: JudgedStatement[] = [];
  for (const [index, entry] of entries.entries()) {
    for (const point of entry.keyPoints) {
      for (const statement of point.statements) {
        // oxlint-disable-next-line no-await-in-loop -- thousands of them: one after the other keeps memory level
        judged.push(await judgeOne(entry, point, statement, grader));
      }
    }
    onEntry(index + 1);
  }
  return judged;
}

async function judgeOne(
  entry: Entry,
  point: KeyPoint,
  statement: Statement,
  grader: Grader,
): Promise<JudgedStatement> {
  const grade = await grader.grade({
    entry: without(entry, statement.text),
    reply: statement.text,
    lang: statement.lang,
    keyPointIds: [point.id],
  });
  const [verdict] = grade.verdicts;
  return {
    id: entry.id,
    keyPointId: point.id,
    ...statement,
    verdict: verdict?.value ?? 'missing',
    confidence: verdict?.confidence ?? 1,
  };
}

function without(entry: Entry, text: string): Entry {
  return {
    ...entry,
    keyPoints: entry.keyPoints.map((point) => ({
      ...point,
      statements: point.statements.filter((one) => one.text !== text),
    })),
  };
}

export function reportStatements(judge: string, judged: readonly JudgedStatement[]): StatementReport {
  const byLabel = (of: readonly JudgedStatement[]) => ({
    covered: agreementOf(of, 'covered'),
    partial: agreementOf(of, 'partial'),
    contradicted: agreementOf(of, 'contradicted'),
  });
  return {
    judge,
    entries: new Set(judged.map(({ id }) => id)).size,
    byLabel: byLabel(judged),
    byLang: {
      zh: byLabel(judged.filter(({ lang }) => lang === 'zh')),
      en: byLabel(judged.filter(({ lang }) => lang === 'en')),
    },
    opposed: judged
      .filter(({ label, verdict }) => label !== verdict && isDecided(label) && isDecided(verdict))
      .toSorted((a, b) => b.confidence - a.confidence),
  };
}

function isDecided(value: StatementLabel | VerdictValue): boolean {
  return value === 'covered' || value === 'contradicted';
}

function agreementOf(judged: readonly JudgedStatement[], label: StatementLabel): LabelAgreement {
  const of = judged.filter((one) => one.label === label);
  const agrees = of.map(({ verdict }) => Number(verdict === label));
  const count = (value: VerdictValue) => of.filter(({ verdict }) => verdict === value).length;
  return {
    n: of.length,
    agreement: mean(agrees),
    interval: bootstrapInterval(agrees, { groups: of.map(({ id }) => id) }),
    verdicts: {
      covered: count('covered'),
      partial: count('partial'),
      missing: count('missing'),
      contradicted: count('contradicted'),
    },
  };
}
