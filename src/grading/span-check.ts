/**
 * Finds a quote in a reply although it was copied with other widths, spaces or punctuation, and gives
 * the exact place in the original. Words are never mended: a changed, added or missing word is no quote.
 */
import type { Span } from '../protocol.ts';

/** Signs that writers and models swap freely: folded to one form. */
const folds: ReadonlyMap<string, string> = new Map(
  (
    [
      ['"', '“”„‟«»「」『』〝〞＂'],
      ["'", '‘’‚‛`´′＇'],
      ['-', '‐‑‒–—―−﹣－'],
      ['.', '。．｡'],
      [',', '，、､﹐'],
      [';', '；'],
      [':', '：'],
      ['?', '？'],
      ['!', '！'],
      ['(', '（【〔'],
      [')', '）】〕'],
      ['~', '～〜'],
      ['*', '∗×'],
    ] as const
  ).flatMap(([to, from]) => [...from].map((sign): [string, string] => [sign, to])),
);

/** A folded text; `origin[i]` is the UTF-16 offset in the original of the character that gave `text[i]`. */
interface Folded {
  readonly text: string;
  readonly origin: readonly number[];
  /** Offset in the original just after the character that gave `text[i]`. */
  readonly end: readonly number[];
}

/** A character and the marks that combine with it, so that NFKC sees them together. */
const clusters = /\P{M}\p{M}*|\p{M}+/gsu;

const word = /[\p{Script=Latin}\p{N}]/u;

/**
 * NFKC, lower case, folded signs. White space stays, as one space, only between Latin words or numbers;
 * invisible characters and the bold and code marks of Markdown are dropped.
 */
export function fold(original: string): Folded {
  const pieces: string[] = [];
  const origin: number[] = [];
  const end: number[] = [];
  let gap: { start: number; end: number } | null = null;
  const put = (character: string, from: number, to: number) => {
    pieces.push(character);
    for (let unit = 0; unit < character.length; unit++) {
      origin.push(from);
      end.push(to);
    }
  };
  for (const match of original.matchAll(clusters)) {
    const from = match.index;
    const to = from + match[0].length;
    for (const raw of (folds.get(match[0]) ?? match[0]).normalize('NFKC').toLowerCase()) {
      const character = folds.get(raw) ?? raw;
      const bold = character === '*' && (original[from - 1] === '*' || original[to] === '*');
      if (bold || character === '`' || (/^[\p{Cf}\p{Cc}]$/u.test(character) && !/^\s$/u.test(character)))
        continue;
      if (/^\s$/u.test(character)) {
        gap ??= { start: from, end: to };
        continue;
      }
      if (gap && word.test(pieces.at(-1) ?? '') && word.test(character)) put(' ', gap.start, gap.end);
      gap = null;
      put(character, from, to);
    }
  }
  return { text: pieces.join(''), origin, end };
}

/** Signs at either end of a quote that say nothing: quotation marks, full stops, dots of omission. */
const edge = /^["'.,;:!?\-~…]+|(?<!["'.,;:!?\-~…])["'.,;:!?\-~…]+$/gu;

/**
 * Where `quote` stands in `reply`; null when it does not. The first place wins.
 * The span's text is the reply's own, so `reply.slice(start, end) === text`.
 */
export function findQuote(quote: string, reply: string): Span | null {
  const needle = fold(quote).text.replace(edge, '');
  if (!/[\p{L}\p{N}]/u.test(needle)) return null;
  const hay = fold(reply);
  for (let at = hay.text.indexOf(needle); at !== -1; at = hay.text.indexOf(needle, at + 1)) {
    const after = at + needle.length;
    if (cutsWord(hay.text, at) || cutsWord(hay.text, after)) continue;
    const start = hay.origin[at] ?? 0;
    const end = hay.end[after - 1] ?? reply.length;
    return { start, end, text: reply.slice(start, end) };
  }
  return null;
}

/** True when Latin letters or digits stand on both sides of an offset: "not" is no piece of "notation". */
function cutsWord(text: string, at: number): boolean {
  return word.test(text.charAt(at - 1)) && word.test(text.charAt(at));
}
