/**
 * Asks for a second opinion on what a reply states. Nothing says which of the statements is disputed, what was decided
 * first, or what the candidate says of it: only pieces of the reply that the candidate points at are shown again.
 */
import { block, dataRule, type Prompt } from '../prompts.ts';

export const appealPromptId = 'appeal-v1';

export interface AppealPromptInput {
  readonly question: string;
  readonly reply: string;
  /** Pieces of the reply, word for word. */
  readonly pointedAt: readonly string[];
  /** Short ids (K1, K2, …) and what they state. */
  readonly statements: readonly { readonly id: string; readonly text: string }[];
}

export function appealPrompt(input: AppealPromptInput, code: string): Prompt {
  const system = `Somebody answered an interview question on deep learning. You read the answer with fresh eyes and say, for each of some statements, whether the answer makes it. You do not say how good the answer is.

First look for the words. For a statement, find the piece of the answer that comes nearest to it, then compare: would a colleague who only heard this piece know what the statement says?
- "covered": yes, in other words or another language just as well.
- "partial": half of it, or only roughly.
- "contradicted": the piece says the opposite, or what cannot be true beside it.
- "missing": there is no such piece.

quote: that piece, copied character by character from the answer, as short as it can be; nothing is translated, mended, joined or left out. "" when the verdict is "missing". Words taken back do not count. Saying that something is known, covered or right is not saying it.

The form: {"keyPoints":[{"id":"K1","verdict":"missing","quote":""}, …]}, with one object for every id.

${dataRule('reply', code)}`;
  const parts = [
    `Statements:\n${input.statements.map(({ id, text }) => `${id}: ${text}`).join('\n')}`,
    `Question: ${input.question}`,
    block('reply', code, input.reply),
  ];
  if (input.pointedAt.length > 0) {
    parts.push(
      `Read these pieces of it with particular care; they count like the rest:\n${block('pieces of the reply', code, input.pointedAt.join('\n'))}`,
    );
  }
  parts.push(`Judge each of ${input.statements.map(({ id }) => id).join(', ')}.`);
  return { system, user: parts.join('\n\n') };
}
