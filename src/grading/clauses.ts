/** Cuts a reply into clauses: pieces small enough to be one claim, with their offsets. */
import { width } from './lexical-evidence.ts';
import { deniedPieces, deniesWhatWasSaid } from './stance.ts';

export interface Clause {
  /** UTF-16 offsets into the reply, `end` exclusive. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The candidate took it back ("不对，应该是…", "sorry, the other way round"): it earns and costs nothing. */
  readonly retracted: boolean;
  /** The candidate decides nothing ("可能是 A 也可能是 B", "maybe"): it earns half at most. */
  readonly hedged: boolean;
  /** The candidate denies it ("我不认为…", "… is a myth"): what it says counts the other way round. */
  readonly denied: boolean;
}

/** Fewest and most characters that a clause should have, counting a Han character as two. */
const shortest = 8;
const longest = 90;

const sentenceEnd = /[。！？!?；;\n]+|(?<!\b(?:e\.g|i\.e|vs|etc|cf|al))\.(?=\s|$)/giu;
const commaLike = /[，,、：:]|(?:\s[-–—]{1,2}\s)|——/gu;
/** Words that open a new claim in speech without punctuation. */
const connective =
  /(?<=\S{6})(?:然后|接着|所以|因此|但是|不过|而且|另外|此外|其次|最后|第[一二三四五六]|同时|\s(?:and then|then|so|because|but|however|also|while|whereas|which means|next|finally|plus)\s)/giu;

const retraction =
  /^(?:[,，\s]*(?:哦|噢|呃|啊|嗯|oh|um|uh|er))?[,，\s]*(?:不对|不是不是|错了|说错了|说反了|反了|口误|更正|纠正一下|我收回|wait|no wait|sorry|scratch that|correction|i mean the opposite|actually no|my mistake|let me correct)/iu;
const hedge =
  /可能是|也许|大概是|好像是|应该是吧|吧[。？！?!，,]?$|不太确定|不确定|记不清|猜|\b(?:maybe|perhaps|probably|i guess|i think maybe|not sure|i'm not certain|might be|could be|possibly|either way)\b/iu;
const undecided =
  /(?:可能|也许|要么).{0,30}(?:也可能|也许|要么)|\b(?:either|maybe|perhaps)\b.{0,60}\b(?:or|maybe)\b/iu;

interface Piece {
  start: number;
  end: number;
}

const codeStart =
  /^\s*(?:def|class|for|while|if|elif|else|return|import|from|with|assert|try|except|raise|print|auto|int|float|double|void|const|#include|@)\b/;
/** `x1, y1 = …` */
const unpacking = /^\s*\w+(?:, ?\w+)+ = /;
const assignment = /[\w\])]\s*[+\-*/@|&]?=[^=]/;

