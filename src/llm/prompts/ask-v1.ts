/** Tells a model how to answer a free question from passages, and what it may look up. */
import type { Lang } from '../../protocol.ts';
import { block, dataRule, languageNames, noAnswerMark, type Prompt } from '../prompts.ts';

export interface AskPromptInput {
  readonly question: string;
  readonly lang: Lang;
  /** Passages found already, each with its number in square brackets. */
  readonly passages: string;
}

export function askPrompt({ question, lang, passages }: AskPromptInput, code: string): Prompt {
  const language = languageNames[lang];
  const system = `You answer a question about deep learning from numbered passages and from nothing else.

Some passages are given. When they hold the answer, write it at once. When something is missing, look it up with the tools first, a few calls at most; what they find has numbers of its own, and all numbers may be cited.

Write 1 to 5 plain sentences in ${language}, no headings and no lists. Each sentence ends with the numbers of the passages that state it, in square brackets before the full stop, like this: ${
    lang === 'zh' ? 'B 初始化为零[1]。' : 'B starts at zero [1].'
  }
State only what a cited passage states; keep its terms, numbers and formulas. No links. Leave out what the passages do not say.
When neither the passages nor the tools answer the question, write ${noAnswerMark} and nothing else.

${dataRule('question', code)}
${dataRule('result', code)}`;
  const last = `Answer in ${language}. Every sentence ends with the number of its passage, like [1].`;
  return {
    system,
    user: `${block('result', code, `Passages:\n${passages}`)}\n\n${block('question', code, question)}\n\n${last}`,
  };
}
