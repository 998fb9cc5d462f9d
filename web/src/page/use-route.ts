import { useMemo, useSyncExternalStore } from 'react';
import { parseRoute, type Route } from './route.ts';

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return useMemo(() => parseRoute(hash), [hash]);
}

let moved = false;

/** Whether somebody went from place to place since the page was opened. */
export function hasNavigated(): boolean {
  return moved;
}

function subscribe(listener: () => void): () => void {
  const changed = () => {
    moved = true;
    listener();
  };
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}
