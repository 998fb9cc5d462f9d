/** The tools with which a model looks around in the material: read-only, of bounded length, with checked arguments. */
import { z } from 'zod';
import { chatTool, type ChatTool } from '../llm/chat-tool.ts';
import type { AnswerStage, Lang } from '../protocol.ts';
import type { Retriever } from '../retrieval/retriever.ts';
import type { Material } from './material-words.ts';
import type { OwnResult } from './own-results.ts';
import type { ReadingDesk } from './reading-desk.ts';

const mostFound = 5;

export interface MaterialToolsOptions {
  readonly retriever: Retriever;
  readonly material: Material;
  readonly lang: Lang;
  readonly desk: ReadingDesk;
  /** The entry of an interview's open question: its reference is not looked up. */
  readonly openEntryId: string | null;
  /** The asker's own graded questions. */
  readonly results: readonly OwnResult[];
  readonly onStage?: (stage: AnswerStage) => void;
}

export function materialTools(options: MaterialToolsOptions): ChatTool[] {
  const { retriever, material, lang, desk, openEntryId, results, onStage } = options;
  const searching = chatTool({
    name: 'search_material',
    description: `Finds the ${mostFound} entries of the material nearest to a query, by id and question. Read one with open_entry.`,
    parameters: z.strictObject({
      query: z.string().trim().min(1).max(200).describe('A few technical words, in Chinese or English.'),
    }),
    run: async ({ query }, signal) => {
      onStage?.({ kind: 'searching', query });
      const hits = await retriever.retrieve(query, lang, {
        limit: mostFound,
        accept: (id) => id !== openEntryId,
        signal,
      });
      const lines = hits.flatMap(({ entryId }) => {
        const entry = material.get(entryId);
        return entry ? [`${entry.id}: ${entry.question[lang]}`] : [];
      });
      return lines.length === 0 ? 'Nothing was found. Try other words.' : lines.join('\n');
    },
  });
  const opening = chatTool({
    name: 'open_entry',
    description: 'Gives the reference answer of one entry as numbered passages, which may be cited.',
    parameters: z.strictObject({ id: z.string().max(128).describe('As search_material gives it.') }),
    run: ({ id }) => {
      const entry = material.get(id.trim());
      if (!entry) return 'No entry has this id. Take one that search_material gives.';
      if (entry.id === openEntryId) return 'This entry is being asked in an interview and cannot be opened.';
      onStage?.({ kind: 'reading', entryId: entry.id, question: entry.question[lang] });
      return desk.read(entry);
    },
  });
  const listing = chatTool({
    name: 'list_topics',
    description: 'Lists the sections of the material with the number of their entries.',
    parameters: z.strictObject({}),
    run: () => {
      onStage?.({ kind: 'topics' });
      const counts = new Map<string, number>();
      for (const { module, section } of material.values()) {
        const name = section === '' ? module : `${module}/${section}`;
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      return [...counts].map(([name, count]) => `${name}: ${count}`).join('\n');
    },
  });
  const own = chatTool({
    name: 'own_results',
    description:
      'Tells how the asker did in this interview: totals, and key points with their verdicts. To know what to look up; it cannot be cited.',
    parameters: z.strictObject({}),
    run: () => {
      onStage?.({ kind: 'results' });
      return results
        .map(({ number, entryId, total, points }) => {
          const lines = points.map(({ claim, value }) => `- ${value}: ${claim}`);
          return `Question ${number} (${entryId}), ${total ?? 'not graded'} of 10\n${lines.join('\n')}`;
        })
        .join('\n\n');
    },
  });
  return [searching, opening, listing, ...(results.length > 0 ? [own] : [])];
}
