import { useEffect, useState } from 'react';
import { ApiError } from './api.ts';

export type Loaded<T> =
  | { state: 'loading' }
  | { state: 'ready'; value: T }
  | { state: 'failed'; error: ApiError; again: () => void };

/**
 * Loads what `load` answers, again whenever `key` changes; null loads nothing.
 * A load that is no longer wanted is aborted.
 */
export function useLoaded<T>(key: string | null, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [attempt, setAttempt] = useState(0);
  const [result, setResult] = useState<{ key: string; loaded: Loaded<T> } | null>(null);
  useEffect(() => {
    if (key === null) return undefined;
    const controller = new AbortController();
    load(controller.signal).then(
      (value) => {
        if (!controller.signal.aborted) setResult({ key, loaded: { state: 'ready', value } });
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        const failure = error instanceof ApiError ? error : new ApiError('unreadable', String(error));
        const again = () => {
          setResult(null);
          setAttempt((n) => n + 1);
        };
        setResult({ key, loaded: { state: 'failed', error: failure, again } });
      },
    );
    return () => controller.abort();
    // `load` is a new function on every render; `key` says when it means something else
  }, [key, attempt]);
  return result !== null && result.key === key ? result.loaded : { state: 'loading' };
}
