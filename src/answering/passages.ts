/** What a chat model may answer from: numbered passages of the references. Pure. */
import type { Entry } from '../corpus/entry.ts';
import type { Lang } from '../protocol.ts';
import type { NearEntry } from './scope.ts';
import { answerCode, answerSentences, type Sentence } from './sentences.ts';

export interface Passage {
  readonly entry: Entry;
  readonly text: string;
  /** The places a citation may point to: its sentences, or the code block. */
  readonly sentences: readonly Sentence[];
}

/** Characters of all passages together: about 2,000 tokens of English, 4,000 of Chinese. */
const longest = 8_000;
/** Another entry's passages are shown when it comes this near to the first. */
const otherEntryMargin = 0.1;
const mostEntries = 3;

/** The answers of the nearest entries, paragraph by paragraph, as far as there is room. */
export function passagesFor(
  near: readonly NearEntry[],
  entryOf: (id: string) => Entry | undefined,
  lang: Lang,
): Passage[] {
  const best = near[0]?.best ?? 0;
  const shown = near
    .slice(0, mostEntries)
    .filter((one, index) => index === 0 || one.best >= best - otherEntryMargin);
  const passages: Passage[] = [];
  let room = longest;
  for (const { hit } of shown) {
    const entry = entryOf(hit.entryId);
    if (!entry) continue;
    for (const passage of entryPassages(entry, lang)) {
      if (passage.text.length > room) continue;
      room -= passage.text.length;
      passages.push(passage);
    }
  }
  return passages;
}

/** The answer of one entry, paragraph by paragraph, its code last. */
export function entryPassages(entry: Entry, lang: Lang): Passage[] {
  const code = answerCode(entry, lang);
  return [...paragraphsOf(entry, lang), ...(code ? [[code]] : [])].map((sentences) => ({
    entry,
    text: entry.answer[lang].slice(sentences[0]?.start, sentences.at(-1)?.end),
    sentences,
  }));
}

function paragraphsOf(entry: Entry, lang: Lang): Sentence[][] {
  const byBlock = new Map<number, Sentence[]>();
  for (const sentence of answerSentences(entry, lang)) {
    byBlock.set(sentence.block, [...(byBlock.get(sentence.block) ?? []), sentence]);
  }
  return [...byBlock.values()];
}
