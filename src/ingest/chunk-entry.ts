/** An entry → its chunks: what is embedded and indexed of it, and where each piece stands in its file. Pure. */
import { langs, type Entry } from '../corpus/entry.ts';
import type { Lang } from '../protocol.ts';
import type { Chunk, ChunkPart } from '../retrieval/chunk.ts';
import { locateScalars } from './locate-scalars.ts';
import { splitAnswer } from './split-answer.ts';

/** Raised when the same entry gives other chunks than before, so that an index of older chunks is made anew. */
export const chunkerVersion = 1;

/**
 * Chunks of an entry: its question, each wording in `askedAs`, each key point and the passages of its answer, the two
 * languages apart.
 *
 * `fileText.slice(start, end)` of a chunk from the front matter is its value as written in YAML, so with quotes, escapes
 * or folded lines where it has them; of an answer passage it is exactly the chunk's text.
 * @returns null when `fileText` is not the text that the entry was read from.
 */
export function chunkEntry(entry: Entry, fileText: string): Chunk[] | null {
  let locate;
  try {
    locate = locateScalars(fileText);
  } catch {
    // Not even front matter any more: the file has changed since the entry was read.
    return null;
  }
  const chunks: Chunk[] = [];
  let stale = false;
  const fromYaml = (
    part: ChunkPart,
    lang: Lang,
    ordinal: number,
    text: string,
    path: readonly (string | number)[],
    keyPointId?: string,
  ) => {
    const found = locate(path);
    if (found?.value.trim() !== text) {
      stale = true;
      return;
    }
    chunks.push({
      id: chunkId(entry.id, part, lang, ordinal),
      entryId: entry.id,
      part,
      lang,
      text,
      file: entry.file,
      start: found.start,
      end: found.end,
      ...(keyPointId === undefined ? {} : { keyPointId }),
    });
  };
  for (const lang of langs) {
    fromYaml('question', lang, 0, entry.question[lang], ['question', lang]);
    for (const [index, wording] of entry.askedAs[lang].entries()) {
      fromYaml('wording', lang, index, wording, ['askedAs', lang, index]);
    }
    for (const [index, point] of entry.keyPoints.entries()) {
      fromYaml('key-point', lang, index, point[lang], ['keyPoints', index, lang], point.id);
    }
    const { text: answer, fileOffset } = entry.sections[lang];
    if (fileText.slice(fileOffset, fileOffset + answer.length) !== answer) stale = true;
    for (const [index, span] of splitAnswer(answer, lang).entries()) {
      chunks.push({
        id: chunkId(entry.id, 'answer', lang, index),
        entryId: entry.id,
        part: 'answer',
        lang,
        text: answer.slice(span.start, span.end),
        file: entry.file,
        start: fileOffset + span.start,
        end: fileOffset + span.end,
        answerSpan: { start: span.start, end: span.end },
      });
    }
  }
  return stale ? null : chunks;
}

function chunkId(entryId: string, part: ChunkPart, lang: Lang, ordinal: number): string {
  return `${entryId}#${part}.${lang}.${ordinal}`;
}
