/** Words that carry meaning: Latin words and numbers, and pairs of Han characters. */

const stopWords = new Set(
  'a an and are as at be by for from has have in into is it its of on or so than that the their them then there these this to was which while with will you your we they not no do does can'.split(
    ' ',
  ),
);

/** Lower-cased, NFKC-folded content tokens of a text, in order. */
export function contentTokens(text: string): string[] {
  const tokens: string[] = [];
  const folded = text.normalize('NFKC').toLowerCase();
  for (const match of folded.matchAll(/\p{Script=Han}+|[\p{L}\p{N}]+(?:[.'-][\p{L}\p{N}]+)*/gu)) {
    const word = match[0].replace(/'s$/, '');
    if (/^\p{Script=Han}/u.test(word)) {
      const characters = [...word];
      for (let index = 0; index + 1 < characters.length; index++) {
        tokens.push(`${characters[index] ?? ''}${characters[index + 1] ?? ''}`);
      }
      if (characters.length === 1) tokens.push(word);
    } else if (!stopWords.has(word)) {
      tokens.push(word);
    }
  }
  return tokens;
}

/** Share (0–1) of the distinct content tokens of `part` that `whole` has too; 0 when `part` has none. */
export function containment(part: string, whole: string): number {
  const wanted = new Set(contentTokens(part));
  if (wanted.size === 0) return 0;
  const present = new Set(contentTokens(whole));
  let shared = 0;
  for (const token of wanted) if (present.has(token)) shared++;
  return shared / wanted.size;
}
