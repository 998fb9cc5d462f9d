/** Entries as clients see them. */
import type { Entry } from '../corpus/entry.ts';
import type { EntryDetail, EntrySummary, Status } from '../protocol.ts';
import { figureView } from './figures.ts';

export function summaryOf({ id, module, section, kind, difficulty, tags, question }: Entry): EntrySummary {
  return { id, module, section, kind, difficulty, tags, question };
}

export function detailOf(entry: Entry): EntryDetail {
  return {
    ...summaryOf(entry),
    answer: { zh: entry.answer.zh, en: entry.answer.en },
    keyPoints: entry.keyPoints.map(({ id, weight, zh, en }) => ({ id, weight, zh, en })),
    misconceptions: entry.misconceptions.map(({ id, zh, en, correction }) => ({ id, zh, en, correction })),
    sources: entry.sources.map(({ title, year, url }) => ({
      title,
      year,
      ...(url === undefined ? {} : { url }),
    })),
    related: entry.related,
    figures: entry.figures.map(figureView),
  };
}

/** How many entries each module and section has, in the order of the entries. */
export function countByModule(entries: Iterable<Entry>): Status['modules'] {
  const counts = new Map<string, Status['modules'][number]>();
  for (const { module, section } of entries) {
    const key = `${module}/${section}`;
    const known = counts.get(key);
    counts.set(key, { module, section, entries: (known?.entries ?? 0) + 1 });
  }
  return [...counts.values()];
}
