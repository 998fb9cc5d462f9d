/** A piece of Markdown as one line of plain text, for a list: no emphasis, code or formula signs, no table bars. */
export function plainExcerpt(markdown: string): string {
  return markdown
    .replace(/^\s*\|?[\s:|-]{3,}\|?\s*$/gm, ' ')
    .replace(/^\s*(?:#{1,6}|[-*+>]|\d+\.)\s+/gm, '')
    .replace(/\*\*|__|[`|]|\${1,2}/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
