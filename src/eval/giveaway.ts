/**
 * Whether labelled statements give their label away by style: a bag-of-words classifier, trained on other entries'
 * statements, sees a statement without its key point. It should do hardly better than chance; where it does, a judge
 * that learns from the statements learns the style.
 */
import type { Entry } from '../corpus/entry.ts';
import { seededRandom, shuffled } from '../coach/random.ts';
import { sigmoid } from '../grading/statement-model.ts';
import type { Lang } from '../protocol.ts';
import { bootstrapInterval, mean, type Interval } from './bootstrap.ts';

export interface GiveawayShare {
  /** Mean of the accuracies on covered and on contradicted statements, 0–1; chance is 0.5. */
  readonly accuracy: number;
  /** Entries drawn again. */
  readonly interval: Interval;
  readonly n: number;
}

export interface GiveawayReport {
  readonly entries: number;
  readonly folds: number;
  readonly all: GiveawayShare;
  readonly byLang: Readonly<Record<Lang, GiveawayShare>>;
  /** Entries whose statements are told apart best, with their accuracy. */
  readonly entriesToRead: readonly { readonly id: string; readonly accuracy: number; readonly n: number }[];
  /** Statements whose label was guessed with the most confidence, and rightly: the ones to rewrite. */
  readonly clearest: readonly {
    readonly id: string;
    readonly label: 'covered' | 'contradicted';
    readonly text: string;
    /** Of its label, 0.5–1. */
    readonly probability: number;
  }[];
  /** Terms that speak most for a label over all statements, the strongest first. */
  readonly terms: Readonly<Record<'covered' | 'contradicted', readonly string[]>>;
}

interface Sample {
  readonly entryId: string;
  readonly lang: Lang;
  readonly contradicted: boolean;
  readonly text: string;
  readonly terms: readonly string[];
}

export interface GiveawayOptions {
  /** Entries are dealt into so many folds. Default 10. */
  readonly folds?: number;
  /** Statements in `clearest`. Default 20. */
  readonly clearest?: number;
  readonly seed?: number;
}

/** Passes over the statements, and how strongly weights are drawn to zero (L2). */
const epochs = 12;
const decay = 1e-3;

/** Cross-validates the classifier over entries. Partial statements are left out. */
export function measureGiveaway(entries: readonly Entry[], options: GiveawayOptions = {}): GiveawayReport {
  const { seed = 1 } = options;
  const samples = entries.flatMap(samplesOf);
  const ids = shuffled([...new Set(samples.map((sample) => sample.entryId))], seededRandom(seed, 'entries'));
  const folds = Math.min(options.folds ?? 10, ids.length);
  const foldOf = new Map(ids.map((id, index) => [id, index % folds]));
  const results = Array.from({ length: folds }, (_, fold) => {
    const model = train(
      samples.filter((sample) => foldOf.get(sample.entryId) !== fold),
      seed,
    );
    return samples
      .filter((sample) => foldOf.get(sample.entryId) === fold)
      .map((sample) => {
        const probability = sigmoid(score(model, sample.terms) * (sample.contradicted ? 1 : -1));
        return { ...sample, probability, right: probability > 0.5 };
      });
  }).flat();
  const of = (lang: Lang) => shareOf(results.filter((result) => result.lang === lang));
  const entriesToRead = ids
    .map((id) => results.filter((result) => result.entryId === id))
    .map((own) => ({ id: own[0]?.entryId ?? '', accuracy: balanced(own), n: own.length }))
    .sort((a, b) => b.accuracy - a.accuracy)
    .slice(0, 10);
  const clearest = results
    .filter(({ right }) => right)
    .sort((a, b) => b.probability - a.probability)
    .slice(0, options.clearest ?? 20)
    .map(({ entryId, contradicted, text, probability }) => ({
      id: entryId,
      label: contradicted ? ('contradicted' as const) : ('covered' as const),
      text,
      probability,
    }));
  const strongest = [...train(samples, seed)].sort((a, b) => a[1] - b[1]).map(([term]) => term);
  return {
    entries: ids.length,
    folds,
    all: shareOf(results),
    byLang: { zh: of('zh'), en: of('en') },
    entriesToRead,
    clearest,
    terms: { covered: strongest.slice(0, 25), contradicted: strongest.slice(-25).reverse() },
  };
}

function samplesOf(entry: Entry): Sample[] {
  return entry.keyPoints.flatMap(({ statements }) =>
    statements
      .filter(({ label }) => label !== 'partial')
      .map(({ label, lang, text }) => ({
        entryId: entry.id,
        lang,
        contradicted: label === 'contradicted',
        text,
        terms: termsOf(text),
      })),
  );
}

/** Latin words, Chinese characters, pairs of both, and how long the text is: all that style could hide in. */
function termsOf(text: string): string[] {
  const tokens = [...text.toLowerCase().matchAll(/\p{Script=Han}|[\p{L}\p{N}]+|[,，;；:：()（）]/gu)].map(
    ([token]) => token,
  );
  const pairs = tokens.slice(1).map((token, index) => `${tokens[index]} ${token}`);
  return [...new Set([...tokens, ...pairs, `length ${Math.round(Math.log2(text.length) * 2)}`])];
}

/** Weight by term: above zero speaks for `contradicted`. */
type Model = ReadonlyMap<string, number>;

const bias = 'bias';

/** Logistic regression by AdaGrad over term presence, both labels weighing the same. */
function train(samples: readonly Sample[], seed: number): Model {
  const weights = new Map<string, number>();
  const squares = new Map<string, number>();
  const contradicted = samples.filter((sample) => sample.contradicted).length;
  const random = seededRandom(seed, 'training');
  const weightOf = (sample: Sample) =>
    samples.length / (2 * (sample.contradicted ? contradicted : samples.length - contradicted));
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const sample of shuffled(samples, random)) {
      const error = sigmoid(score(weights, sample.terms)) - Number(sample.contradicted);
      for (const term of [bias, ...sample.terms]) {
        const gradient = error * weightOf(sample) + decay * (weights.get(term) ?? 0);
        const square = (squares.get(term) ?? 1e-6) + gradient ** 2;
        squares.set(term, square);
        weights.set(term, (weights.get(term) ?? 0) - (0.1 * gradient) / Math.sqrt(square));
      }
    }
  }
  return weights;
}

function score(model: Model, terms: readonly string[]): number {
  return terms.reduce((sum, term) => sum + (model.get(term) ?? 0), model.get(bias) ?? 0);
}

interface Result {
  readonly entryId: string;
  readonly contradicted: boolean;
  readonly right: boolean;
}

function balanced(results: readonly Result[]): number {
  const shares = [true, false].map((label) => results.filter((result) => result.contradicted === label));
  return mean(
    shares.filter((own) => own.length > 0).map((own) => mean(own.map(({ right }) => Number(right)))),
  );
}

function shareOf(results: readonly Result[]): GiveawayShare {
  // Right or wrong, and which label, packed into one number each, so that entries can be drawn again.
  const packed = results.map(({ right, contradicted }) => Number(right) + 2 * Number(contradicted));
  const statistic = (sample: readonly number[]) =>
    balanced(sample.map((value) => ({ entryId: '', right: value % 2 === 1, contradicted: value >= 2 })));
  return {
    accuracy: balanced(results),
    interval: bootstrapInterval(packed, {
      statistic,
      groups: results.map(({ entryId }) => entryId),
      rounds: 500,
    }),
    n: results.length,
  };
}
