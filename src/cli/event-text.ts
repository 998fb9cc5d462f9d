/** Events of a session as a person at a terminal reads them. */
import type { Answer, Grade, SessionEvent, VerdictValue } from '../protocol.ts';

const marks: Readonly<Record<VerdictValue, string>> = {
  covered: '✓',
  partial: '◐',
  missing: '·',
  contradicted: '✗',
};

/** Plain text of one event, '' for those that say nothing to the candidate. Answers list their sources. */
export function textOfEvent(event: SessionEvent): string {
  switch (event.type) {
    case 'question.asked':
    case 'coach.said':
    case 'hint.given':
    case 'reference.shown':
    case 'dispute.resolved':
      return event.text;
    case 'reply.graded':
      return event.feedback;
    case 'answer.given':
      return answerText(event.answer);
    case 'report.made':
      return event.report.text;
    default:
      return '';
  }
}

/** An answer with numbered citations, or a refusal with the nearest topics. */
export function answerText(answer: Answer): string {
  if (answer.kind === 'refused') {
    return [answer.text, ...answer.nearest.map((topic) => `- ${topic.question} (${topic.entryId})`)].join(
      '\n',
    );
  }
  const sources = [
    ...new Set(answer.sentences.flatMap((one) => one.citations.map((citation) => citation.entryId))),
  ];
  const number = (id: string) => sources.indexOf(id) + 1;
  const body = answer.sentences.map(
    (one) =>
      `${one.text} ${[...new Set(one.citations.map((citation) => `[${number(citation.entryId)}]`))].join('')}`,
  );
  const questions = new Map(
    answer.sentences.flatMap((one) =>
      one.citations.map((citation): [string, string] => [citation.entryId, citation.question]),
    ),
  );
  const list = sources.map((id) => `[${number(id)}] ${questions.get(id) ?? ''} (${id})`);
  return `${body.join('\n')}\n\n${list.join('\n')}`;
}

/** The verdicts of a grade, one a line, with the candidate's words. */
export function gradeText(grade: Grade): string {
  return [
    `${grade.total ?? '–'}/10${grade.state === 'graded' ? '' : ` (${grade.state})`}`,
    ...grade.verdicts.map((verdict) => {
      const quote = verdict.replySpan ? `\n      “${verdict.replySpan.text.replace(/\s+/g, ' ')}”` : '';
      return `  ${marks[verdict.value]} ${verdict.value.padEnd(12)} [${verdict.weight}] ${verdict.claim}${quote}`;
    }),
  ].join('\n');
}
