/** Texts in Chinese and English → the terms that lexical search counts. */
import { createHash } from 'node:crypto';
import { domainTerms } from './domain-terms.ts';

export interface Tokenizer {
  /** Written into manifests: terms of different tokenizers must not meet. */
  readonly id: string;
  /** Lower-case terms in order of appearance, repeated ones included. */
  terms(text: string): string[];
}

/** How a run of Chinese characters becomes words. */
type CutHan = (run: string) => string[];

/** What stands between the characters of one Latin term: p-tuning, conv.bn, c++ without the pluses. */
const latinTerm = /[\p{L}\p{N}]+(?:[-_.'/][\p{L}\p{N}]+)*/gu;
const run = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}]|[-_.'/](?=[\p{L}\p{N}]))+/gu;

/**
 * A tokenizer with a given way to cut Chinese. Latin words are kept whole and, when they have parts, in parts and joined:
 * `p-tuning` gives `p`, `tuning`, `ptuning`.
 */
function tokenizer(id: string, cutHan: CutHan): Tokenizer {
  return {
    id,
    terms: (text) => {
      const terms: string[] = [];
      for (const [piece] of text.normalize('NFKC').toLowerCase().matchAll(run)) {
        if (/^\p{Script=Han}/u.test(piece)) terms.push(...cutHan(piece));
        else for (const [term] of piece.matchAll(latinTerm)) terms.push(...latinParts(term));
      }
      return terms;
    },
  };
}

function latinParts(term: string): string[] {
  const parts = term.split(/[-_.'/]/);
  return parts.length === 1 ? [singular(term)] : [...parts.map(singular), singular(parts.join(''))];
}

/** English plurals, roughly: `weights` and `weight` are one term; `loss` and `bias` stay. */
function singular(word: string): string {
  return /^[a-z]{3,}[^sui\W\d_]s$/.test(word) ? word.slice(0, -1) : word;
}

/** Words of a dictionary with the field's terms, long words also in parts. Needs a native addon. */
async function jiebaTokenizer(): Promise<Tokenizer> {
  const { Jieba } = await import('@node-rs/jieba');
  const { dict } = await import('@node-rs/jieba/dict.js');
  const jieba = Jieba.withDict(dict);
  jieba.loadDict(Buffer.from(domainTerms.map((term) => `${term} 100000 n\n`).join('')));
  const terms = createHash('sha256').update(domainTerms.join('\n')).digest('hex').slice(0, 8);
  return tokenizer(`jieba-${terms}`, (text) => jieba.cutForSearch(text, true));
}

/** Pairs of characters. No dictionary, no addon. */
export function bigramTokenizer(): Tokenizer {
  return tokenizer('bigram', (text) => {
    const characters = [...text];
    if (characters.length === 1) return characters;
    return characters.slice(1).map((character, index) => `${characters[index] ?? ''}${character}`);
  });
}

/**
 * The best tokenizer that this machine runs: jieba, or pairs of characters where its addon does not load.
 * `onFallback` is told why.
 */
export async function createTokenizer(
  onFallback: (reason: unknown) => void = () => undefined,
): Promise<Tokenizer> {
  try {
    return await jiebaTokenizer();
  } catch (error) {
    onFallback(error);
    return bigramTokenizer();
  }
}
