/** What the words of a clause say about a key point, beside what its vector says. */
import { contentTokens } from '../corpus/content-tokens.ts';

const han = /\p{Script=Han}/u;
const negation = /不|没|无|非|未|\bnot\b|n't\b|\bno\b|\bnever\b|\bwithout\b|\bcannot\b/iu;

/** True when the text is (also) written in Chinese characters. */
export function hasHan(text: string): boolean {
  return han.test(text);
}

export function isNegated(text: string): boolean {
  return negation.test(text);
}

/**
 * The distinct words of a text in three grains: content tokens, single Han characters, and English
 * stems (marked `~`), so that inflections and two-character windows do not hide a match.
 */
export function wordSet(text: string): Set<string> {
  const words = new Set(contentTokens(text));
  for (const word of contentTokens(text)) {
    if (!/^[a-z]/.test(word)) continue;
    const stem = word.replace(/(?:ing|ed|es|s|ly)$/, '');
    if (stem.length > 2) words.add(`~${stem}`);
  }
  for (const character of text) if (han.test(character)) words.add(character);
  return words;
}

/** Dice coefficient of two word sets, 0–1. */
export function dice(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size + b.size === 0) return 0;
  let shared = 0;
  for (const word of a) if (b.has(word)) shared++;
  return (2 * shared) / (a.size + b.size);
}

/** What one key point's wordings teach about words. */
export interface WordLore {
  /** Log-odds of a word in right wordings against wrong ones, add-half smoothed, clamped to ±2. */
  readonly logOdds: ReadonlyMap<string, number>;
  /** How telling a word is of this key point among its siblings: ln((points + 1) / (points with it + ½)). */
  readonly rarity: ReadonlyMap<string, number>;
}

/**
 * @param right wordings that make the point (key point, reference, covered statements)
 * @param wrong wordings that get it wrong
 * @param spread in how many of the entry's key points each word occurs
 * @param points the entry's number of key points
 */
export function learnWords(
  right: readonly ReadonlySet<string>[],
  wrong: readonly ReadonlySet<string>[],
  spread: ReadonlyMap<string, number>,
  points: number,
): WordLore {
  const inRight = tally(right);
  const inWrong = tally(wrong);
  const logOdds = new Map<string, number>();
  const rarity = new Map<string, number>();
  for (const word of new Set([...inRight.keys(), ...inWrong.keys()])) {
    const odds =
      Math.log(((inRight.get(word) ?? 0) + 0.5) / (right.length + 1)) -
      Math.log(((inWrong.get(word) ?? 0) + 0.5) / (wrong.length + 1));
    logOdds.set(word, Math.min(2, Math.max(-2, odds)));
    rarity.set(word, Math.log((points + 1) / ((spread.get(word) ?? 0) + 0.5)));
  }
  return { logOdds, rarity };
}

/** In how many of the sets each word occurs. */
export function tally(sets: readonly ReadonlySet<string>[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const set of sets) for (const word of set) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Share (0–1) of a wording's words that the clause has, the telling words counting more. */
export function weightedRecall(
  wording: ReadonlySet<string>,
  clause: ReadonlySet<string>,
  lore: WordLore,
): number {
  let all = 0;
  let met = 0;
  for (const word of wording) {
    const weight = Math.max(lore.rarity.get(word) ?? 1, 0.1);
    all += weight;
    if (clause.has(word)) met += weight;
  }
  return all === 0 ? 0 : met / all;
}

/** Sum and weighted mean of the clause's log-odds, and the sum of its words' rarity. */
export function wordEvidence(
  clause: ReadonlySet<string>,
  lore: WordLore,
): { sum: number; mean: number; rarity: number } {
  let sum = 0;
  let weights = 0;
  let rarity = 0;
  for (const word of clause) {
    const odds = lore.logOdds.get(word);
    if (odds === undefined) continue;
    const rare = lore.rarity.get(word) ?? 0;
    const weight = Math.max(rare, 0.2);
    sum += odds * weight;
    weights += weight;
    rarity += Math.max(rare, 0);
  }
  return { sum, mean: sum / (1 + weights), rarity };
}

/**
 * The numbers that a text states in digits, in one form each; not those that belong to a name (GPT4, e5) or that number
 * the lines of a list.
 */
export function numbersIn(text: string): Set<string> {
  const joined = text
    .replace(/^\s*[(（]?\d{1,2}[.)）、](?!\d)/gmu, '')
    .replace(/(\d),(?=\d{3}(?!\d))/g, '$1');
  return new Set(joined.match(/(?<![A-Za-z_\d.])\d+(?:\.\d+)?/g)?.map((digits) => String(Number(digits))));
}

/** Width of a text in half-width characters: a Han character says about as much as two letters. */
export function width(text: string): number {
  let total = 0;
  for (const character of text) total += (character.codePointAt(0) ?? 0) >= 0x2e80 ? 2 : 1;
  return total;
}
