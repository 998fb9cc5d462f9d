import { useDeferredValue, useSyncExternalStore } from 'react';
import type { SessionState } from './session-state.ts';
import type { SessionStore } from './session-store.ts';

/**
 * A session as it is to be shown. A replay brings hundreds of events in a burst: they are drawn as fast as drawing goes,
 * not one by one, and writing goes first.
 */
export function useSession(store: SessionStore): SessionState {
  return useDeferredValue(useSyncExternalStore(store.subscribe, store.getState));
}
