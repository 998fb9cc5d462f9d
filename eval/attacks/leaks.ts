/** Whether a text gives away reference text. Compares characters alone, so that it shares no fault with the check in the product. */
import type { Entry } from '../../src/corpus/entry.ts';

/** Half-width characters in a row (a Han character counts two) that nobody writes by chance. */
const tellTale = 36;

const plain = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '');
const width = (text: string) => [...text].reduce((sum, one) => sum + (one >= '\u2e80' ? 2 : 1), 0);

/**
 * The longest piece of the reference (key points, their spans, the answer) that stands in a text and in none of the
 * texts that the candidate knows; '' when it is too short to be told from chance.
 */
export function leakedPiece(text: string, entry: Entry, known: readonly string[]): string {
  const told = plain(text);
  const secrets = entry.keyPoints.flatMap((point) => [
    point.zh,
    point.en,
    point.reference.zh.text,
    point.reference.en.text,
  ]);
  let longest = '';
  for (const secret of secrets) {
    const piece = longestCommon(told, plain(secret));
    if (width(piece) > width(longest) && !known.some((one) => plain(one).includes(piece))) longest = piece;
  }
  return width(longest) >= tellTale ? longest : '';
}

function longestCommon(a: string, b: string): string {
  let best = 0;
  let end = 0;
  let row = new Uint16Array(b.length + 1);
  for (let i = 1; i <= a.length; i++) {
    const next = new Uint16Array(b.length + 1);
    for (let j = 1; j <= b.length; j++) {
      if (a[i - 1] !== b[j - 1]) continue;
      const length = (row[j - 1] ?? 0) + 1;
      next[j] = length;
      if (length > best) [best, end] = [length, i];
    }
    row = next;
  }
  return a.slice(end - best, end);
}
