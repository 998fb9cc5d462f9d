/** Cutting quotations for people. */

/** The text, or its beginning with a mark: whole characters, and whole words where the script has spaces. */
export function cutAt(text: string, most: number): string {
  const characters = Array.from(text);
  if (characters.length <= most) return text;
  const start = characters.slice(0, most).join('');
  const insideWord =
    /[\p{Script=Latin}\p{N}]$/u.test(start) && /^[\p{Script=Latin}\p{N}]/u.test(characters[most] ?? '');
  const whole = insideWord ? start.replace(/(?<=\s)[^\s]{1,24}$/u, '') : start;
  return `${whole.trimEnd()}…`;
}
