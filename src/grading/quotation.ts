/** What a candidate said, made fit to be quoted to people: a piece that begins and ends like something said on purpose. */
import { cutAt } from './cut-at.ts';

/** Words that join a clause to the one before it; alone before a comma they are left, as part of the speech. */
const joint =
  /^(?:(?:so|and|but|because|since|then|also|or|no,|well,)(?![\w-])(?!\s*$)[\s,]*|(?:所以|因此|而且|并且|然后|另外|因为|还有|对吧，|嗯，?)(?=[^，,]))/iu;
/** "2)", "三是", "- ": the place in a list that the quotation is taken out of. */
const enumerator =
  /^(?:[（(]?\d{1,2}(?:[)）、]|\.(?!\d))\s*|第?[一二三四五六七八九](?:是|、)|[-*•]\s+(?=\S))/u;
/** What is left of the next clause, and words that say that it is over. */
const trailing =
  /(?:[，,。；;]\s*(?:(?:所以|因此|而且|然后|so|and)\s*[^，,。；;]{0,4}|就这些|大概就这样|就是这样)|(?<=[.!?])\s+\S+(?:\s\S+)?(?<![.!?…]))$/u;
const endChars = 100;
const stops = /(?:[，,、；;：:。\s—–-]|(?<![.\s])\.(?!\d))+$/u;

/** The words on one line, without what joined them to their neighbours. A part of the text, letter by letter. */
export function quotable(text: string): string {
  // Of a program one line is enough, the longest.
  const [line] = text
    .split('\n')
    .map((one) => one.trim())
    .filter(isCode)
    .toSorted((a, b) => b.length - a.length);
  if (line !== undefined) return line;
  let words = text.replace(/\s+/g, ' ').trim();
  for (const superfluous of [enumerator, joint]) words = words.replace(superfluous, '') || words;
  // The end alone is looked at: a search through a whole reply of dashes would take its time.
  const start = words.slice(0, -endChars);
  let end = words.slice(-endChars);
  for (const superfluous of [stops, trailing, stops]) end = end.replace(superfluous, '');
  words = start + end || words;
  return words;
}

/** True for a line of a program, which reads badly as speech. */
export function isCode(text: string): boolean {
  return (
    /^[\p{ASCII}\s]+$/u.test(text) &&
    !text.includes('`') &&
    /(?:^|[\s(])[A-Za-z_][\w.]*(?:\(|\[)|[\w\])]\s*[-+*/=!<>]?=\s*[\w([-]/.test(text) &&
    /\w\.\w+\(|\w\[[^\]]{0,80}[:,\d]|^(?:return|assert|import)\b|^(?:def|for|while|if)\b.*:$|^[A-Za-z_]\w*(?:,\s*\w+)*\s*=\s*\S+/.test(
      text,
    )
  );
}

/** True when the words mean something without the rest of the reply: long enough, whole, and no program. */
export function standsAlone(text: string): boolean {
  if (isCode(text)) return false;
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const others = text.match(/[A-Za-z]+|(?!\p{Script=Han})[\p{L}\p{N}]+/gu) ?? [];
  const weight = others.reduce((sum, one) => sum + (/^[A-Za-z]{2,}$/.test(one) ? 2 : 1), han);
  return weight >= 6 && balanced(text) && !/^\p{L}、/u.test(text);
}

function balanced(text: string): boolean {
  const count = (marks: RegExp) => text.match(marks)?.length ?? 0;
  return count(/[(（[【]/g) === count(/[)）\]】]/g) && count(/"/g) % 2 === 0;
}

/** Cut to `most` Han characters, or twice as many others, which are read as fast. */
export function cutQuote(text: string, most: number): string {
  return cutAt(text, /\p{Script=Han}/u.test(text) ? most : 2 * most);
}

/** Cut and escaped, so that Markdown shows it as typed; a program as a program. */
export function quoteMarkdown(text: string, most: number): string {
  const short = cutQuote(text, most);
  return isCode(text) ? `\`${short}\`` : `“${short.replace(/[\\`*_[\]<>#|~$&]/g, '\\$&')}”`;
}

/** True when two quotations have a clause in common: the reader would read the same words twice. */
export function repeats(text: string, other: string): boolean {
  const clauses = (whole: string) => whole.split(/[，,；;。：:]|\.\s/u).map((part) => part.trim());
  const known = new Set(clauses(other).filter((part) => part.length > 3));
  return text === other || clauses(text).some((part) => known.has(part));
}
