/** The words of the material: which entry uses which, and how rare each is. */
import type { Entry } from '../corpus/entry.ts';

/** Cuts a text into terms; the retrieval's tokenizer. */
export type Terms = (text: string) => string[];

export type Material = ReadonlyMap<string, Entry>;

/** Everything an entry says, in both languages. Statements are left out: half of them are wrong on purpose. */
function textOf(entry: Entry): string {
  return [
    ...entry.tags,
    ...[entry.question, entry.answer].flatMap(({ zh, en }) => [zh, en]),
    ...entry.askedAs.zh,
    ...entry.askedAs.en,
    ...entry.keyPoints.flatMap((point) => [point.zh, point.en]),
    ...entry.misconceptions.flatMap(({ zh, en, correction }) => [zh, en, correction.zh, correction.en]),
  ].join('\n');
}

export class MaterialWords {
  readonly #terms: Terms;
  readonly #byEntry: ReadonlyMap<string, ReadonlySet<string>>;
  /** In how many entries a term stands. */
  readonly #spread = new Map<string, number>();

  constructor(material: Material, terms: Terms) {
    this.#terms = terms;
    this.#byEntry = new Map([...material].map(([id, entry]) => [id, new Set(terms(textOf(entry)))]));
    for (const words of this.#byEntry.values()) {
      for (const word of words) this.#spread.set(word, (this.#spread.get(word) ?? 0) + 1);
    }
  }

  /** Distinct terms of a text with their rarity: the log of how few entries use them; largest for unknown ones. */
  weighed(text: string): ReadonlyMap<string, number> {
    const size = this.#byEntry.size;
    return new Map(
      this.#terms(text).map((term) => [term, Math.log((size + 1) / ((this.#spread.get(term) ?? 0) + 0.5))]),
    );
  }

  /** Share (0 to below 1) of the text's terms, weighed by rarity, that the entry uses; 0 for a text without terms. */
  coverage(text: string, entryId: string): number {
    const words = this.#byEntry.get(entryId);
    return words ? shareOf(this.weighed(text), words) : 0;
  }

  /** Share (0 to below 1) of the asked terms, weighed by rarity, that a passage holds. */
  overlap(asked: ReadonlyMap<string, number>, passage: string): number {
    return shareOf(asked, new Set(this.#terms(passage)));
  }
}

/** Added to what is asked for: a text of words that everybody uses is covered by nobody. */
const benefitOfDoubt = 0.5;

function shareOf(asked: ReadonlyMap<string, number>, present: ReadonlySet<string>): number {
  let all = benefitOfDoubt;
  let shared = 0;
  for (const [term, weight] of asked) {
    all += weight;
    if (present.has(term)) shared += weight;
  }
  return shared / all;
}
