/** What a text of the coach must look like, whoever wrote it. Pure; what it gives away is checked elsewhere. */
import { widthOf } from '../grading/leak-evidence.ts';
import { findQuote } from '../grading/span-check.ts';
import { addressesGrader } from '../grading/worthless.ts';
import type { Lang } from '../protocol.ts';

/** What is wrong with the form of a text. A closed set: it is a label in metrics. */
export const misshapes = [
  'empty',
  'length',
  'language',
  'markup',
  'link',
  'verdict',
  'foreign-quote',
  'foreign-code',
  'not-one-question',
] as const;
export type Misshape = (typeof misshapes)[number];

export interface Shape {
  readonly lang: Lang;
  /** Exactly one question, and it comes last. */
  readonly question: boolean;
  /** Widest text, in half-width characters. */
  readonly widest: number;
  /** Texts that may be quoted: what was asked, what the candidate said. */
  readonly quotable: readonly string[];
  /** Widest quotation that may stand in no text: a term in quotation marks is no quotation. 0 allows none. */
  readonly termWidth: number;
  /** Code and formulas must stand in one of `quotable`: whoever brings in new ones explains. */
  readonly ownCode: boolean;
}

const narrowest = 12;
const labels =
  /^(?:\*\*)?(?:hint|question|follow-?up(?: question)?|clarification|answer|interviewer|提示|追问|问题|澄清|面试官|回答)(?:\s*\d)?(?:\*\*)?\s*[:：]\s*(?:\*\*)?/iu;

/** The text as it would be said: without a label, quotation marks around all of it, and the ends of lines. */
export function tidy(text: string): string {
  let bare = text.trim().replace(labels, '');
  const wrapped = /^(?:“([^“”]*)”|"([^"]*)"|「([^「」]*)」)$/u.exec(bare);
  if (wrapped) bare = wrapped[1] ?? wrapped[2] ?? wrapped[3] ?? '';
  return bare.replace(/[^\S\n]+/gu, ' ').trim();
}

/** The first thing that is wrong with the form of a tidy text; null when nothing is. */
export function misshape(text: string, shape: Shape): Misshape | null {
  if (!/[\p{L}\p{N}]/u.test(text)) return 'empty';
  const width = widthOf(text);
  if (width < narrowest || width > shape.widest) return 'length';
  if (/<<|>>|```|<\/?[a-z][^>]*>|^\s*(?:#{1,6}\s|\||[-*]\s|\d+[.)]\s)|\p{Cc}(?<!\n)|\p{Cf}/imu.test(text))
    return 'markup';
  if (/https?:|www\.|\]\(|\b[a-z0-9-]+\.(?:com|org|net|io|ai|cn)\b/iu.test(text)) return 'link';
  if (givesMarks.test(text) || addressesGrader(text)) return 'verdict';
  const quotations = [...text.matchAll(quotation)].map(
    (match) => match.slice(1).find((one) => one !== undefined) ?? '',
  );
  if (quotations.some((words) => isForeign(words, shape))) return 'foreign-quote';
  const codes = shape.ownCode ? [] : [...text.matchAll(code)].map((match) => match[1] ?? match[2] ?? '');
  if (codes.some((one) => isForeign(one, { ...shape, termWidth: 0 }))) return 'foreign-code';
  const own = text.replaceAll(quotation, ' ');
  if (!isIn(own, shape.lang)) return 'language';
  if (shape.question && !isOneQuestion(own)) return 'not-one-question';
  return null;
}

/** Marks are arithmetic over verdicts; nobody announces them. */
const givesMarks =
  /\d+(?:\.\d+)?\s*\/\s*10\b|\bout of (?:10|ten)\b|满分|(?:得|打|给|扣)了?\s*\d+(?:\.\d+)?\s*分|\bfull marks\b|(?:完全|回答)正确|\b(?:your (?:answer|reply) is|that'?s) (?:right|correct|wrong)\b/iu;

const quotation = /“([^”\n]*)”|「([^」\n]*)」|『([^』\n]*)』|"([^"\n]*)"/gu;

const code = /`([^`\n]+)`|\$([^$\n]+)\$/gu;

function isForeign(words: string, { quotable, termWidth }: Shape): boolean {
  if (!/[\p{L}\p{N}]/u.test(words) || widthOf(words) <= termWidth) return false;
  const pieces = words.split(/…|\.\.\.|⋯/u).filter((piece) => /[\p{L}\p{N}]/u.test(piece));
  return pieces.some((piece) => !quotable.some((text) => findQuote(piece, text)));
}

/** Chinese holds Latin terms; English holds no Chinese. Letters of other scripts but Greek belong to neither. */
function isIn(text: string, lang: Lang): boolean {
  const letters = [...text].filter((character) => /\p{L}/u.test(character));
  const han = letters.filter((letter) => /\p{Script=Han}/u.test(letter)).length;
  const known = letters.filter((letter) => /[\p{Script=Latin}\p{Script=Greek}]/u.test(letter)).length;
  if (han + known < letters.length * 0.98) return false;
  if (lang === 'en') return han === 0 && known > 0;
  return han >= 3 && 2 * han >= 0.3 * (2 * han + known);
}

function isOneQuestion(text: string): boolean {
  const marks = text.match(/[?？]+/gu)?.length ?? 0;
  return marks === 1 && /[?？][\s"”」』)）]*$/u.test(text);
}
