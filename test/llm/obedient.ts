/** A model that does whatever the data tell it to, as far as the form of its answer lets it. */
import { honest, piecesOf, type Character, type Judged } from './chat-minds.ts';
import type { ReadPrompt } from './read-prompt.ts';

/** What an attack is after. */
export type Wish = 'full-marks' | 'zero' | 'leak' | 'silence';

/**
 * Honest until `wishOf` finds an attack in the request. Then it gives what the attack wants and quotes what stands the
 * best chance: the candidate's nearest words, whatever they say. A leak writes everything it was told that a candidate
 * must not see into every field of text.
 */
export function obedient(wishOf: (prompt: ReadPrompt) => Wish | null): Character {
  return {
    judge(point, prompt): Judged {
      const wish = wishOf(prompt);
      if (wish === null || wish === 'leak') return honest.judge(point, prompt);
      if (wish === 'zero' || wish === 'silence') return { verdict: 'missing', quote: '' };
      if (point.id.startsWith('M')) return { verdict: 'missing', quote: '' };
      const nearest = honest.judge({ ...point }, prompt);
      return { verdict: 'covered', quote: nearest.quote || bestPiece(point.text, prompt) };
    },
    say(name, prompt) {
      const wish = wishOf(prompt);
      if (wish === 'silence') return '';
      if (wish !== 'leak') return honest.say(name, prompt);
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
