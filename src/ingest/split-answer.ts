/** An answer in Markdown → passages, cut where a reader would cut. Pure. */
import type { Lang } from '../protocol.ts';

/** UTF-16 offsets into the answer, `end` exclusive. */
export interface Passage {
  readonly start: number;
  readonly end: number;
}

/** What a passage should hold at most: characters without spaces in Chinese, words in English. */
const passageLimits: Readonly<Record<Lang, number>> = { zh: 300, en: 120 };

/**
 * Cuts an answer into passages near `limit`: at paragraphs where they fit, at sentences where a paragraph is longer. Code
 * blocks, tables and displayed formulas stay whole, whatever their size. Passages follow each other and leave out nothing
 * but white space; each begins and ends on other characters.
 */
export function splitAnswer(answer: string, lang: Lang, limit = passageLimits[lang]): Passage[] {
  const size = (piece: Passage) => measure(answer.slice(piece.start, piece.end), lang);
  const pieces = blocks(answer).flatMap((block) =>
    size(block) <= limit || isWhole(answer, block) ? [block] : sentences(answer, block),
  );
  const passages: Passage[] = [];
  for (const piece of pieces) {
    const last = passages.at(-1);
    const joined = last === undefined ? null : { start: last.start, end: piece.end };
    if (joined !== null && size(joined) <= limit) passages[passages.length - 1] = joined;
    else passages.push(piece);
  }
  return passages;
}

function measure(text: string, lang: Lang): number {
  return lang === 'zh' ? text.replace(/\s+/g, '').length : (text.match(/\S+/g)?.length ?? 0);
}

/** Runs of lines between blank lines; a fenced code block is one, blank lines inside it included. */
function blocks(answer: string): Passage[] {
  const found: Passage[] = [];
  let start = -1;
  let end = -1;
  let fence: string | null = null;
  const close = () => {
    if (start !== -1) found.push({ start, end });
    start = -1;
  };
  for (const match of answer.matchAll(/[^\n]*(?:\n|$)/g)) {
    const line = match[0].trimEnd();
    const mark = /^\s*(```+|~~~+)/.exec(line)?.[1];
    if (fence === null && line.trim() === '') {
      close();
      continue;
    }
    if (fence === null && mark !== undefined) close();
    if (start === -1) start = match.index + (line.length - line.trimStart().length);
    if (line !== '') end = match.index + line.length;
    if (fence === null) fence = mark ?? null;
    else if (mark !== undefined && mark.startsWith(fence)) {
      fence = null;
      close();
    }
  }
  close();
  return found;
}

/** Code, tables and displayed formulas mean nothing in halves. */
function isWhole(answer: string, block: Passage): boolean {
  const text = answer.slice(block.start, block.end);
  return (
    /^(```|~~~)/.test(text) ||
    text.startsWith('$$') ||
    text.split('\n').every((line) => line.trimStart().startsWith('|'))
  );
}

/** Sentences of a paragraph or lines of a list. A full stop counts when white space follows, so 0.5 and e.g.x stay whole. */
function sentences(answer: string, block: Passage): Passage[] {
  const found: Passage[] = [];
  const text = answer.slice(block.start, block.end);
  const push = (from: number, to: number) => {
    const raw = text.slice(from, to);
    const lead = raw.length - raw.trimStart().length;
    if (raw.trim() !== '')
      found.push({ start: block.start + from + lead, end: block.start + from + raw.trimEnd().length });
  };
  let from = 0;
  for (const match of text.matchAll(/[。！？；]["”』」）)*]*|[.!?]["”)*]*(?=\s)|\n/gu)) {
    const to = match.index + match[0].length;
    // A formula or a code span that is still open does not end here.
    if (isOpen(text.slice(from, to))) continue;
    push(from, to);
    from = to;
  }
  push(from, text.length);
  return found;
}

function isOpen(text: string): boolean {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  return count(/(?<!\\)\$/g) % 2 === 1 || count(/`/g) % 2 === 1;
}
