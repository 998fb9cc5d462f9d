import { useSyncExternalStore, type ComponentType } from 'react';
import type { RendererProps } from './renderer.tsx';

/** A server that went away takes some seconds to come back. */
const retryMs = 3000;

let renderer: ComponentType<RendererProps> | null = null;
let loading = false;
const listeners = new Set<() => void>();

/**
 * Fetches the renderer, once; when it does not come, again after a while. Not `lazy()`: that remembers a failure for good
 * and takes the page down with it.
 */
export function loadRenderer(): void {
  if (loading || renderer !== null) return;
  loading = true;
  import('./renderer.tsx').then(
    (module) => {
      renderer = module.default;
      for (const listener of listeners) listener();
    },
    () => {
      // the server is away: the texts stay plain until it is back
      loading = false;
      setTimeout(loadRenderer, retryMs);
    },
  );
}

/** The renderer of Markdown; null until it is loaded (KaTeX is large). */
export function useRenderer(): ComponentType<RendererProps> | null {
  return useSyncExternalStore(subscribe, () => renderer);
}

function subscribe(listener: () => void): () => void {
  loadRenderer();
  listeners.add(listener);
  return () => listeners.delete(listener);
}
