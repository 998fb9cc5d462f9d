/** An entry made ready for grading: vectors and words of everything its key points and statements say. */
import type { Entry, KeyPoint } from '../corpus/entry.ts';
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import {
  hasHan,
  isNegated,
  learnWords,
  numbersIn,
  tally,
  wordSet,
  type WordLore,
} from './lexical-evidence.ts';

/** A wording with what grading needs of it. */
export interface Wording {
  readonly text: string;
  readonly vector: Float32Array;
  readonly words: ReadonlySet<string>;
  readonly numbers: ReadonlySet<string>;
  readonly han: boolean;
  readonly negated: boolean;
}

export interface TaughtPoint {
  readonly keyPoint: KeyPoint;
  /** The key point in zh and en. */
  readonly claims: readonly Wording[];
  readonly covered: readonly Wording[];
  readonly partial: readonly Wording[];
  readonly contradicted: readonly Wording[];
  /** Mean vectors of the right and of the wrong wordings; null without statements. */
  readonly axis: { readonly right: Float32Array; readonly wrong: Float32Array } | null;
  readonly lore: WordLore;
}

export interface Teaching {
  readonly question: readonly Wording[];
  readonly points: ReadonlyMap<string, TaughtPoint>;
  readonly misconceptions: ReadonlyMap<
    string,
    { readonly belief: readonly Wording[]; readonly correction: readonly Wording[] }
  >;
}

/** Every text that `teach` embeds (kind `query`); ingestion puts them in the cache. */
export function teachingTexts(entry: Entry): string[] {
  return [
    entry.question.zh,
    entry.question.en,
    ...entry.keyPoints.flatMap((point) => [point.zh, point.en, ...point.statements.map((one) => one.text)]),
    ...entry.misconceptions.flatMap((one) => [one.zh, one.en, one.correction.zh, one.correction.en]),
  ];
}

/** Embeds an entry's wordings and gathers their words. Cheap when the embeddings are cached. */
export async function teach(
  entry: Entry,
  embeddings: VivaEmbeddings,
  signal?: AbortSignal,
): Promise<Teaching> {
  const texts = [...new Set(teachingTexts(entry))];
  const vectors = await embeddings.embed(texts, { kind: 'query', signal });
  const wordings = new Map(
    texts.map((text, index): [string, Wording] => [
      text,
      {
        text,
        vector: vectors[index] ?? new Float32Array(),
        words: wordSet(text),
        numbers: numbersIn(text),
        han: hasHan(text),
        negated: isNegated(text),
      },
    ]),
  );
  const wording = (text: string): Wording => {
    const found = wordings.get(text);
    if (!found) throw new Error(`teaching text of ${entry.id} was not embedded`);
    return found;
  };
  const statements = (point: KeyPoint, label: string) =>
    point.statements.filter((one) => one.label === label).map((one) => wording(one.text));

  const spread = tally(
    entry.keyPoints.map(
      (point) =>
        new Set(
          [point.zh, point.en, ...point.statements.map((one) => one.text)].flatMap((text) => [
            ...wording(text).words,
          ]),
        ),
    ),
  );
  const points = new Map<string, TaughtPoint>();
  for (const keyPoint of entry.keyPoints) {
    const claims = [wording(keyPoint.zh), wording(keyPoint.en)];
    const covered = statements(keyPoint, 'covered');
    const contradicted = statements(keyPoint, 'contradicted');
    const right = [...covered, ...claims];
    points.set(keyPoint.id, {
      keyPoint,
      claims,
      covered,
      partial: statements(keyPoint, 'partial'),
      contradicted,
      axis: contradicted.length > 0 ? { right: mean(right), wrong: mean(contradicted) } : null,
      lore: learnWords(
        [
          ...right.map((one) => one.words),
          wordSet(keyPoint.reference.zh.text),
          wordSet(keyPoint.reference.en.text),
        ],
        contradicted.map((one) => one.words),
        spread,
        entry.keyPoints.length,
      ),
    });
  }
  return {
    question: [wording(entry.question.zh), wording(entry.question.en)],
    points,
    misconceptions: new Map(
      entry.misconceptions.map((one) => [
        one.id,
        {
          belief: [wording(one.zh), wording(one.en)],
          correction: [wording(one.correction.zh), wording(one.correction.en)],
        },
      ]),
    ),
  };
}

function mean(wordings: readonly Wording[]): Float32Array {
  const sum = new Float32Array(wordings[0]?.vector.length ?? 0);
  for (const { vector } of wordings)
    for (let index = 0; index < sum.length; index++) sum[index] = (sum[index] ?? 0) + (vector[index] ?? 0);
  return sum.map((value) => value / wordings.length);
}
