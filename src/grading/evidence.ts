/** Numbers that say how a clause stands to a key point: whether it is about it, and whether it gets it right. */
import { dot } from '../embedding/dot.ts';
import type { ClauseReading } from './clause-reading.ts';
import { dice, weightedRecall, wordEvidence } from './lexical-evidence.ts';
import type { TaughtPoint, Teaching, Wording } from './teaching.ts';

/**
 * Features of a (clause, key point) pair, each scaled to a few units and, in `touch` and `right`,
 * oriented so that more is more: their weights are fitted non-negative.
 */
export interface Evidence {
  /** Is the clause about this key point at all? */
  readonly touch: readonly number[];
  /** Does it say the right thing about it? */
  readonly right: readonly number[];
  /** Is it vague? Nearness to partial wordings over nearness to covered ones. */
  readonly vague: number;
  /** Its words are denied, or another thing's: it counts the other way round. */
  readonly turned: boolean;
  /** A number that nothing right states stands where the nearest right wordings have another one. */
  readonly clash: NumberClash;
}

/** `heart`: the number that is missing is the key point's own; `detail`: one of its wordings'. */
export type NumberClash = 'none' | 'detail' | 'heart';

/** Names of the features, in order; the weights file lists the same. */
export const evidenceNames = {
  touch: [
    'similarity of the nearest right wording',
    'lead over the nearest wording of another key point',
    'weighted recall of the best right wording',
    'word overlap with the best right wording',
    'weighted recall of the key point',
    'rarity of the shared words',
    'mean similarity of the two nearest covered statements',
    'brevity of the clause',
    'similarity over the mean of other points',
  ],
  right: [
    'nearest right wording minus nearest contradicted one',
    'two nearest covered minus two nearest contradicted',
    'weighted recall, right minus contradicted',
    'word overlap, right minus contradicted',
    'mean log-odds of the words',
    'sum of the log-odds of the words',
    'position on the right–wrong axis',
    'negation as in the nearest right wording and not as in the nearest wrong one',
    'numbers of right wordings minus numbers of wrong ones',
  ],
} as const;

/** @param skip a statement's text to leave out (when that statement is itself being judged) */
export function gatherEvidence(
  clause: ClauseReading,
  point: TaughtPoint,
  teaching: Teaching,
  skip?: string,
): Evidence {
  const kept = (wordings: readonly Wording[]) =>
    skip === undefined ? wordings : wordings.filter((one) => one.text !== skip);
  const similarity = (one: Wording) => {
    let value = clause.near.get(one);
    if (value === undefined) clause.near.set(one, (value = dot(one.vector, clause.vector)));
    return value;
  };
  const ranked = (wordings: readonly Wording[]) => wordings.map(similarity).sort((a, b) => b - a);

  const covered = kept(point.covered);
  const contradicted = kept(point.contradicted);
  const partial = kept(point.partial);
  const claim = Math.max(...point.claims.map(similarity));
  const nearCovered = ranked(covered);
  const nearContradicted = ranked(contradicted);
  const best = Math.max(claim, nearCovered[0] ?? -1);
  const coveredTwo = meanOfTwo(nearCovered) ?? claim;

  let elsewhere = 0;
  let sumOfOthers = 0;
  for (const other of teaching.points.values()) {
    if (other === point) continue;
    const nearestOfIt = highest([...other.claims, ...kept(other.covered)], similarity);
    elsewhere = Math.max(elsewhere, nearestOfIt);
    sumOfOthers += nearestOfIt;
  }

  const others = teaching.points.size - 1;
  const meanOfOthers = others === 0 ? 0.85 : sumOfOthers / others;

  const right = sameScript([...covered, ...point.claims], clause);
  const wrong = sameScript(contradicted, clause);
  const recall = (one: Wording) => weightedRecall(one.words, clause.words, point.lore);
  const overlap = (one: Wording) => dice(one.words, clause.words);
  const recallRight = highest(right, recall);
  const overlapRight = highest(right, overlap);
  const words = wordEvidence(clause.words, point.lore);

  const touch = [
    (best - 0.9) * 20,
    (best - elsewhere) * 20,
    recallRight * 4 - 1.2,
    overlapRight * 4 - 1.2,
    highest(sameScript(point.claims, clause), recall) * 3 - 1,
    Math.log1p(words.rarity) - 1,
    (coveredTwo - 0.88) * 20,
    Math.log(60 / Math.max(6, clause.width)),
    (best - meanOfOthers - 0.03) * 20,
  ];
  const common = { touch, turned: clause.turned, clash: numberClash(clause, point, right, teaching) };
  // Without contradicted wordings nothing speaks against the clause but its negation.
  if (contradicted.length === 0 || !point.axis) {
    const same = Number(nearest(right, similarity)?.negated === clause.negated);
    return { ...common, right: [0, 0, 0, 0, 0, 0, 0, same - 1, 0], vague: 0 };
  }
  const contradictedTwo = meanOfTwo(nearContradicted) ?? 0;
  const negation =
    Number(nearest(contradicted, similarity)?.negated !== clause.negated) -
    Number((nearest(covered, similarity) ?? point.claims[0])?.negated !== clause.negated);
  return {
    ...common,
    right: [
      (best - (nearContradicted[0] ?? 0)) * 20,
      (coveredTwo - contradictedTwo) * 20,
      (recallRight - highest(wrong, recall)) * 4,
      (overlapRight - highest(wrong, overlap)) * 4,
      words.mean * 2,
      words.sum * 0.3,
      axisPosition(clause.vector, point.axis) * 4,
      negation,
      numberContrast(clause.numbers, right, wrong),
    ],
    vague: partial.length === 0 ? 0 : ((ranked(partial)[0] ?? 0) - (nearCovered[0] ?? claim)) * 20,
  };
}

