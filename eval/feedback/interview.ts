/** One interview with the coach, told line by line; the candidate's words come from the chosen replies. */
import { decide } from '../../src/coach/decide.ts';
import type { Material, Step } from '../../src/coach/effects.ts';
import { resolve } from '../../src/coach/resolve.ts';
import { evolveNew, initialState } from '../../src/coach/state.ts';
import { decideStart } from '../../src/coach/topics.ts';
import type { Entry } from '../../src/corpus/entry.ts';
import type { Grader } from '../../src/grading/grader.ts';
import type { Lang, Mode, NewEvent } from '../../src/protocol.ts';
import type { ChosenQuestion } from './choose.ts';

export interface InterviewInput {
  readonly grader: Grader;
  readonly entries: Material;
  readonly lang: Lang;
  readonly mode: Mode;
  readonly questions: readonly ChosenQuestion[];
  /** Chooses among wordings. */
  readonly seed: number;
}

/** Markdown paragraphs: questions, replies as quotations, and everything the coach says to them. */
export async function interview(input: InterviewInput): Promise<string[]> {
  const { grader, lang, mode, questions, seed } = input;
  const material: Material = new Map(
    questions.flatMap(({ entryId }): [string, Entry][] => {
      const entry = input.entries.get(entryId);
      return entry ? [[entryId, entry]] : [];
    }),
  );
  const said: string[] = [];
  let state = evolveNew(initialState, { type: 'session.created', lang, mode });
  const tell = (events: readonly NewEvent[]) => {
    for (const event of events) {
      state = evolveNew(state, event);
      said.push(...paragraphs(event));
    }
  };
  const run = async (step: Step) => {
    if (step.type === 'events') return tell(step.events);
    const { effect } = step;
    if (effect.type !== 'grade') throw new Error(`The coach asks for ${effect.type}, which nobody said.`);
    const { entryId, reply, question, lang: spoken } = effect;
    const entry = material.get(entryId);
    if (!entry) throw new Error(`No entry '${entryId}' to grade a reply to.`);
    const grade = await grader.grade({
      entry,
      reply,
      question,
      lang: spoken,
      ...(effect.keyPointIds ? { keyPointIds: effect.keyPointIds } : {}),
    });
    return tell(resolve(state, effect, { type: 'graded', grade }, material, seed));
  };
  const send = async (text: string, intent: 'reply' | 'dont-know') => {
    said.push(text.replaceAll(/^/gm, '> '));
    const clientId = `message-${state.seq}`;
    state = evolveNew(state, { type: 'message.received', clientId, text, intent, confidence: 1 });
    await run(decide(state, material, seed));
  };
  const [first] = questions;
  if (!first) return [];
  const plan = { entryId: first.entryId, questions: questions.length };
  await run(decideStart(state, plan, undefined, material, seed));
  const left = new Map(questions.map(({ entryId, replies }) => [entryId, [...replies]]));
  while (state.open) {
    const reply = left.get(state.open.entryId)?.shift();
    if (reply) {
      const kind = reply.variant === undefined ? reply.kind : `${reply.kind}, ${reply.variant}`;
      said.push(`*${kind}, gold ${reply.gold}*`);
    }
    // oxlint-disable-next-line no-await-in-loop -- an interview is one turn after the other
    await (reply
      ? send(reply.answer, 'reply')
      : send(lang === 'zh' ? '不知道' : "I don't know", 'dont-know'));
  }
  return said;
}

function paragraphs(event: NewEvent): string[] {
  switch (event.type) {
    case 'question.asked':
    case 'coach.said':
      return [event.text];
    case 'reference.shown':
      return ['…'];
    case 'reply.graded':
      return [`*${event.grade.total} / 10*`, ...(event.feedback === '' ? [] : [event.feedback])];
    case 'report.made':
      return [event.report.text];
    default:
      return [];
  }
}
