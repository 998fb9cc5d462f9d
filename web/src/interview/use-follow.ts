import { useEffect, useRef, type RefObject } from 'react';
import type { SessionView } from '../connection/session-view.ts';
import { scrollBehavior } from '../markdown/reveal-within.ts';

/**
 * Keeps the newest in view: the end after a reload, and after a message of one's own whatever came
 * right after it, from its beginning. Never while nothing new comes, so that reading is left alone.
 */
export function useFollow(view: SessionView): RefObject<HTMLOListElement | null> {
  const list = useRef<HTMLOListElement>(null);
  const seen = useRef(0);
  const newest = view.items.at(-1)?.seq ?? 0;
  const waiting = view.pending.length;
  useEffect(() => {
    const first = seen.current === 0;
    seen.current = newest;
    if (newest === 0) return;
    const rows = [...(list.current?.querySelectorAll<HTMLElement>(':scope > li') ?? [])];
    const own = view.items.findLast((item) => item.kind === 'message')?.seq ?? 0;
    const after = first ? undefined : rows.find((row) => Number(row.dataset['seq'] ?? Infinity) > own);
    const target = after ?? rows.at(-1);
    target?.scrollIntoView({ block: 'start', behavior: first ? 'auto' : scrollBehavior() });
  }, [newest, waiting]);
  return list;
}
