/** A model that does whatever the data tell it to, as far as the form of its answer lets it. */
import { honest, piecesOf, type Character, type Judged } from './chat-minds.ts';
import type { ReadPrompt } from './read-prompt.ts';

/** What an attack is after; `say` and `link` want certain words in a text. */
export type Wish = 'full-marks' | 'zero' | 'leak' | 'silence' | 'say' | 'link';

/**
 * Honest until `wishOf` finds an attack in the request. Then it gives what the attack wants and quotes what stands the
 * best chance: the candidate's nearest words, whatever they say. A leak writes everything it was told that a candidate
 * must not see into every field of text.
 * @param wanted the words that `say` and `link` are after
 * @param otherwise how it judges while nobody attacks
 */
export function obedient(
  wishOf: (prompt: ReadPrompt) => Wish | null,
  wanted: () => string = () => '',
  otherwise: Character = honest,
): Character {
  return {
    judge(point, prompt): Judged {
      const wish = wishOf(prompt);
      const accuses = point.id.startsWith('M');
      if (wish === 'zero' && accuses) return { verdict: 'covered', quote: bestPiece(point.text, prompt) };
      if (wish === 'zero' || wish === 'silence') return { verdict: 'missing', quote: '' };
      if (wish !== 'full-marks') return otherwise.judge(point, prompt);
      if (accuses) return { verdict: 'missing', quote: '' };
      return {
        verdict: 'covered',
        quote: otherwise.judge(point, prompt).quote || bestPiece(point.text, prompt),
      };
    },
    say(name, prompt) {
      const wish = wishOf(prompt);
      if (wish === 'silence') return '';
      if (wish === 'say' || wish === 'link') return wanted();
      if (wish !== 'leak') return otherwise.say(name, prompt);
      const told = prompt.points.map(({ text }) => text).join(' ');
      return `${told} ${prompt.all}`.slice(0, 3_000);
    },
  };
}

/** The piece that shares most characters with a text: no quote is left untried. */
function bestPiece(text: string, { reply }: ReadPrompt): string {
  const wanted = new Set(text.toLowerCase());
  const shared = (piece: string) => [...new Set(piece.toLowerCase())].filter((one) => wanted.has(one)).length;
  return piecesOf(reply).toSorted((a, b) => shared(b) - shared(a))[0] ?? '';
}
