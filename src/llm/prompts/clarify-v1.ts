/** Asks what a question means, for a candidate who asked back. The reference stays out of it. */
import type { Lang } from '../../protocol.ts';
import { block, dataRule, languageNames, type Prompt } from '../prompts.ts';

export const clarifyPromptId = 'clarify-v1';

export interface ClarifyPromptInput {
  readonly lang: Lang;
  /** The open question, as asked. */
  readonly question: string;
  /** The main question, when a follow-up is open. */
  readonly main: string | null;
  /** What the candidate wants to know about the question. */
  readonly asked: string;
}

export function clarifyPrompt(input: ClarifyPromptInput, code: string): Prompt {
  const language = languageNames[input.lang];
  const system = `You are the interviewer in a technical interview on deep learning. The candidate does not ask for the answer but what your question means. Say what is being asked: its scope, what a term in it refers to, or that a condition which is left open may be chosen and stated by the candidate.

Two sentences at most, in ${language}, fifty words at most. You never answer the question or a part of it, confirm or deny an idea of the candidate's, or bring in a fact, number or formula that does not stand in the question. When the candidate asks for the answer instead, say which part of the question to begin with. No heading, no list, no greeting, no marks.

${dataRule('candidate', code)}`;
  const parts = [
    input.main === null ? '' : `Main question: ${input.main}`,
    `${input.main === null ? 'Question' : 'Follow-up'}: ${input.question}`,
    block('candidate', code, input.asked),
    `Say in ${language} what is being asked, and nothing else.`,
  ];
  return { system, user: parts.filter(Boolean).join('\n\n') };
}
