/** Events of a session as a person at a terminal reads them. */
import { unsureBelow, type Grade, type SessionEvent, type VerdictValue } from '../protocol.ts';
import { answerText } from '../sessions/answer-text.ts';

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

/** The verdicts of a grade, one a line, with the candidate's words. */
export function gradeText(grade: Grade): string {
  return [
    `${grade.total ?? '–'}/10${grade.state === 'graded' ? '' : ` (${grade.state})`}`,
    ...grade.verdicts.map((verdict) => {
      const quote = verdict.replySpan ? `\n      “${verdict.replySpan.text.replace(/\s+/g, ' ')}”` : '';
      const unsure = verdict.confidence < unsureBelow ? ' (not sure)' : '';
      return `  ${marks[verdict.value]} ${verdict.value.padEnd(12)} [${verdict.weight}] ${verdict.claim}${unsure}${quote}`;
    }),
  ].join('\n');
}
