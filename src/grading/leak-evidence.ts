/** Numbers that say whether a text of the coach states a key point, or only asks after it. Pure. */
import { containment } from '../corpus/content-tokens.ts';
import type { Entry, KeyPoint } from '../corpus/entry.ts';
import { fold } from './span-check.ts';

/** Names of the numbers, in the order of the weights. */
export const leakEvidenceNames = [
  'that the piece is about the point, by the local verifier',
  'relatedness to the key point',
  'relatedness to the question',
  'share of the reference that the piece holds',
  'it asks: what, how, why',
  'logarithm of its width',
  'share of its words that stand in the question',
] as const;

export interface LeakWeights {
  /** One per name of `leakEvidenceNames`. */
  readonly weights: readonly number[];
  readonly bias: number;
  /** Sums from here on are leaks. */
  readonly threshold: number;
}

/** What a model had to be asked for: the rest of the evidence is words. */
export interface Measured {
  /** 0–1: one minus the verifier's `missing`. */
  readonly touch: number;
  /** −1…1. */
  readonly toPoint: number;
  /** −1…1. */
  readonly toQuestion: number;
}

/** Whoever asks what, how or why states less than whoever says that it is so, question mark or not. */
const asking =
  /怎么|怎样|如何|什么|哪[些个种里一儿几]?|多少|为何|几[个种条类]|谁|\b(?:how|why|what|which|where|when|who|whose|whether)\b/iu;

export function leakEvidence(piece: string, point: KeyPoint, entry: Entry, measured: Measured): number[] {
  const { question } = entry;
  return [
    measured.touch,
    measured.toPoint,
    measured.toQuestion,
    Math.max(containment(point.reference.zh.text, piece), containment(point.reference.en.text, piece)),
    Number(asking.test(piece)),
    Math.log1p(widthOf(piece)),
    Math.max(containment(piece, question.zh), containment(piece, question.en)),
  ];
}

/** Width in half-width characters: a Han character says about as much as two letters. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += character >= '\u2e80' ? 2 : 1;
  return width;
}

/** Widest run of letters and digits that a text may share with a point: terms have their names, and some are long. */
const widestRun = 26;

/**
 * A run of the point's wording, of its reference, or of a labelled way to say it, word for word, that stands in none of
 * the known texts; null without one.
 */
export function verbatimRun(text: string, point: KeyPoint, known: readonly string[]): string | null {
  const told = known.map(letters);
  const said = letters(text);
  for (const wording of foldedWordings(point)) {
    const run = longestRun(wording, said);
    if (widthOf(run) >= widestRun && !told.some((one) => one.includes(run))) return run;
  }
  return null;
}

/** Letters and digits alone: signs put between them hide nothing. */
function letters(text: string): string {
  return fold(text).text.replace(/[^\p{L}\p{N}]+/gu, '');
}

// Entries are replaced, never changed, when the corpus is read again.
const folded = new WeakMap<KeyPoint, readonly string[]>();

function foldedWordings(point: KeyPoint): readonly string[] {
  const known = folded.get(point);
  if (known) return known;
  const covered = point.statements.filter(({ label }) => label === 'covered').map(({ text }) => text);
  const made = [...wordingsOf(point), ...covered].map(letters);
  folded.set(point, made);
  return made;
}

/** A number that the point or its reference states and none of the known texts; null without one. One digit is no evidence. */
export function givenNumber(text: string, point: KeyPoint, known: readonly string[]): string | null {
  const told = new Set(known.flatMap(numbersOf));
  const own = new Set(wordingsOf(point).flatMap(numbersOf));
  return numbersOf(text).find((number) => number.length > 1 && own.has(number) && !told.has(number)) ?? null;
}

function wordingsOf(point: KeyPoint): string[] {
  return [point.zh, point.en, point.reference.zh.text, point.reference.en.text];
}

function numbersOf(text: string): string[] {
  return text.normalize('NFKC').match(/\d+(?:[.,]\d+)*/g) ?? [];
}

/** The longest text that stands in both. Takes the product of their lengths: both are a few sentences. */
function longestRun(a: string, b: string): string {
  let best = 0;
  let end = 0;
  const lengths = new Uint16Array(b.length + 1);
  for (let at = 0; at < a.length; at++) {
    let diagonal = 0;
    for (let other = 0; other < b.length; other++) {
      const above = lengths[other + 1] ?? 0;
      const length = a.charAt(at) === b.charAt(other) ? diagonal + 1 : 0;
      lengths[other + 1] = length;
      if (length > best) [best, end] = [length, at + 1];
      diagonal = above;
    }
  }
  return a.slice(end - best, end);
}
