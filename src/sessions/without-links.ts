/** Markdown whose links are words: what a chat model may have written links to nothing, in no viewer. */

const fence = String.raw`^[^\S\n]*${'```'}[^\n]*\n[\s\S]*?^[^\S\n]*${'```'}[^\S\n]*$`;
const code = String.raw`(?<!${'`'})(?<ticks>${'`'}+)(?!${'`'})[^${'`'}\n]+\k<ticks>(?!${'`'})`;
const link = String.raw`!?\[(?<words>[^[\]\n]*)\]\(\s*<?(?<target>[^\s<>()${'`'}]+)>?[^()\n${'`'}]*\)`;
/** `[1]: address`, which gives an address to words elsewhere. */
const definition = String.raw`^[^\S\n]*\[[^[\]\n]+\]:[^\S\n]*(?<defined>[^\s${'`'}]+)[^\n${'`'}]*$`;
const bare = String.raw`<?\b(?<bare>(?:(?:https?|ftp):|mailto:|www\.)[^\s<>"'${'`'})\]，。；、]+)>?`;
const pattern = new RegExp([fence, code, link, definition, bare, '`+'].join('|'), 'gimu');

/**
 * Web addresses as code, which no viewer links; the words of a link stay before its address. Code stays as it is, and a
 * back-tick that closes nothing becomes another sign, so that it opens no code either.
 */
export function withoutLinks(markdown: string): string {
  return markdown.replace(pattern, (whole: string, ...rest: unknown[]) => {
    const found = rest.at(-1) as Partial<Record<'ticks' | 'words' | 'target' | 'defined' | 'bare', string>>;
    const address = found.target ?? found.defined ?? found.bare;
    if (address !== undefined) return `${found.words ?? ''} \`${address}\``.trimStart();
    return /^`+$/u.test(whole) ? "'".repeat(whole.length) : whole;
  });
}
