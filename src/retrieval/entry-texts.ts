/** Each entry's words as one text, for the lexical index. Pure. */
import type { Chunk } from './chunk.ts';

/**
 * Entry ids in the order in which they first appear among the chunks, each with all that its chunks say: a query's words
 * may be spread over the question, a key point and the answer.
 */
export function entryTexts(chunks: readonly Chunk[]): Map<string, string> {
  const texts = new Map<string, string[]>();
  for (const { entryId, text } of chunks) {
    const own = texts.get(entryId);
    if (own) own.push(text);
    else texts.set(entryId, [text]);
  }
  return new Map([...texts].map(([id, own]) => [id, own.join('\n')]));
}
