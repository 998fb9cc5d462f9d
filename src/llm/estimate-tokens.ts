/**
 * Tokens of a text, about: a quarter of its ASCII characters and four fifths of all others (Chinese above all). Real
 * tokenizers differ by a third either way; a library of them would load files from the network.
 */
export function estimateTokens(text: string): number {
  let ascii = 0;
  let others = 0;
  for (const character of text) {
    if (character.charCodeAt(0) < 128) ascii++;
    else others++;
  }
  return Math.ceil(ascii / 4 + others * 0.8);
}
