/** Which sentences of the reference answers say what was asked. Pure. */
import type { Entry } from '../corpus/entry.ts';
import { overlaps } from '../grading/overlaps.ts';
import type { AnswerSentence, Citation, Lang } from '../protocol.ts';
import type { MaterialWords } from './material-words.ts';
import type { NearEntry } from './scope.ts';
import { answerCode, answerSentences, type Sentence } from './sentences.ts';

/** Most sentences of an answer. */
export const longestAnswer = 5;
/** Most sentences for a question about one point. */
const longestPointAnswer = 3;
/** Nearness to one of an entry's own wordings from which the whole entry is asked for, and its lead over any single point. */
const wholeEntry = { nearness: 0.62, lead: 0.05 };
/** How far below the best sentence another may score and still belong to the answer. */
const margin = 0.1;
/** A second entry counts when it comes this near to the first. */
const secondEntryMargin = 0.05;

interface Scored {
  readonly entry: Entry;
  /** 0 for the first entry of the answer. */
  readonly rank: number;
  readonly sentence: Sentence;
  readonly score: number;
}

/**
 * The sentences that answer, verbatim from the references and in their order, each with its place; at least one for an
 * entry with key points. When the question is an entry's own question, its key points of weight 2 and 3 are the answer.
 * @param near entries by how retrieval ranked them; the first is answered from, the second when it is as near
 */
export function composeAnswer(
  question: string,
  lang: Lang,
  near: readonly NearEntry[],
  entryOf: (id: string) => Entry | undefined,
  words: MaterialWords,
): AnswerSentence[] {
  const [first, ...others] = near.flatMap((one) => {
    const entry = entryOf(one.hit.entryId);
    return entry ? [{ entry, near: one }] : [];
  });
  if (!first) return [];
  const code = asksForCode(question, first.entry) ? answerCode(first.entry, lang) : null;
  const shown = code ? [{ entry: first.entry, rank: 0, sentence: code, score: 1 }] : [];
  if (asksWholeEntry(first.near)) {
    return cite([...shown, ...wholeAnswer(first.entry, lang, longestAnswer - shown.length)], lang);
  }
  const second = others.slice(0, 2).find((one) => one.near.best >= first.near.best - secondEntryMargin);
  const asked = words.weighed(question);
  const scored = [first, ...(second ? [second] : [])].flatMap(({ entry, near }, rank) =>
    scoreSentences(entry, near, lang, asked, words).map((one): Scored => ({ ...one, entry, rank })),
  );
  const ranked = scored.sort(
    (a, b) => b.score - a.score || a.rank - b.rank || a.sentence.start - b.sentence.start,
  );
  const best = ranked[0]?.score ?? 0;
  return cite(
    [...shown, ...ranked.filter((one) => one.score >= best - margin).slice(0, longestPointAnswer)],
    lang,
  );
}

function asksWholeEntry({ hit, nearness }: NearEntry): boolean {
  const nearestOf = (parts: readonly string[]) =>
    Math.max(-1, ...nearness.filter((_, index) => parts.includes(hit.hits[index]?.chunk.part ?? '')));
  const asQuestion = nearestOf(['question', 'wording']);
  return (
    asQuestion >= wholeEntry.nearness && asQuestion >= nearestOf(['key-point', 'answer']) + wholeEntry.lead
  );
}

function asksForCode(question: string, entry: Entry): boolean {
  return (
    entry.kind === 'code' &&
    /手写|手撕|代码|实现|写(?:一|个|出|下)|\b(?:implement\w*|code|write|from scratch|snippet)\b/iu.test(
      question,
    )
  );
}

/** Sentences holding the key points of weight 2 and 3, the heaviest first as far as there is room. */
function wholeAnswer(entry: Entry, lang: Lang, room: number): Scored[] {
  const chosen = new Map<number, Scored>();
  const sentences = answerSentences(entry, lang);
  const points = entry.keyPoints.filter((point) => point.weight >= 2 || entry.keyPoints.length <= 2);
  for (const point of points.sort((a, b) => b.weight - a.weight)) {
    const holding = sentences.filter((sentence) => overlaps(sentence, point.reference[lang]));
    if (new Set([...chosen.keys(), ...holding.map((one) => one.start)]).size > room) continue;
    for (const sentence of holding)
      chosen.set(sentence.start, { entry, rank: 0, sentence, score: point.weight });
  }
  return [...chosen.values()];
}

function scoreSentences(
  entry: Entry,
  { hit, nearness }: NearEntry,
  lang: Lang,
  asked: ReadonlyMap<string, number>,
  words: MaterialWords,
): { sentence: Sentence; score: number }[] {
  const pointNearness = new Map<string, number>();
  const passages: { start: number; end: number; nearness: number }[] = [];
  for (const [index, { chunk }] of hit.hits.entries()) {
    const near = nearness[index];
    if (near === undefined) continue;
    if (chunk.keyPointId !== undefined) {
      pointNearness.set(chunk.keyPointId, Math.max(near, pointNearness.get(chunk.keyPointId) ?? -1));
    }
    if (chunk.answerSpan && chunk.lang === lang) passages.push({ ...chunk.answerSpan, nearness: near });
  }
  return answerSentences(entry, lang).flatMap((sentence) => {
    const points = entry.keyPoints.filter((point) => overlaps(sentence, point.reference[lang]));
    // A lead-in or a formula says something only where it is a key point.
    if (points.length === 0 && !standsAlone(sentence.text)) return [];
    const byPoint = Math.max(-1, ...points.map((point) => pointNearness.get(point.id) ?? -1));
    const byPassage = Math.max(
      -1,
      ...passages.filter((one) => overlaps(sentence, one)).map((one) => one.nearness),
    );
    const nearnessOf = Math.max(byPoint, byPassage * 0.7);
    return [{ sentence, score: 0.65 * nearnessOf + 0.35 * words.overlap(asked, sentence.text) }];
  });
}

function standsAlone(text: string): boolean {
  const width = [...text].reduce((sum, character) => sum + (character >= '\u2e80' ? 2 : 1), 0);
  return width >= 16 && /[.。!！?？]["”』」）)*]*$/u.test(text);
}

/** In the order of the reference, entry by entry, nothing twice. */
function cite(scored: readonly Scored[], lang: Lang): AnswerSentence[] {
  const seen = new Set<string>();
  return [...scored]
    .sort((a, b) => a.rank - b.rank || a.sentence.start - b.sentence.start)
    .flatMap(({ entry, sentence }) => {
      const same = sentence.text.replace(/\s+/gu, ' ');
      if (seen.has(same)) return [];
      seen.add(same);
      return [{ text: sentence.text, citations: [citationOf(entry, sentence, lang)] }];
    });
}

/** A place in an entry's answer. */
export function citationOf(
  entry: Entry,
  { start, end }: { start: number; end: number },
  lang: Lang,
): Citation {
  return {
    entryId: entry.id,
    question: entry.question[lang],
    referenceSpan: { lang, start, end, text: entry.answer[lang].slice(start, end) },
  };
}
