import { useEffect, useRef, type RefObject } from 'react';
import type { SessionView } from '../connection/session-view.ts';
import { scrollBehavior } from '../markdown/reveal-within.ts';

/** Changes closer together than this are a replay or one turn's events: they jump instead of gliding. */
const burstMs = 150;

/**
 * Keeps in view what came after one's own last message, from its beginning. Never moves while nothing
 * new comes, so that reading is left alone.
 */
export function useFollow(view: SessionView): RefObject<HTMLOListElement | null> {
  const list = useRef<HTMLOListElement>(null);
  const changedAt = useRef(0);
  const newest = view.items.at(-1)?.seq ?? 0;
  const waiting = view.pending.length;
  const waitedBefore = useRef(waiting);
  useEffect(() => {
    const now = performance.now();
    const burst = now - changedAt.current < burstMs;
    changedAt.current = now;
    const rows = [...(list.current?.querySelectorAll<HTMLElement>(':scope > li') ?? [])];
    const written = waiting > waitedBefore.current;
    waitedBefore.current = waiting;
    if (written) {
      // offline there may be several, and no answer between them to follow
      rows.at(-1)?.scrollIntoView({ block: 'nearest', behavior: burst ? 'auto' : scrollBehavior() });
      return;
    }
    const own = view.items.findLast((item) => item.kind === 'message')?.seq ?? 0;
    const after = rows.find((row) => Number(row.dataset['seq'] ?? Infinity) > own);
    const target = after ?? rows.at(-1);
    target?.scrollIntoView({ block: 'start', behavior: burst ? 'auto' : scrollBehavior() });
  }, [newest, waiting]);
  return list;
}
