/** A deadline on a piece of work that also ends when its caller gives up. */

/** The work's result. @throws what the work throws; an abort when it took longer than `milliseconds`, or the caller's. */
export async function within<T>(
  milliseconds: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = AbortSignal.timeout(milliseconds);
  return work(outer ? AbortSignal.any([outer, deadline]) : deadline);
}
