/** How texts are changed into probes. Pure: the same random numbers give the same text. null: nothing to change. */
import { shuffled, type Random } from '../../src/coach/random.ts';
import type { Entry } from '../../src/corpus/entry.ts';
import type { Lang } from '../../src/protocol.ts';
import { dictation, glossary, namedOpposites, opposites, simplified, traditional } from './tables.ts';
import { filler, restatements } from './sentences.ts';

/** Fewer changes than this and a reply is what it was. */
const leastChanges = 3;
export const paddedLength = 5_000;

export function at<T>(values: readonly T[], random: Random): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error('nothing to choose from');
  return value;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** Latin words whole, Chinese ones anywhere. */
function wordPattern(words: readonly string[]): RegExp {
  const alternatives = [...words].sort((a, b) => b.length - a.length).map(escaped);
  const latin = String.raw`(?<![A-Za-z0-9_])(?:${alternatives.join('|')})(?![A-Za-z0-9_])`;
  return /\p{Script=Han}/u.test(words.join(''))
    ? new RegExp(alternatives.join('|'), 'g')
    : new RegExp(latin, 'g');
}

function replaceAll(
  text: string,
  table: readonly (readonly [string, string])[],
  least = leastChanges,
  chosen: () => boolean = () => true,
): string | null {
  const to = new Map(table);
  let changes = 0;
  const changed = text.replaceAll(wordPattern([...to.keys()]), (word) => {
    if (!chosen()) return word;
    changes++;
    return to.get(word) ?? word;
  });
  return changes >= least ? changed : null;
}

export function keywordList(entry: Entry, lang: Lang, random: Random): string {
  const claims = entry.keyPoints.map((point) => point[lang]).join(' ');
  const terms =
    lang === 'zh'
      ? claims
          .split(
            /[^\p{L}\p{N}√×_-]+|[的了是在和与把被由从到用为不而就也都要可以会能对及时每各其将等再后前中上下]+/u,
          )
          .filter((term) => /^[\p{Script=Han}]{2,6}$|^[A-Za-z][\w-]*$/u.test(term))
      : [...claims.matchAll(/[A-Za-z][\w-]{4,}/g)]
          .map(([term]) => term)
          .filter(
            (term) =>
              !/^(?:which|their|there|these|those|while|where|every|about|other|before|after|since|would|should|because)$/i.test(
                term,
              ),
          );
  const chosen = shuffled([...new Set([...entry.tags, ...terms])], random).slice(0, 24);
  return chosen.join(lang === 'zh' ? '、' : ', ');
}

export function restate(entry: Entry, lang: Lang, random: Random): string {
  return at(restatements[lang], random).replaceAll('{}', entry.question[lang]);
}

const negations: Readonly<Record<Lang, readonly (readonly [RegExp, string])[]>> = {
  zh: [
    [/(?<![还但于也就只或可要不总都])是(?!否)/, '不是'],
    [/(?<![可])能(?![力量])/, '不能'],
    [/会(?!话)/, '不会'],
    [/把/, '不把'],
    [/(?<![使利作应])用(?![于户])/, '不用'],
    [/(?<![只没])有(?![效关])/, '没有'],
  ],
  en: [
    [/ is /, ' is not '],
    [/ are /, ' are not '],
    [/ can /, ' cannot '],
    [/ does /, ' does not '],
    [/ (keep|use|add|split|make|take|give|turn|train|share|learn|need|store)s /, ' does not $1 '],
  ],
};

export function negatedReference(entry: Entry, lang: Lang): string | null {
  const [first = ''] = entry.answer[lang].split(lang === 'zh' ? /(?<=[。；\n])/ : /(?<=[.;]\s)/);
  const sentence = first.replaceAll('**', '').trim();
  if (sentence.length < 12 || /[不没无非]|\bnot?\b|n't|cannot|never|^[-#|$!]/.test(sentence)) return null;
  const found = negations[lang].find(([pattern]) => pattern.test(sentence));
  return found ? sentence.replace(found[0], found[1]) : null;
}

export function changedNumbers(text: string, random: Random): string | null {
  let changes = 0;
  const changed = text.replaceAll(
    /(?<![\p{Script=Latin}\d.^²_-])\d+(?:\.\d+)?(?![\p{Script=Latin}\d.)）、])/gu,
    (number) => {
      changes++;
      const value = Number(number) * at([0.25, 3, 7], random) + 1;
      return number.includes('.') ? value.toFixed(2) : String(Math.round(value));
    },
  );
  return changes >= leastChanges && changed !== text ? changed : null;
}

/** Exchanges the pair of terms of which the rarer is the most frequent; both together must occur four times. */
export function swappedRoles(text: string, lang: Lang): string | null {
  const [best] = [...opposites[lang], ...namedOpposites]
    .map(([a, b]) => ({ a, b, ofA: count(text, a), ofB: count(text, b) }))
    .filter(({ ofA, ofB }) => ofA > 0 && ofB > 0 && ofA + ofB >= 4)
    .sort((one, other) => Math.min(other.ofA, other.ofB) - Math.min(one.ofA, one.ofB));
  return best
    ? replaceAll(text, [
        [best.a, best.b],
        [best.b, best.a],
      ])
    : null;
}

function count(text: string, word: string): number {
  return [...text.matchAll(wordPattern([word]))].length;
}

/** The text somewhere among praise and textbook sentences, 5,000 characters in all. */
export function padded(text: string, lang: Lang, random: Random): string {
  const gap = lang === 'zh' ? '' : ' ';
  const before: string[] = [];
  const after: string[] = [];
  let length = text.length;
  while (length < paddedLength) {
    for (const sentence of shuffled(filler[lang], random)) {
      (random() < 0.5 ? before : after).push(sentence);
      length += sentence.length + gap.length;
      if (length >= paddedLength) break;
    }
  }
  const head = before.join(gap);
  return `${head}${gap}${text}${gap}${after.join(gap)}`.slice(0, paddedLength);
}

/** Half of the words that could be mistaken are. */
export function misheard(text: string, lang: Lang, random: Random): string | null {
  return replaceAll(text, dictation[lang], leastChanges, () => random() < 0.5);
}

/** Decimal points stay: they are said. */
export function withoutPunctuation(text: string, lang: Lang, random: Random): string {
  const gap = lang === 'zh' && random() < 0.5 ? '' : ' ';
  const bare = text
    .replaceAll(/(?<!\d)\.|\.(?!\d)/g, gap === '' ? '' : ' ')
    .replaceAll(/[，。；：、！？,;:!?()（）[\]{}"“”‘’'《》…—\n|*`#]+/g, gap)
    .replaceAll(/ {2,}/g, ' ')
    .trim();
  return lang === 'en' ? bare.toLowerCase() : bare;
}

/** Half of them by terms of the other language; the rest by traditional characters or full-width letters. */
export function mixedScripts(text: string, lang: Lang, byTerms: boolean): string | null {
  if (byTerms) {
    return replaceAll(
      text,
      glossary.map(([zh, en]) => (lang === 'zh' ? ([zh, ` ${en} `] as const) : ([en, zh] as const))),
    );
  }
  if (lang === 'en') {
    return text.replaceAll(/[A-Za-z0-9]+/g, (word) =>
      word.length % 2 === 0
        ? [...word].map((letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)).join('')
        : word,
    );
  }
  return replaceAll(
    text,
    Array.from(simplified, (character, index) => [character, traditional[index] ?? character] as const),
  );
}
