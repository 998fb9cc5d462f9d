/**
 * Whether a candidate has exchanged two terms throughout a reply (encoder for decoder, query for key). Such a reply
 * has the right words; what gives it away is their company: with the two exchanged back, far more of its pairs of
 * neighbouring words are pairs that the reference has.
 */
import type { Clause } from './clauses.ts';

/** How the words of a text stand together: ordered pairs with at most this many content words from one to the other. */
const reach = 4;
/**
 * What an exchange must gain, in log counts of shared pairs: this much and this many times what there was. None of 396
 * development replies reach either; with two of their terms exchanged, 54 % do.
 */
const telling = [
  { gain: 4, ratio: 2 },
  { gain: 6, ratio: 1.5 },
];
/** What a clause must gain to be one of those that are wrong. */
const clauseGain = 0.3;
/** A term must stand in so many reference texts, and so often in the reply. */
const leastUses = { reference: 3, reply: 2 };
/** Only the most used terms of a long reply are tried. */
const mostTerms = 30;

const words = new Intl.Segmenter('zh', { granularity: 'word' });

/** Words that hold no role: exchanging them says nothing. */
const roleless = new Set(
  `的 了 是 在 和 与 或 也 都 就 而 把 被 让 使 对 从 到 用 会 能 可以 要 有 这 那 它 一个 所以 就是 因为 如果 但 但是 以及 通过 进行 没有 一样 不是 不 还 再 每 个 约 即 则 更 最 同 同时 其 各 里 中 上 下 后 前 时 来 去 做 变成 变小 缩小 需要 使用 用来 得到 之后 之前 这样 只 只有 多 少 大 小 高 低 等 为 以 由 并 向 按 跟 给 该 此 任何 整个 直接 全部 其中 对应 分别 例如 比如
the is are was were and of to in it that this a an so as for by with you be on or we at from its than then when if but because which per each only also just more less most get gets not into one two what how same no have has can will would all any other do does out up such use used uses using make makes need needs take takes go goes every both them their they there after before over between across about where while without still own much many very`.split(
    /\s+/,
  ),
);

function contentWords(text: string): string[] {
  const found: string[] = [];
  for (const { segment, isWordLike } of words.segment(text.toLowerCase()))
    if (isWordLike === true && !roleless.has(segment)) found.push(segment);
  return found;
}

type Pair = readonly [string, string];

function pairsOf(text: readonly string[]): Pair[] {
  return text.flatMap((word, index) =>
    text
      .slice(index + 1, index + 1 + reach)
      .filter((other) => other !== word)
      .map((other): Pair => [word, other]),
  );
}

const keyOf = (a: string, b: string) => `${a} ${b}`;

/** How a text's words stand together in what is right. */
class Reference {
  readonly #counts = new Map<string, number>();
  readonly #uses = new Map<string, number>();

  constructor(texts: readonly string[]) {
    for (const text of texts) {
      const found = contentWords(text);
      for (const word of new Set(found)) this.#uses.set(word, this.uses(word) + 1);
      for (const key of new Set(pairsOf(found).map(([a, b]) => keyOf(a, b))))
        this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    }
  }

  uses(word: string): number {
    return this.#uses.get(word) ?? 0;
  }

  /** Log counts of the pairs, with `a` and `b` exchanged when they are given. */
  familiarity(pairs: readonly Pair[], a?: string, b?: string): number {
    const as = (word: string) =>
      a === undefined || b === undefined ? word : word === a ? b : word === b ? a : word;
    return pairs.reduce((sum, [x, y]) => sum + Math.log1p(this.#counts.get(keyOf(as(x), as(y))) ?? 0), 0);
  }
}

/**
 * The clauses that say of one term what is true of the other.
 * @param right texts that are right about the question: key points, statements, reference answer
 * @param roles texts whose words may have roles: the question and the key points
 */
export function clausesWithSwappedRoles(
  clauses: readonly Clause[],
  right: readonly string[],
  roles: readonly string[],
): Set<Clause> {
  const said = clauses.map(({ text }) => contentWords(text));
  const uses = new Map<string, number>();
  for (const word of said.flat()) uses.set(word, (uses.get(word) ?? 0) + 1);
  const mayHaveRole = new Set(
    roles.flatMap(contentWords).filter((word) => word.length > 1 && !/^\d/.test(word)),
  );
  const often = [...uses].filter(([word, count]) => count >= leastUses.reply && mayHaveRole.has(word));
  if (often.length < 2) return new Set();
  const reference = new Reference(right);
  const terms = often
    .filter(([word]) => reference.uses(word) >= leastUses.reference)
    .sort((a, b) => b[1] - a[1])
    .slice(0, mostTerms)
    .map(([word]) => word);
  const pairs = said.map(pairsOf);
  const withTerm = new Map(
    terms.map((term): [string, Pair[]] => [term, pairs.flat().filter((pair) => pair.includes(term))]),
  );
  let best: { a: string; b: string; gain: number } | null = null;
  for (const [index, a] of terms.entries()) {
    for (const b of terms.slice(index + 1)) {
      const withA = withTerm.get(a) ?? [];
      const touched = [...withA, ...(withTerm.get(b) ?? []).filter((pair) => !pair.includes(a))];
      const before = reference.familiarity(touched);
      const gain = reference.familiarity(touched, a, b) - before;
      const tells = telling.some((least) => gain >= least.gain && before + gain >= least.ratio * before);
      if (tells && gain > (best?.gain ?? 0)) best = { a, b, gain };
    }
  }
  if (!best) return new Set();
  const { a, b } = best;
  return new Set(
    clauses.filter((_, index) => {
      const of = (pairs[index] ?? []).filter((pair) => pair.includes(a) || pair.includes(b));
      return reference.familiarity(of, a, b) - reference.familiarity(of) >= clauseGain;
    }),
  );
}
