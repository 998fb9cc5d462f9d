/**
 * Which links of a text lead anywhere: all of them in the material that people wrote; in any other text those whose
 * address stands in one of these pieces of the material. A model's own addresses are words, never links.
 */
export type Links = 'all' | readonly string[];

/** True for the address of something elsewhere: any other would open this page again, or ask its server. */
export function leadsOut(href: string, links: Links): boolean {
  if (links === 'all') return /^(?:https?:\/\/|mailto:)/i.test(href);
  const wanted = addressOf(href);
  return wanted !== null && links.some((text) => addressesIn(text).has(wanted));
}

/** A web address in one form; null for anything else. */
function addressOf(href: string): string | null {
  try {
    const url = new URL(href);
    return /^https?:$/.test(url.protocol) ? url.href : null;
  } catch {
    return null; // relative, or no address at all
  }
}

function addressesIn(text: string): Set<string> {
  const found = text.match(/https?:\/\/[^\s<>"'()[\]（）【】，。；、]+/giu) ?? [];
  return new Set(found.flatMap((raw) => addressOf(raw.replace(/[.,;:!?*_`]+$/u, '')) ?? []));
}
