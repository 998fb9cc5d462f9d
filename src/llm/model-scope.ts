/** Whose budget pays for calls to the chat model, without every judge and phraser on the way having to hand it on. */
import { AsyncLocalStorage } from 'node:async_hooks';

const scope = new AsyncLocalStorage<string>();

/** Calls made by `run`, and by whatever it starts, belong to this session. */
export function inModelScope<T>(sessionId: string, run: () => T): T {
  return scope.run(sessionId, run);
}

/** The session that the running call belongs to; null outside of any. */
export function scopedSession(): string | null {
  return scope.getStore() ?? null;
}
