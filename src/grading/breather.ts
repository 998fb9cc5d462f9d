/** Long arithmetic in slices, so that whatever else the process has to do does not wait for all of it. */
import { setImmediate } from 'node:timers/promises';
import { VivaError } from '../errors.ts';

/** Longest slice, ms: what another turn may wait. */
const sliceMs = 8;

/**
 * Maps in slices: after so long the event loop has its turn, then it goes on.
 * @throws VivaError `aborted` between two slices, once the signal is
 */
export async function mapInSlices<T, R>(
  items: readonly T[],
  map: (item: T) => R,
  signal?: AbortSignal,
): Promise<R[]> {
  const results: R[] = [];
  let began = performance.now();
  for (const item of items) {
    if (performance.now() - began > sliceMs) {
      // oxlint-disable-next-line no-await-in-loop -- giving way is the point
      await setImmediate();
      if (signal?.aborted) throw new VivaError('aborted', 'The work was stopped half way.');
      began = performance.now();
    }
    results.push(map(item));
  }
  return results;
}
