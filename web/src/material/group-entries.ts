import type { EntrySummary } from '../../../src/protocol.ts';

export interface SectionGroup {
  module: string;
  section: string;
  entries: EntrySummary[];
}

/** Entries by module and section, both in the order in which they first appear. */
export function groupEntries(entries: readonly EntrySummary[]): SectionGroup[] {
  const groups = new Map<string, SectionGroup>();
  for (const entry of entries) {
    const key = `${entry.module}/${entry.section}`;
    const group = groups.get(key) ?? { module: entry.module, section: entry.section, entries: [] };
    group.entries.push(entry);
    groups.set(key, group);
  }
  return [...groups.values()];
}
