/** What graders compare a candidate's clauses with; embedded beforehand so that the first reply is not the slow one. */
import type { Entry } from '../corpus/entry.ts';
import type { CachedText } from '../embedding/cache.ts';
import { teachingTexts as wordingsOf } from '../grading/teaching.ts';

/** Every wording of an entry that grading embeds, as queries, each once. */
export function teachingTexts(entry: Entry): CachedText[] {
  return [...new Set(wordingsOf(entry))].map((text) => ({ kind: 'query', text }));
}
