/** What any proposed text must be, whatever it is for. */
import type { Lang } from '../protocol.ts';

/** Longest proposed claim, hint or statement in characters. The longest in the bank has about 300. */
const longest = 600;

const link = /\b(?:https?|ftp):\/\/[^\s<>"'）)\]}，。、]+|\bwww\.[^\s<>"'）)\]}，。、]+/giu;

/**
 * Why a text cannot be proposed; null when it can.
 * @param material all that the entry says: links that stand there may be repeated
 */
export function textFault(text: string, lang: Lang, material: string, most = longest): string | null {
  if (!/[\p{L}\p{N}]/u.test(text)) return 'is empty';
  if (text.length > most) return `has ${text.length} characters; ${most} at most`;
  // Signs that no reader sees, and that could turn a line of a terminal or of a reviewed file around.
  if (/[^\P{Cc}\n\t]|[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/u.test(text))
    return 'has invisible signs';
  if (/<<|>>\s*$/u.test(text)) return 'repeats a marker line';
  const han = /\p{Script=Han}/u.test(text);
  if (lang === 'zh' && !han) return 'is not Chinese';
  if (lang === 'en' && han) return 'is not English';
  for (const [url] of text.matchAll(link))
    if (!material.includes(url)) return `has a link that is not in the entry`;
  return null;
}

/** Letters and digits alone, in one form: two texts that are equal so say the same in the same words. */
export function bare(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** A beginning of a text for a list of what was left out: one line, nothing invisible. */
export function shown(text: string): string {
  const flat = text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return flat.length > 60 ? `${flat.slice(0, 59)}…` : flat;
}

/** An id of lower-case words with hyphens out of a name; null when nothing is left of it. */
export function slugOf(name: string): string | null {
  const slug = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .split('-')
    .filter(Boolean)
    .slice(0, 6)
    .join('-')
    .slice(0, 48)
    .replace(/-$/, '');
  return /[a-z]/.test(slug) ? slug : null;
}