function meanOfTwo(ranked: readonly number[]): number | null {
  const [first, second] = ranked;
  if (first === undefined) return null;
  return second === undefined ? first : (first + second) / 2;
}

/** Wordings in the clause's script, or all when there are none: word overlap means nothing across scripts. */
function sameScript(wordings: readonly Wording[], { han, mixed }: ClauseReading): readonly Wording[] {
  if (mixed) return wordings;
  const same = wordings.filter((one) => one.han === han);
  return same.length > 0 ? same : wordings;
}

function highest(wordings: readonly Wording[], score: (one: Wording) => number): number {
  return wordings.reduce((best, one) => Math.max(best, score(one)), 0);
}

function nearest(wordings: readonly Wording[], score: (one: Wording) => number): Wording | undefined {
  let found: Wording | undefined;
  let best = -Infinity;
  for (const one of wordings) {
    const value = score(one);
    if (value > best) [best, found] = [value, one];
  }
  return found;
}

/** Signed distance from the middle between the two means, along the line from wrong to right. */
function axisPosition(vector: Float32Array, axis: { right: Float32Array; wrong: Float32Array }): number {
  let along = 0;
  let length = 0;
  for (let index = 0; index < vector.length; index++) {
    const right = axis.right[index] ?? 0;
    const wrong = axis.wrong[index] ?? 0;
    along += ((vector[index] ?? 0) - (right + wrong) / 2) * (right - wrong);
    length += (right - wrong) ** 2;
  }
  return length === 0 ? 0 : along / Math.sqrt(length);
}

/** Numbers that right wordings alone state, less those that wrong ones alone state; −2…2. */
function numberContrast(
  numbers: ReadonlySet<string>,
  right: readonly Wording[],
  wrong: readonly Wording[],
): number {
  let found = 0;
  for (const number of numbers) {
    const inRight = right.some((one) => one.numbers.has(number));
    const inWrong = wrong.some((one) => one.numbers.has(number));
    if (inRight !== inWrong) found += inRight ? 1 : -1;
  }
  return Math.min(2, Math.max(-2, found));
}

/** How many of the nearest right wordings are asked for their numbers. */
const wordingsWithNumbers = 2;

/**
 * Of 870 points that right and half-right development replies make, 3 clash; of those that state numbers, with the
 * numbers changed, 42 %.
 */
function numberClash(
  clause: ClauseReading,
  { claims }: TaughtPoint,
  right: readonly Wording[],
  { rightNumbers }: Teaching,
): NumberClash {
  const strange = [...clause.numbers].some((number) => !hasAbout(rightNumbers, number));
  if (!strange) return 'none';
  const lacks = ({ numbers }: Wording) => [...numbers].some((number) => !hasAbout(clause.numbers, number));
  if (claims.some(lacks)) return 'heart';
  const nearest = right
    .map((one) => ({ one, overlap: dice(one.words, clause.words) }))
    .sort((a, b) => b.overlap - a.overlap)
    .slice(0, wordingsWithNumbers);
  return nearest.some(({ one }) => lacks(one)) ? 'detail' : 'none';
}

/** Who rounds is not wrong. */
const rounding = 0.05;

function hasAbout(numbers: ReadonlySet<string>, wanted: string): boolean {
  if (numbers.has(wanted)) return true;
  const value = Number(wanted);
  return [...numbers].some((one) => Math.abs(Number(one) - value) < rounding * Math.abs(value) && value > 1);
}
