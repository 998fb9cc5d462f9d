/** The question and the answer in the language that an entry lacks. */
import { z } from 'zod';
import { headings } from '../corpus/parse-entry.ts';
import { translationPrompt } from '../llm/prompts/draft-v1.ts';
import type { Lang } from '../protocol.ts';
import { ask, type Checked } from './ask.ts';
import { textFault } from './check-text.ts';
import type { Drafting } from './drafting.ts';

const schema = z.object({ question: z.string(), answer: z.string() });
interface Texts {
  readonly question: string;
  readonly answer: string;
}

/** Longest translated answer in characters. */
const longest = 20_000;
/** How many characters a translation has for each of the original: outside, something was left out or made up. */
const proportions: Readonly<Record<Lang, readonly [number, number]>> = { zh: [0.15, 1.5], en: [1, 8] };

export async function proposeTranslation(
  { model, material, signal }: Drafting,
  from: Texts,
  to: Lang,
): Promise<Checked<Texts>> {
  return ask<Texts, Texts>({
    model,
    schema,
    name: 'translation',
    prompt: (code, refused) => translationPrompt(from, to, code, refused),
    check: (raw) => {
      const fault =
        translationFault(from.question, raw.question, to, material) ??
        translationFault(from.answer, raw.answer, to, material);
      const texts = { question: raw.question.trim(), answer: raw.answer.trim() };
      return fault === null
        ? { kept: [texts], leftOut: [] }
        : { kept: [], leftOut: [{ what: 'translation', reason: `it ${fault}` }] };
    },
    wanting: (kept) =>
      kept.length > 0 ? null : `no translation: write the ${to} question and answer yourself`,
    maxTokens: 4_000,
    signal,
  });
}

function translationFault(from: string, text: string, to: Lang, material: string): string | null {
  const fault = textFault(text.replaceAll('```', ''), to, material, longest);
  if (fault !== null) return fault;
  const [least, most] = proportions[to];
  const share = text.length / from.length;
  if (share < least || share > most) return 'is much shorter or longer than the original';
  const numbers = numbersOf(text);
  const lost = [...numbersOf(from)].filter((one) => !numbers.has(one));
  if (lost.length > 0) return `lacks ${lost.slice(0, 3).join(', ')}, which the original states`;
  const made = [...numbers].filter((one) => !numbersOf(from).has(one) && one.length > 1);
  if (made.length > 0) return `states ${made.slice(0, 3).join(', ')}, which the original does not`;
  if (/^##?\s/mu.test(text) && !/^##?\s/mu.test(from)) return 'adds headings';
  if (Object.values(headings).some((heading) => heading.test(text)))
    return 'repeats the heading of an answer';
  if ((text.match(/^```/gmu)?.length ?? 0) !== (from.match(/^```/gmu)?.length ?? 0))
    return 'changes the blocks of code';
  return null;
}

function numbersOf(text: string): Set<string> {
  return new Set(text.normalize('NFKC').match(/\d+(?:\.\d+)?/gu) ?? []);
}
