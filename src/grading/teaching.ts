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
  /** The key point in zh and en; without statements, its reference spans too. */
  readonly claims: readonly Wording[];
  readonly covered: readonly Wording[];
  readonly partial: readonly Wording[];
  readonly contradicted: readonly Wording[];
  /** Mean vectors of the right and of the wrong wordings; null without statements. */
  readonly axis: { readonly right: Float32Array; readonly wrong: Float32Array } | null;
  readonly lore: WordLore;
}

export interface Teaching {
  /** Whatever is right about the question: key points, covered statements, the reference answer's lines. */
  readonly rightTexts: readonly string[];
  /** The question and the key points. */
  readonly roleTexts: readonly string[];
  /** Every number that those and the question state. */
  readonly rightNumbers: ReadonlySet<string>;
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
    ...entry.keyPoints.flatMap((point) => [
      point.zh,
      point.en,
      ...referenceWordings(point),
      ...point.statements.map((one) => one.text),
    ]),
    ...entry.misconceptions.flatMap((one) => [one.zh, one.en, one.correction.zh, one.correction.en]),
  ];
}

/** Where nobody wrote statements, the reference answer's own words say what a right reply may sound like. */
function referenceWordings(point: KeyPoint): string[] {
  return point.statements.length > 0 ? [] : [point.reference.zh.text, point.reference.en.text];
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
    const claims = [keyPoint.zh, keyPoint.en, ...referenceWordings(keyPoint)].map(wording);
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
  const rightTexts = textsThatAreRight(entry);
  const roleTexts = [
    entry.question.zh,
    entry.question.en,
    ...entry.keyPoints.flatMap((point) => [point.zh, point.en]),
  ];
  const partial = entry.keyPoints.flatMap((point) => statements(point, 'partial'));
  return {
    rightTexts,
    roleTexts,
    // Half-right wordings may be short of the point, but their numbers are not wrong.
    rightNumbers: numbersIn([...rightTexts, ...roleTexts, ...partial.map((one) => one.text)].join('\n')),
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

function textsThatAreRight(entry: Entry): string[] {
  const lines = [entry.answer.zh, entry.answer.en].flatMap((answer) =>
    answer.split(/[。！？；\n]|[.;?!]\s/u),
  );
  return [
    ...entry.keyPoints.flatMap((point) => [
      point.zh,
      point.en,
      ...point.statements.filter((one) => one.label === 'covered').map((one) => one.text),
    ]),
    ...lines.filter((line) => line.trim() !== ''),
  ];
}

function mean(wordings: readonly Wording[]): Float32Array {
  const sum = new Float32Array(wordings[0]?.vector.length ?? 0);
  for (const { vector } of wordings)
    for (let index = 0; index < sum.length; index++) sum[index] = (sum[index] ?? 0) + (vector[index] ?? 0);
  return sum.map((value) => value / wordings.length);
}
