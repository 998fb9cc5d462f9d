/** Fenced blocks and inline code, which keep their backslashes. */
const code = /(```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|`[^`\n]*`)/;
const display = /(?<!\\)\\\[([\s\S]+?)(?<!\\)\\\]/g;
const inline = /(?<!\\)\\\(([^\n]+?)(?<!\\)\\\)/g;

/**
 * Rewrites `\( … \)` and `\[ … \]`, which chat models like to write, to the `$$ … $$` that the parser reads.
 * Every delimiter keeps its two characters, so offsets into the text stay true.
 */
export function normalizeMath(text: string): string {
  if (!text.includes('\\(') && !text.includes('\\[')) return text;
  return text
    .split(code)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part
            .replace(display, (_whole, body: string) => `$$${body}$$`)
            .replace(inline, (_whole, body: string) => `$$${body}$$`),
    )
    .join('');
}
