/** Fenced blocks and inline code, which keep their backslashes. */
const code = /(```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|`[^`\n]*`)/;

/**
 * Rewrites `\( … \)` and `\[ … \]`, which chat models like to write, to the `$$ … $$` that the parser reads.
 * Every delimiter keeps its two characters, so offsets into the text stay true.
 */
export function normalizeMath(text: string): string {
  if (!text.includes('\\(') && !text.includes('\\[')) return text;
  return text
    .split(code)
    .map((part, index) => (index % 2 === 1 ? part : rewritten(rewritten(part, '\\[', '\\]'), '\\(', '\\)')))
    .join('');
}

/** Looks at every character once or twice, however many delimiters never close. An inline formula stays on its line. */
function rewritten(text: string, open: string, close: string): string {
  const pieces: string[] = [];
  let from = 0;
  let end = -1;
  let line = -1;
  for (let at = find(text, open, 0); at !== -1; at = find(text, open, Math.max(at + 2, from))) {
    // a formula has one character at least
    if (end < at + 3) end = find(text, close, at + 3);
    if (end === -1) break;
    if (line < at) line = position(text.indexOf('\n', at));
    if (open === '\\(' && line < end) continue;
    pieces.push(text.slice(from, at), '$$', text.slice(at + 2, end), '$$');
    from = end + 2;
  }
  return pieces.join('') + text.slice(from);
}

/** An index that was not found is beyond every other. */
const position = (found: number) => (found === -1 ? Infinity : found);

/** Where the delimiter stands next, when no backslash before it makes it text. */
function find(text: string, delimiter: string, from: number): number {
  let at = text.indexOf(delimiter, from);
  while (at > 0 && text[at - 1] === '\\') at = text.indexOf(delimiter, at + 1);
  return at;
}
