/** What an interview came to: per question, per module, per key point, and what to read next. */
import type { Entry } from '../corpus/entry.ts';
import { composeFeedback } from '../grading/feedback.ts';
import type { Lang, QuestionResult, Report, TopicRef } from '../protocol.ts';
import type { Material } from './effects.ts';
import { questionGrade, questionTotal, type Progress } from './progress.ts';
import { round, type CoachState } from './state.ts';
import { isLocalJudge } from '../grading/grader.ts';
import { moduleName, number, textsFor } from './texts/texts.ts';

/** Most key points to work on in a report, and most of one question. */
const weakestPoints = 8;
const weakestPerQuestion = 3;
/** Most entries to read next. */
const readNextEntries = 6;
/** Below this total an entry is worth reading again. */
const solidTotal = 7;

/** The report of the present round, in the session's language. In mock mode the report of an ended interview holds all feedback. */
export function buildReport(state: CoachState, material: Material, options: { ended: boolean }): Report {
  const { lang } = state;
  const asked = reported(round(state));
  const questions = asked.map((progress) => resultOf(progress, material, lang));
  const totals = questions.flatMap((one) => (one.total === null ? [] : [one.total]));
  const byModule = [...new Set(questions.map((one) => one.module))].map((module) => {
    const own = questions.flatMap((one) => (one.module === module && one.total !== null ? [one.total] : []));
    return { module, graded: own.length, mean: mean(own) };
  });
  const report: Omit<Report, 'text'> = {
    lang,
    mean: mean(totals),
    questions,
    byModule,
    weakest: weakestOf(questions),
    readNext: readNext(questions, material, lang),
  };
  const feedback = options.ended && state.mode === 'mock' ? feedbackOf(asked, material, lang) : [];
  return { ...report, text: compose(report, feedback) };
}

/** The questions that a report counts, in its order: one exchanged for another topic before any reply is no result. */
export function reported(asked: readonly Progress[]): readonly Progress[] {
  return asked.filter((one) => one.left !== 'change-topic' || one.replies.length > 0);
}

/** What one question came to. */
export function resultOf(progress: Progress, material: Material, lang: Lang): QuestionResult {
  const entry = material.get(progress.entryId);
  const [module = progress.entryId, ...rest] = progress.entryId.split('/');
  const points = [...progress.points.values()].map((point) => ({
    keyPointId: point.verdict.keyPointId,
    claim: entry?.keyPoints.find((one) => one.id === point.verdict.keyPointId)?.[lang] ?? point.verdict.claim,
    weight: point.verdict.weight,
    value: point.value,
    aided: point.aided,
  }));
  return {
    entryId: progress.entryId,
    question: entry?.question[lang] ?? progress.text,
    module: entry?.module ?? module,
    section: entry?.section ?? (rest.length > 1 ? (rest[0] ?? '') : ''),
    total: questionTotal(progress),
    aided: points.length > 0 ? points.some((point) => point.aided) : progress.aided,
    outcome: outcomeOf(progress),
    ...judgedBy(progress),
    points,
  };
}

/** Whose grades count. That a candidate does not know is no judge's finding. */
function judgedBy({ replies }: Progress): Pick<QuestionResult, 'judges' | 'provisional'> {
  const grades = replies.map(({ grade }) => grade).filter(({ state }) => state !== 'ungraded');
  const judges = [...new Set(grades.map(({ judge }) => judge))].filter((judge) => judge !== 'coach');
  return {
    ...(judges.length > 0 ? { judges } : {}),
    ...(grades.some(({ state }) => state === 'provisional') ? { provisional: true } : {}),
  };
}

function outcomeOf(progress: Progress): QuestionResult['outcome'] {
  const [first] = progress.replies;
  if (progress.left === 'dont-know' && progress.replies.every((reply) => reply.scope === 'question'))
    return 'dont-know';
  if (progress.points.size > 0) return 'graded';
  if (first) return 'ungraded';
  return (progress.left !== null && progress.left !== 'end') || progress.referenceShown ? 'skipped' : 'open';
}

/** The chat models among a question's judges; a local one needs no mention. */
function models({ judges = [] }: QuestionResult): string[] {
  return judges.filter((judge) => !isLocalJudge(judge));
}

function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return Math.round((values.reduce((sum, value) => sum + value, 0) / values.length) * 10) / 10;
}

const severity = { contradicted: 2, missing: 1, partial: 0, covered: -1 } as const;

