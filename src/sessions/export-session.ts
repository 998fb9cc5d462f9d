/** A session as a file to keep: JSON for programs, Markdown for people. */
import type { Grade, Lang, VerdictValue } from '../protocol.ts';
import { answerText } from './answer-text.ts';
import { withoutLinks } from './without-links.ts';
import type { SessionRecord, Turn } from './read-models.ts';

/** What the JSON export holds; `format` and `version` name it to whoever reads it later. */
export interface SessionExport extends SessionRecord {
  readonly format: 'viva-session';
  readonly version: 1;
  readonly sessionId: string;
}

export function exportJson(sessionId: string, record: SessionRecord): SessionExport {
  return { format: 'viva-session', version: 1, sessionId, ...record };
}

interface Words {
  readonly title: string;
  readonly started: string;
  readonly question: string;
  readonly followUp: string;
  readonly reply: string;
  readonly noReply: string;
  readonly skipped: string;
  readonly total: string;
  readonly ungraded: string;
  readonly provisional: string;
  readonly aided: string;
  readonly hint: string;
  readonly point: string;
  readonly verdict: string;
  readonly evidence: string;
  readonly misconception: string;
  readonly dispute: string;
  readonly consultations: string;
  readonly report: string;
  readonly values: Readonly<Record<VerdictValue, string>>;
}

const words: Readonly<Record<Lang, Words>> = {
  zh: {
    title: '模拟面试记录',
    started: '开始于',
    question: '第 {n} 题',
    followUp: '第 {n} 题 · 追问',
    reply: '回答',
    noReply: '未回答',
    skipped: '已跳过',
    total: '得分',
    ungraded: '未评分',
    provisional: '暂评',
    aided: '有提示',
    hint: '提示',
    point: '要点',
    verdict: '判定',
    evidence: '回答中的依据',
    misconception: '误解',
    dispute: '申诉',
    consultations: '自由提问',
    report: '总结',
    values: { covered: '答到', partial: '部分', missing: '未提到', contradicted: '说错' },
  },
  en: {
    title: 'Mock interview',
    started: 'Started',
    question: 'Question {n}',
    followUp: 'Question {n} · follow-up',
    reply: 'Reply',
    noReply: 'No reply',
    skipped: 'Skipped',
    total: 'Total',
    ungraded: 'Not graded',
    provisional: 'provisional',
    aided: 'aided',
    hint: 'Hint',
    point: 'Key point',
    verdict: 'Verdict',
    evidence: 'Evidence in the reply',
    misconception: 'Misconception',
    dispute: 'Appeal',
    consultations: 'Free questions',
    report: 'Report',
    values: {
      covered: 'covered',
      partial: 'partial',
      missing: 'missing',
      contradicted: 'contradicted',
    },
  },
};

/** The session as Markdown in its own language. What the candidate typed is quoted, so it formats nothing. */
export function exportMarkdown(record: SessionRecord): string {
  const w = words[record.lang];
  const blocks = [`# ${w.title}`];
  if (record.createdAt > 0) blocks.push(`${w.started} ${new Date(record.createdAt).toISOString()}`);
  for (const turn of record.turns) blocks.push(...turnBlocks(turn, w));
  if (record.consultations.length > 0) {
    blocks.push(`## ${w.consultations}`);
    for (const { question, answer } of record.consultations)
      blocks.push(quote(question), withoutLinks(answerText(answer)));
  }
  if (record.report) blocks.push(`## ${w.report}`, withoutLinks(record.report.text));
  return `${blocks.join('\n\n')}\n`;
}

function turnBlocks(turn: Turn, w: Words): string[] {
  const heading = turn.question.kind === 'main' ? w.question : w.followUp;
  const { kind, number, text } = turn.question;
  const blocks = [
    `## ${heading.replace('{n}', String(number))}`,
    kind === 'main' ? text : withoutLinks(text),
  ];
  for (const hint of turn.hints) blocks.push(`*${w.hint}:* ${withoutLinks(hint)}`);
  if (turn.reply) blocks.push(`**${w.reply}**`, quote(turn.reply.text));
  else blocks.push(turn.skipped === null ? `*${w.noReply}*` : `*${w.skipped}*`);
  if (turn.grade) blocks.push(...gradeBlocks(turn.grade, turn.aided, w));
  if (turn.feedback !== '') blocks.push(withoutLinks(turn.feedback));
  for (const dispute of turn.disputes) {
    blocks.push(
      `**${w.dispute}** (${w.values[dispute.before]} → ${w.values[dispute.after]}): ${withoutLinks(dispute.text)}`,
    );
  }
  return blocks;
}

function gradeBlocks(grade: Grade, aided: boolean, w: Words): string[] {
  if (grade.total === null) return [`**${w.ungraded}**`];
  const notes = [...(grade.state === 'provisional' ? [w.provisional] : []), ...(aided ? [w.aided] : [])];
  const blocks = [
    `**${w.total}: ${grade.total} / 10**${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`,
    [
      `| ${w.point} | ${w.verdict} | ${w.evidence} |`,
      '| --- | --- | --- |',
      ...grade.verdicts.map(
        (verdict) =>
          `| ${cell(verdict.claim)} | ${w.values[verdict.value]} | ${cell(verdict.replySpan?.text ?? '')} |`,
      ),
    ].join('\n'),
  ];
  for (const { belief, correction } of grade.misconceptions) {
    blocks.push(`- **${w.misconception}**: ${oneLine(belief)} → ${oneLine(correction)}`);
  }
  return blocks;
}

function quote(text: string): string {
  const escaped = text.replaceAll(/[\\`*_[\]<>#|~]/g, String.raw`\$&`);
  return escaped
    .split(/\r\n|[\r\n\u2028\u2029]/)
    .map((line) => `> ${line}`)
    .join('\n');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function cell(text: string): string {
  return oneLine(text).replaceAll(/[\\|`*_[\]<>]/g, String.raw`\$&`);
}
