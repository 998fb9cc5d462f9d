/** Which point a follow-up goes after, and its words: the candidate's own where there are any, never the answer. */
import { cutQuote, quotable, standsAlone } from '../grading/quotation.ts';
import { containment } from '../corpus/content-tokens.ts';
import type { Entry } from '../corpus/entry.ts';
import { hintLeakShare } from '../corpus/lint-entry.ts';
import type { Lang } from '../protocol.ts';
import { questionTotal, type Point, type Progress } from './progress.ts';
import { questionPart } from './question-part.ts';
import { pick, type Random } from './random.ts';
import { textsFor } from './texts/texts.ts';

/** Most follow-ups on one question. */
export const maxFollowUps = 2;
/** From this total on, a question with nothing important missing is left alone. */
const goodTotal = 8;
/** Longest quotation of the candidate in a follow-up, in Han characters. */
const quoteChars = 60;

/**
 * The key point to follow up: the heaviest contradicted or missed one not asked about yet, then a
 * half-covered one; null when the question is done. One that gets nowhere (total 0) gets one follow-up.
 */
export function chooseFollowUp(progress: Progress): Point | null {
  const total = questionTotal(progress);
  if (total === null || progress.left !== null || progress.referenceShown) return null;
  if (progress.followedUp.length >= (total === 0 ? 1 : maxFollowUps)) return null;
  const points = [...progress.points.values()];
  const unmet = points.filter((point) => point.value === 'missing' || point.value === 'contradicted');
  if (total >= goodTotal && !unmet.some((point) => point.verdict.weight >= 2)) return null;
  const urgency = (point: Point) =>
    point.value === 'partial' ? 0 : point.verdict.weight * 2 + (point.value === 'contradicted' ? 1 : 0);
  const open = points
    .filter((point) => point.value !== 'covered' && !progress.followedUp.includes(point.verdict.keyPointId))
    // A second follow-up is worth the candidate's time only for something important.
    .filter(
      (point) => point.verdict.weight >= 2 || (point.value !== 'partial' && progress.followedUp.length === 0),
    );
  const [best] = open.toSorted((a, b) => urgency(b) - urgency(a) || b.verdict.weight - a.verdict.weight);
  return best ?? null;
}

/** True when the text would give a key point away that the candidate has not made. */
export function leaks(text: string, entry: Entry, unmet: readonly string[]): boolean {
  return entry.keyPoints.some(
    (point) =>
      unmet.includes(point.id) &&
      (containment(point.zh, text) >= hintLeakShare || containment(point.en, text) >= hintLeakShare),
  );
}

/** The follow-up on a key point in the language of the session. */
export function followUpText(
  entry: Entry,
  progress: Progress,
  keyPointId: string,
  lang: Lang,
  random: Random,
): string {
  const { probe } = textsFor(lang);
  const point = progress.points.get(keyPointId);
  const unmet = [...progress.points].filter(([, one]) => one.value !== 'covered').map(([id]) => id);
  const span = point?.verdict.replySpan?.text ?? null;
  const quote = span === null ? null : shorten(span);
  const written = entry.followUps.find((one) => one.on === keyPointId)?.[lang];
  if (written !== undefined && !leaks(written, entry, unmet)) {
    return quote === null ? written : probe.quote(quote) + written;
  }
  if (quote !== null && point?.value === 'contradicted') return pick(probe.contradicted(quote), random);
  if (quote !== null && point?.value === 'partial') return pick(probe.partial(quote), random);
  const said = bestQuote(progress);
  const claim = entry.keyPoints.find(({ id }) => id === keyPointId)?.[lang] ?? '';
  const part = questionPart(entry.question[lang], claim);
  // What was quoted in the follow-up before this one is not quoted again.
  return pick(
    said === null || progress.followedUp.length > 0 ? probe.missing(part) : probe.missingAfter(said, part),
    random,
  );
}

/** What the candidate said best, as far as it can be quoted whole: the span of the heaviest covered point. */
function bestQuote(progress: Progress): string | null {
  const covered = [...progress.points.values()]
    .filter((point) => point.value === 'covered' && point.verdict.replySpan)
    .toSorted((a, b) => b.verdict.weight - a.verdict.weight);
  const quotes = covered.map((point) => shorten(point.verdict.replySpan?.text ?? ''));
  return quotes.find((text) => !text.endsWith('…') && standsAlone(text)) ?? null;
}

/** A quotation on one line, without what joins it to the sentence before it. */
function shorten(text: string): string {
  return cutQuote(quotable(text), quoteChars);
}
