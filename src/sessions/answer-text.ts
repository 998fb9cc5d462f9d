/** An answer to a free question as text: it reads the same at a terminal and in Markdown. */
import type { Answer } from '../protocol.ts';

/** The sentences with numbered citations and the list of their entries, or a refusal with the nearest topics. */
export function answerText(answer: Answer): string {
  if (answer.kind === 'refused') {
    const topics = answer.nearest.map(({ question, entryId }) => `- ${question} (${entryId})`);
    return withList(answer.text, topics);
  }
  const questions = new Map(
    answer.sentences.flatMap(({ citations }) =>
      citations.map(({ entryId, question }): [string, string] => [entryId, question]),
    ),
  );
  const sources = [...questions.keys()];
  const sentences = answer.sentences.map(({ text, citations }) => {
    if (citations.length === 0) return text;
    const numbers = new Set(citations.map(({ entryId }) => `[${sources.indexOf(entryId) + 1}]`));
    return `${text} ${[...numbers].join('')}`;
  });
  return withList(
    sentences.join('\n'),
    sources.map((id, index) => `- [${index + 1}] ${questions.get(id) ?? ''} (${id})`),
  );
}

function withList(text: string, lines: readonly string[]): string {
  return lines.length === 0 ? text : `${text}\n\n${lines.join('\n')}`;
}
