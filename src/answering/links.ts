/** Addresses in a model's text: only those that the material holds may become links. Pure. */

/** `[words](address)` and bare addresses. */
const linked = /!?\[([^[\]\n]{0,300})\]\(<?([^)\s>]{1,500})[^)\n]{0,300}\)/gu;
const bare = /\b(?:https?|ftp):\/\/[^\s<>"'`）)\]】。，；]+|\bwww\.[^\s<>"'`）)\]】。，；]+/giu;

/** The text with every address that the source does not hold shown as plain characters, without its scheme. */
export function withoutForeignLinks(text: string, source: string): string {
  const known = (address: string) => source.includes(address);
  return text
    .replace(linked, (whole, words: string, address: string) => (known(address) ? whole : words))
    .replace(bare, (address) =>
      known(address) ? address : `\`${address.replace(/^[a-z]+:\/\//iu, '').replace(/^www\./iu, '')}\``,
    );
}
