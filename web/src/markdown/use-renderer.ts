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
  fetchRenderer().then(
    (module) => {
      renderer = module.default;
      for (const listener of listeners) listener();
    },
    (error: unknown) => {
      // the server is away: the texts stay plain until it is back
      loading = false;
      failures += 1;
      address = /https?:\S+?\.js/.exec(String(error))?.[0] ?? address;
      setTimeout(loadRenderer, retryMs);
    },
  );
}

let failures = 0;
/** Where the renderer did not come from; browsers say it in their error. */
let address: string | null = null;

/** Some browsers remember a module that did not come as failed for good: another query makes it another module. */
async function fetchRenderer(): Promise<typeof import('./renderer.tsx')> {
  if (address === null) return import('./renderer.tsx');
  const module: unknown = await import(/* @vite-ignore */ `${address}?again=${failures}`);
  return module as typeof import('./renderer.tsx');
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
