/** Asks for a hint in the interviewer's voice. The reference and its key points stay out: what is not told is not told on. */
import type { Lang } from '../../protocol.ts';
import { block, dataRule, languageNames, type Prompt } from '../prompts.ts';

export const hintPromptId = 'hint-v1';

export interface HintPromptInput {
  readonly lang: Lang;
  /** The open question, as asked. */
  readonly question: string;
  /** 1–3. */
  readonly level: number;
  /** The hint of the bank for this level. */
  readonly written: string;
  /** Hints given before, the oldest first. */
  readonly before: readonly string[];
  /** What the candidate said to the question so far; '' when nothing. */
  readonly said: string;
}

const ladder: Readonly<Record<number, string>> = {
  1: 'It names the area to think about, nothing more.',
  2: 'It points at one aspect that is worth a second look.',
  3: 'It gives a first concrete step to take: something to write down, compare or work out.',
};

export function hintPrompt(input: HintPromptInput, code: string): Prompt {
  const language = languageNames[input.lang];
  const system = `You are the interviewer in a technical interview on deep learning. The candidate is stuck and has asked for hint ${input.level} of 3. ${ladder[input.level] ?? ladder[3]}

Say the prepared hint in your own voice, in ${language}, one or two sentences, forty words at most. Where the candidate has said something already, start from it. A hint makes somebody think: put it as a question or as a small task, and ask rather than tell. It states no answer and no part of one, confirms nothing and denies nothing, and brings in no fact, number, name or formula that does not stand in the question, the prepared hint or the candidate's words. No heading, no list, no greeting, no marks.

${dataRule('candidate', code)}`;
  const parts = [`Question: ${input.question}`, `Prepared hint: ${input.written}`];
  if (input.before.length > 0) parts.push(`Hints given before:\n${input.before.join('\n')}`);
  if (input.said !== '') parts.push(block('candidate', code, input.said));
  parts.push(`Write the hint in ${language}, and nothing else.`);
  return { system, user: parts.join('\n\n') };
}
