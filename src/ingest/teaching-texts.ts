/** What graders compare a candidate's clauses with; embedded beforehand so that the first reply is not the slow one. */
import { langs, type Entry } from '../corpus/entry.ts';
import type { CachedText } from '../embedding/cache.ts';

/** Questions, key points, statements and misconceptions of an entry, in both languages, as queries. */
export function teachingTexts(entry: Entry): CachedText[] {
  const texts = [
    ...langs.map((lang) => entry.question[lang]),
    ...entry.keyPoints.flatMap((point) => [
      ...langs.map((lang) => point[lang]),
      ...point.statements.map(({ text }) => text),
    ]),
    ...entry.misconceptions.flatMap((misconception) => langs.map((lang) => misconception[lang])),
  ];
  return [...new Set(texts)].map((text) => ({ kind: 'query', text }));
}
