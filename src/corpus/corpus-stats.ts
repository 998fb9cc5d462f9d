/** Counts over a corpus, for `viva corpus stats`. */
import { z } from 'zod';
import { VivaError } from '../errors.ts';
import type { Lang } from '../protocol.ts';
import { contentTokens } from './content-tokens.ts';
import { langs, type Entry, type StatementLabel } from './entry.ts';

export interface CorpusStats {
  entries: number;
  keyPoints: number;
  misconceptions: number;
  statements: Record<StatementLabel, Record<Lang, number>>;
  /** Content tokens (Latin words, Han character pairs) of the reference answers. */
  answerTokens: Record<Lang, number>;
  byModule: Record<string, number>;
  byKind: Record<string, number>;
  /** Against a list of questions: how many it has, and the ids without an entry, by module. */
  against?: {
    questions: number;
    present: number;
    byModule: Record<string, { present: number; of: number; missing: string[] }>;
  };
}

const seedSchema = z.array(z.object({ id: z.string(), module: z.string() }));

/**
 * Reads a list of seed questions (`[{id, module, …}]`).
 * @throws VivaError `corpus-invalid` when it is not such a list.
 */
export function parseSeedQuestions(json: string, path: string): { id: string; module: string }[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new VivaError('corpus-invalid', `${path}: not JSON; give a list of {"id", "module"}.`, { cause });
  }
  const parsed = seedSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new VivaError(
      'corpus-invalid',
      `${path}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}; give a list of {"id", "module"}.`,
    );
  }
  return parsed.data;
}

export function corpusStats(
  entries: readonly Entry[],
  seed?: readonly { id: string; module: string }[],
): CorpusStats {
  const none = () => ({ zh: 0, en: 0 });
  const stats: CorpusStats = {
    entries: entries.length,
    keyPoints: 0,
    misconceptions: 0,
    statements: { covered: none(), partial: none(), contradicted: none() },
    answerTokens: none(),
    byModule: {},
    byKind: {},
  };
  for (const entry of entries) {
    stats.keyPoints += entry.keyPoints.length;
    stats.misconceptions += entry.misconceptions.length;
    stats.byModule[entry.module] = (stats.byModule[entry.module] ?? 0) + 1;
    stats.byKind[entry.kind] = (stats.byKind[entry.kind] ?? 0) + 1;
    for (const lang of langs) stats.answerTokens[lang] += contentTokens(entry.answer[lang]).length;
    for (const point of entry.keyPoints) {
      for (const statement of point.statements) stats.statements[statement.label][statement.lang]++;
    }
  }
  if (seed) {
    const have = new Set(entries.map((entry) => entry.id));
    const byModule: Record<string, { present: number; of: number; missing: string[] }> = {};
    for (const { id, module } of seed) {
      const row = (byModule[module] ??= { present: 0, of: 0, missing: [] });
      row.of++;
      if (have.has(id)) row.present++;
      else row.missing.push(id);
    }
    stats.against = {
      questions: seed.length,
      present: seed.filter(({ id }) => have.has(id)).length,
      byModule,
    };
  }
  return stats;
}
