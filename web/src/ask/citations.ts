import type { AnswerSentence, Citation } from '../../../src/protocol.ts';

/** Numbers the distinct citations of an answer from 1, in the order in which they are first used. */
export function numberCitations(sentences: readonly AnswerSentence[]): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const { citations } of sentences) {
    for (const citation of citations) {
      const key = citationKey(citation);
      if (!numbers.has(key)) numbers.set(key, numbers.size + 1);
    }
  }
  return numbers;
}

/** Two citations with the same key name the same place in the material. */
export function citationKey(citation: Citation): string {
  const { lang, start, end } = citation.referenceSpan;
  return `${citation.entryId}|${lang}|${start}|${end}`;
}

/** The cited entries, each once, with the distinct places cited in it. */
export function groupSources(
  sentences: readonly AnswerSentence[],
): { entryId: string; question: string; citations: Citation[] }[] {
  const groups = new Map<string, { entryId: string; question: string; citations: Citation[] }>();
  for (const citation of sentences.flatMap(({ citations }) => citations)) {
    const { entryId, question } = citation;
    const group = groups.get(entryId) ?? { entryId, question, citations: [] };
    const known = group.citations.some((other) => citationKey(other) === citationKey(citation));
    if (!known) group.citations.push(citation);
    groups.set(entryId, group);
  }
  return [...groups.values()];
}
