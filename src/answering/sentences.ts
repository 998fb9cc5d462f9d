/** A reference answer in Markdown → sentences that can stand alone in an answer. Pure. */
import type { Entry } from '../corpus/entry.ts';
import type { Lang } from '../protocol.ts';

/** A verbatim piece of `Entry.answer[lang]`: UTF-16 offsets, `end` exclusive. */
export interface Sentence {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Number of the block (paragraph, list item, formula) that the sentence stands in; −1 for code. */
  readonly block: number;
}

/** Sentences of an entry's answer in order. Code blocks, tables and headings are left out; displayed formulas stay whole. */
export function answerSentences(entry: Entry, lang: Lang): Sentence[] {
  return sentencesIn(entry.answer[lang]);
}

/** As `answerSentences`, of any answer in Markdown. */
export function sentencesIn(answer: string): Sentence[] {
  const found: Sentence[] = [];
  for (const [number, block] of blocksOf(answer).entries()) {
    for (const piece of sentencesOf(answer, block)) {
      const text = answer.slice(piece.start, piece.end);
      // A line that is bold all through is a heading.
      if (/[\p{L}\p{N}]/u.test(text) && !/^\*\*[^*]*\*\*$/u.test(text))
        found.push({ ...piece, text, block: number });
    }
  }
  return found;
}

/** The first fenced code block of an entry's answer, fences included; null without one. */
export function answerCode(entry: Entry, lang: Lang): Sentence | null {
  const match = /^(```+|~~~+)[^\n]*\n[\s\S]*?\n\1[^\S\n]*$/mu.exec(entry.answer[lang]);
  return match ? { start: match.index, end: match.index + match[0].length, text: match[0], block: -1 } : null;
}

interface Piece {
  readonly start: number;
  readonly end: number;
}

/** Paragraphs and list items: lines up to a blank line or the next item. */
function blocksOf(answer: string): Piece[] {
  const blocks: Piece[] = [];
  const open = { start: -1, end: -1 };
  let fence: string | null = null;
  let formula = false;
  const close = () => {
    if (open.start !== -1) blocks.push({ ...open });
    open.start = -1;
  };
  for (const match of answer.matchAll(/[^\n]*\n?/g)) {
    const line = match[0].trimEnd();
    const mark = /^\s*(```+|~~~+)/.exec(line)?.[1];
    if (fence !== null || mark !== undefined) {
      close();
      if (fence === null) fence = mark ?? null;
      else if (mark?.startsWith(fence)) fence = null;
      continue;
    }
    if (!formula && (line.trim() === '' || /^\s*(?:\||#{1,6}\s)/.test(line))) {
      close();
      continue;
    }
    if (!formula && /^\s*(?:[-*+]|\d+[.)])\s/.test(line)) close();
    const lead = line.length - line.trimStart().length;
    if (open.start === -1) open.start = match.index + lead;
    open.end = match.index + line.length;
    if ((line.match(/\$\$/g)?.length ?? 0) % 2 === 1) formula = !formula;
  }
  close();
  return blocks;
}

/** A full stop ends a sentence before white space, but not after an abbreviation, an initial or the number of an item. */
const sentenceEnd =
  /[。！？][”』」）)*]*|(?<!\b(?:e\.g|i\.e|vs|etc|cf|al|Eq|Fig|[A-Z])|(?:^|\*|\n)\d{1,2})[.!?]["”)*]*(?=\s)/gu;

const listMark = /^\s*(?:(?:[-*+]|\d+[.)])\s+)?/u;
/** A bold label that names what follows: it stands on its own line, or ends in a full stop or a colon. */
const label = /^\*\*[^*\n]{1,60}(?:[.。：:]\*\*\s*|\*\*\s*[.。：:]\s*|\*\*[^\S\n]*\n\s*)(?=\S)/u;

function sentencesOf(answer: string, block: Piece): Piece[] {
  const text = answer.slice(block.start, block.end);
  const mark = listMark.exec(text)?.[0] ?? '';
  const found: Piece[] = [];
  let from = mark.length + (label.exec(text.slice(mark.length))?.[0].length ?? 0);
  const push = (to: number) => {
    const raw = text.slice(from, to);
    const start = from + (raw.length - raw.trimStart().length);
    const end = from + raw.trimEnd().length;
    if (end > start) found.push({ start: block.start + start, end: block.start + end });
    from = to;
  };
  for (const match of text.matchAll(sentenceEnd)) {
    const to = match.index + match[0].length;
    if (to > from && !isOpen(text.slice(from, to))) push(to);
  }
  push(text.length);
  return found;
}

/** True when a formula, a code span or a bracket is still open: the sentence does not end there. */
function isOpen(text: string): boolean {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  return (
    count(/\$\$/g) % 2 === 1 ||
    count(/(?<![\\$])\$(?!\$)/g) % 2 === 1 ||
    count(/`/g) % 2 === 1 ||
    count(/[（(]/g) > count(/[）)]/g) ||
    count(/[“「『]/g) > count(/[”」』]/g)
  );
}
