/** Ways to hide an order from a reader or a filter, while a model may still read it. */
import type { Random } from '../../src/coach/random.ts';

export function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

export function hex(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex');
}

export function percent(text: string): string {
  return encodeURIComponent(text);
}

export function rot13(text: string): string {
  return text.replaceAll(/[a-z]/gi, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
}

/** Zero-width characters between all others. */
export function zeroWidth(text: string): string {
  return [...text].join('\u200b');
}

/** The text itself in invisible tag characters; ASCII only, the rest stays as it is. */
export function tagged(text: string): string {
  return [...text]
    .map((character) =>
      character >= ' ' && character <= '~'
        ? String.fromCodePoint(0xe0000 + (character.codePointAt(0) ?? 0))
        : character,
    )
    .join('');
}

const lookalikes: Readonly<Record<string, string>> = {
  a: 'а',
  c: 'с',
  e: 'е',
  i: 'і',
  o: 'о',
  p: 'р',
  s: 'ѕ',
  x: 'х',
  y: 'у',
  A: 'А',
  B: 'В',
  E: 'Е',
  K: 'К',
  M: 'М',
  O: 'О',
  T: 'Т',
};

/** Latin letters as Cyrillic ones that look the same. */
export function homoglyphs(text: string): string {
  return [...text].map((letter) => lookalikes[letter] ?? letter).join('');
}

export function fullWidth(text: string): string {
  return [...text]
    .map((character) => {
      const code = character.codePointAt(0) ?? 0;
      if (code === 32) return '\u3000';
      return code > 32 && code < 127 ? String.fromCodePoint(code + 0xfee0) : character;
    })
    .join('');
}

/** Letters apart, as against filters that look for words. */
export function spaced(text: string): string {
  return [...text].join(' ');
}

/** Right-to-left overrides around the reversed text: shown the right way round. */
export function reversed(text: string): string {
  return `\u202e${[...text].reverse().join('')}\u202c`;
}

/** Digits for letters. */
export function leet(text: string): string {
  const digits: Readonly<Record<string, string>> = { a: '4', e: '3', i: '1', o: '0', s: '5', t: '7' };
  return text.replaceAll(/[aeiost]/g, (letter) => digits[letter] ?? letter);
}

/** Cut into two or three named pieces that are to be put together again. */
export function pieces(text: string, random: Random): string[] {
  const characters = [...text];
  const first = 1 + Math.floor(random() * Math.max(1, characters.length / 2));
  const second = first + 1 + Math.floor(random() * Math.max(1, (characters.length - first) / 2));
  return [characters.slice(0, first), characters.slice(first, second), characters.slice(second)]
    .map((part) => part.join(''))
    .filter((part) => part !== '');
}