/** True for a line of code: it opens like one, or it assigns, and signs make up an eighth of it. */
function isCode(text: string): boolean {
  if (/\p{Script=Han}/u.test(text.replace(/(?:#|\/\/)[^]*$/u, ''))) return false;
  const signs = text.match(/[()[\]{}=:_*+/<>@;]/g)?.length ?? 0;
  if (unpacking.test(text)) return true;
  return (codeStart.test(text) || assignment.test(text)) && signs * 8 >= text.trim().length;
}

/** Bracket depth in front of each character; brackets that close nothing are ignored. */
function depths(text: string): Uint16Array {
  const found = new Uint16Array(text.length + 1);
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    found[index] = depth;
    const character = text.charAt(index);
    if ('([{（【'.includes(character)) depth++;
    else if (')]}）】'.includes(character)) depth = Math.max(0, depth - 1);
  }
  // An unclosed bracket encloses nothing.
  return depth === 0 ? found : new Uint16Array(text.length + 1);
}

/**
 * Cuts `piece` at every match of `pattern` outside brackets; the separator stays with the piece before it, or
 * opens the next one.
 */
function cut(reply: string, piece: Piece, pattern: RegExp, opens = false): Piece[] {
  const text = reply.slice(piece.start, piece.end);
  const depth = depths(text);
  const pieces: Piece[] = [];
  let from = piece.start;
  for (const match of text.matchAll(pattern)) {
    if ((depth[match.index] ?? 0) > 0 && !match[0].includes('\n')) continue;
    const at = piece.start + match.index + (opens ? 0 : match[0].length);
    if (at > from) pieces.push({ start: from, end: at });
    from = at;
  }
  if (from < piece.end) pieces.push({ start: from, end: piece.end });
  return pieces;
}

/** Each is tried once at the start of a run of signs, not at every sign of it, which would take the run's length squared. */
const openingSigns = /(?<![([{（【「『"'“‘`<《$−-])[([{（【「『"'“‘`<《$−-]+$/u;
const closingSigns = /(?<![\s，,。．.；;、：:！!？?])[\s，,。．.；;、：:！!？?]+$/u;

function trim(reply: string, piece: Piece): Piece {
  const text = reply.slice(piece.start, piece.end);
  const lead = /^[\s\p{P}]*/u.exec(text)?.[0] ?? '';
  // Opening brackets, quotes and signs belong to the claim.
  const kept = openingSigns.exec(lead)?.[0] ?? '';
  const start = piece.start + lead.length - kept.length;
  const tail = closingSigns.exec(reply.slice(start, piece.end))?.[0] ?? '';
  return { start, end: Math.max(start, piece.end - tail.length) };
}

/** Joins neighbours that are too short to be a claim with the piece after (or before) them. */
function join(reply: string, pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  let open: Piece | null = null;
  for (const piece of pieces) {
    const merged: Piece = open ? { start: open.start, end: piece.end } : { ...piece };
    if (width(reply.slice(merged.start, merged.end)) < shortest) {
      open = merged;
    } else {
      joined.push(merged);
      open = null;
    }
  }
  if (open) {
    const last = joined.at(-1);
    if (last && open.start - last.end < 4) last.end = open.end;
    else joined.push(open);
  }
  return joined;
}

/** Widest stretch that may pass for one claim, and how wide the pieces are into which a wider one is cut. */
const tooWide = 120;
const pieceWidth = 60;

const words = new Intl.Segmenter('zh', { granularity: 'word' });

/** Cuts a stretch without punctuation or connectives between words and outside brackets, into pieces of nearly the same width. */
function cutEvenly(reply: string, piece: Piece): Piece[] {
  const text = reply.slice(piece.start, piece.end);
  const all = width(text);
  if (all <= tooWide) return [piece];
  const share = all / Math.ceil(all / pieceWidth);
  // Who types or dictates Chinese without punctuation pauses with a space.
  const pauses = /\p{Script=Han}\s/u.test(text);
  const depth = depths(text);
  const pieces: Piece[] = [];
  let from = piece.start;
  let filled = 0;
  for (const { segment, index } of words.segment(text)) {
    const at = piece.start + index;
    const paused = pauses && /\s/u.test(text.charAt(index - 1));
    const full = filled >= share * (paused ? 0.7 : pauses ? 1.3 : 1);
    if (full && depth[index] === 0 && /[\p{L}\p{N}]/u.test(segment)) {
      pieces.push({ start: from, end: at });
      from = at;
      filled = 0;
    }
    filled += width(segment);
  }
  pieces.push({ start: from, end: piece.end });
  return pieces;
}

/**
 * Clauses of a reply, in order, without overlap. Sentences are cut at commas only when they are long;
 * speech without punctuation is cut at its connectives, and evenly where there are none.
 */
export function splitClauses(reply: string): Clause[] {
  const sentences = cut(reply, { start: 0, end: reply.length }, sentenceEnd);
  const clauses: Clause[] = [];
  let sentenceBefore = 0;
  for (const sentence of sentences) {
    const code = isCode(reply.slice(sentence.start, sentence.end));
    const parts = (code ? [sentence] : join(reply, cut(reply, sentence, commaLike))).flatMap((part) =>
      width(reply.slice(part.start, part.end)) > longest
        ? join(reply, cut(reply, part, connective, true)).flatMap((one) =>
            code ? [one] : cutEvenly(reply, one),
          )
        : [part],
    );
    const pieces = parts.flatMap((part) => {
      const { start, end } = trim(reply, part);
      const text = reply.slice(start, end);
      return /[\p{L}\p{N}]/u.test(text) ? [{ start, end, text }] : [];
    });
    const denied = code ? [] : deniedPieces(pieces);
    const [only] = pieces;
    if (only && pieces.length === 1 && deniesWhatWasSaid(only.text)) {
      for (const [index, said] of clauses.entries())
        if (index >= sentenceBefore) clauses[index] = { ...said, denied: !said.denied };
    }
    sentenceBefore = clauses.length;
    for (const [index, { start, end, text }] of pieces.entries()) {
      const previous = clauses.at(-1);
      if (previous && retraction.test(text)) clauses[clauses.length - 1] = { ...previous, retracted: true };
      clauses.push({
        start,
        end,
        text,
        retracted: false,
        hedged: hedge.test(text) || undecided.test(text),
        denied: denied[index] ?? false,
      });
    }
  }
  return clauses;
}

/**
 * What a claim may span: each clause, each pair of neighbours no longer than a long sentence, and three
 * lines of code. Retracted clauses are left out.
 */
export function claimWindows(reply: string, clauses: readonly Clause[]): Clause[] {
  const standing = clauses.filter((clause) => !clause.retracted);
  const windows: Clause[] = [...standing];
  for (const [index, clause] of standing.entries()) {
    for (let last = index + 1; last <= index + 2; last++) {
      const before = standing[last - 1];
      const end = standing[last];
      // What is denied and what is not are no claim together.
      if (!before || !end || end.start - before.end > 12 || end.denied !== clause.denied) break;
      const code = isCode(before.text) && isCode(end.text);
      if (!code && (last > index + 1 || end.start - before.end > 6)) break;
      const text = reply.slice(clause.start, end.end);
      if (width(text) > 2 * longest) break;
      windows.push({
        start: clause.start,
        end: end.end,
        text,
        retracted: false,
        hedged: standing.slice(index, last + 1).some((one) => one.hedged),
        denied: clause.denied,
      });
    }
  }
  return windows;
}
