/** What a chat model that fails in every way may do to grades: nothing that code has not checked. */
import { totalOf } from '../../src/grading/arithmetic.ts';
import type { SessionEvent } from '../../src/protocol.ts';
import type { Stored } from '../crash/stored.ts';

type Graded = Extract<SessionEvent, { type: 'reply.graded' }>;

export interface GradeCounts {
  /** Replies that were graded by a judge. */
  readonly replies: number;
  /** Of these: a provisional or missing grade came first. */
  readonly provisional: number;
  /** Of these: replaced by the chat model's. */
  readonly refined: number;
  /** Replies that still wait. */
  readonly waiting: number;
  /** Grades in which the chat model took part, first ones too. */
  readonly byModel: number;
}

/** Grades of each reply, in order; those that the coach gives without a judge ("I do not know") are left out. */
function gradesOf(events: readonly SessionEvent[]): Map<number, Graded[]> {
  const found = new Map<number, Graded[]>();
  for (const event of events) {
    if (event.type !== 'reply.graded' || event.grade.judge === 'coach') continue;
    found.set(event.replySeq, [...(found.get(event.replySeq) ?? []), event]);
  }
  return found;
}

/** @param isModel whether a judge's name says that the chat model took part */
export function countGrades(stored: Stored, isModel: (judge: string) => boolean): GradeCounts {
  const replies = [...stored.sessions.values()].flatMap(({ events }) => [...gradesOf(events).values()]);
  const first = replies.filter(([one]) => one?.grade.state !== 'graded');
  const last = (grades: readonly Graded[]) => grades.at(-1)?.grade;
  return {
    replies: replies.length,
    provisional: first.length,
    refined: first.filter((grades) => last(grades)?.state === 'graded').length,
    waiting: replies.filter((grades) => last(grades)?.state !== 'graded').length,
    byModel: replies.filter((grades) => isModel(last(grades)?.judge ?? '')).length,
  };
}

/** No score that nobody reached: totals are sums over verdicts, and no credit stands without words of the reply. */
export function checkScores(stored: Stored): string[] {
  return [...stored.sessions].flatMap(([sessionId, { events }]) =>
    [...gradesOf(events).values()].flat().flatMap((graded) => {
      const { seq, replySeq, grade, scope } = graded;
      const where = `session ${sessionId}: grade ${seq}`;
      const reply = events[replySeq - 1];
      const text = reply?.type === 'message.received' ? reply.text : '';
      if (grade.state === 'ungraded') {
        return grade.total === null ? [] : [`${where} is ungraded and has a total of ${grade.total}`];
      }
      const faults: string[] = [];
      if (grade.verdicts.length === 0 && scope === 'question') faults.push(`${where} has no verdicts`);
      for (const { keyPointId, value, replySpan } of grade.verdicts) {
        const quoted = replySpan !== null && replySpan.text !== '' && text.includes(replySpan.text);
        if (value !== 'missing' && !quoted)
          faults.push(`${where}: ${value} for ${keyPointId} without a quote`);
      }
      const penalties = grade.misconceptions.reduce((sum, { cost }) => sum + cost, 0);
      const sum = grade.verdicts.length > 0 ? totalOf(grade.verdicts, penalties) : grade.total;
      if (grade.total === null || grade.total !== sum) {
        faults.push(`${where} has a total of ${grade.total}, and its verdicts come to ${sum}`);
      }
      return faults;
    }),
  );
}