function weakestOf(questions: readonly QuestionResult[]): Report['weakest'] {
  const unmet = questions.flatMap((question) =>
    question.points
      .filter((point) => point.value !== 'covered')
      .toSorted((a, b) => b.weight - a.weight || severity[b.value] - severity[a.value])
      .slice(0, weakestPerQuestion)
      .map((point) => ({ question, point })),
  );
  return unmet
    .toSorted((a, b) => b.point.weight - a.point.weight || severity[b.point.value] - severity[a.point.value])
    .slice(0, weakestPoints)
    .map(({ question, point }) => ({
      entryId: question.entryId,
      question: question.question,
      keyPointId: point.keyPointId,
      claim: point.claim,
      value: point.value,
    }));
}

/** The weak entries, the weakest first, then what is related to them. */
function readNext(questions: readonly QuestionResult[], material: Material, lang: Lang): TopicRef[] {
  const weak = questions
    .filter((one) => one.outcome === 'skipped' || (one.total !== null && one.total < solidTotal))
    .toSorted((a, b) => (a.total ?? 0) - (b.total ?? 0))
    .map((one) => one.entryId);
  const related = weak.flatMap((id) => material.get(id)?.related ?? []);
  const asked = new Set(questions.map((one) => one.entryId));
  const ids = [...new Set([...weak, ...related.filter((id) => !asked.has(id))])];
  return ids
    .flatMap((id): Entry[] => {
      const entry = material.get(id);
      return entry ? [entry] : [];
    })
    .slice(0, readNextEntries)
    .map((entry) => ({ entryId: entry.id, question: entry.question[lang] }));
}

function feedbackOf(asked: readonly Progress[], material: Material, lang: Lang): string[] {
  return asked.flatMap((progress, index) => {
    const grade = questionGrade(progress);
    const entry = material.get(progress.entryId);
    if (!grade || !entry) return [];
    return [
      `### ${index + 1}. ${entry.question[lang]}\n\n${composeFeedback({ entry, grade, lang, followedUp: progress.followedUp })}`,
    ];
  });
}

function compose(report: Omit<Report, 'text'>, feedback: readonly string[]): string {
  const texts = textsFor(report.lang).report;
  const graded = report.questions.filter((one) => one.total !== null);
  const lines = [`# ${texts.title}`, ''];
  lines.push(
    report.mean === null
      ? texts.none
      : texts.summary(graded.length, report.questions.length, number(report.mean)),
  );
  const aided = graded.filter((one) => one.aided);
  if (aided.length > 0) {
    const show = (some: readonly QuestionResult[]) => {
      const value = mean(some.flatMap((one) => (one.total === null ? [] : [one.total])));
      return value === null ? '–' : number(value);
    };
    const unaided = graded.filter((one) => !one.aided);
    lines.push(
      '',
      unaided.length === 0
        ? texts.allAided
        : texts.aidedApart(show(unaided), unaided.length, show(aided), aided.length),
    );
  }
  const section = (title: string, items: readonly string[]) => {
    if (items.length > 0) lines.push('', `## ${title}`, '', ...items);
  };
  section(
    texts.questions,
    report.questions.map((one, index) =>
      texts.line(
        index + 1,
        one.question,
        `${scoreOf(one)}${texts.judged(models(one), one.provisional ?? false)}`,
      ),
    ),
  );
  const modules = report.byModule.flatMap((one) =>
    one.mean === null
      ? []
      : [`- ${texts.moduleLine(moduleName(one.module, report.lang), number(one.mean), one.graded)}`],
  );
  section(texts.byModule, modules.length > 1 ? modules : []);
  section(
    texts.weakest,
    report.weakest.map(
      (one) => `- ${texts.weakLine(texts.value[one.value], one.claim, numberOf(one.entryId))}`,
    ),
  );
  section(
    texts.readNext,
    report.readNext.map((one) => `- ${one.question}`),
  );
  section(
    texts.feedback,
    feedback.flatMap((text, index) => (index === 0 ? [text] : ['', text])),
  );
  return lines.join('\n');

  function numberOf(entryId: string): number | null {
    return report.questions.length > 1
      ? report.questions.findIndex((one) => one.entryId === entryId) + 1
      : null;
  }

  function scoreOf(one: QuestionResult): string {
    return one.outcome === 'graded' && one.total !== null
      ? texts.score(number(one.total), one.aided)
      : texts.outcome[one.outcome === 'graded' ? 'open' : one.outcome];
  }
}
