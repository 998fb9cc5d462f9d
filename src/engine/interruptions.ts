/** What can come between a turn and its end: a candidate who stops it, a caller who leaves, another server. */
import { isAbort, VivaError } from '../errors.ts';
import type { Slot } from './slots.ts';

/** Why `cancel` raises the signal, as opposed to a caller that went away. */
export const cancelled = Symbol('cancelled by the candidate');

/** Attempts to get past other servers writing to the same session. */
const conflictAttempts = 4;

/** True when the candidate stopped the turn, as opposed to a caller that went away. */
export function stoppedByCandidate(error: unknown): boolean {
  return error instanceof VivaError && error.code === 'aborted' && error.context['by'] === 'candidate';
}

/** Runs work under a signal that both the caller and `cancel` can raise; the error says which one did. */
export async function withSignal<T>(
  slot: Slot,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const signal = outer ? AbortSignal.any([outer, controller.signal]) : controller.signal;
  slot.running = controller;
  try {
    return await work(signal);
  } catch (error) {
    if (controller.signal.aborted && controller.signal.reason === cancelled && isAbort(error)) {
      throw new VivaError('aborted', 'The candidate stopped the turn.', {
        cause: error,
        context: { by: 'candidate' },
      });
    }
    throw error;
  } finally {
    slot.running = null;
  }
}

/** Another server may have moved the session on: read again and do it over. */
export async function retryOnConflict<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const conflict = error instanceof VivaError && error.code === 'message-conflict';
      if (!conflict || attempt >= conflictAttempts) throw error;
    }
  }
}
