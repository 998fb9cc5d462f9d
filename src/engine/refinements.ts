/**
 * Chat models' readings of replies that are under way or just done. A reply is read once, however often it is asked
 * for, and whoever stops waiting stops nothing.
 */
import type { Refinement } from '../grading/grader.ts';

/** Readings that nobody has come for are forgotten beyond this number, the oldest first. */
const mostKept = 500;

export class Refinements {
  readonly #readings = new Map<string, Promise<Refinement>>();

  /** The reading of a reply, begun when it is not under way. One that fails is forgotten: the next to ask begins anew. */
  of(sessionId: string, replySeq: number, begin: () => Promise<Refinement>): Promise<Refinement> {
    const key = keyOf(sessionId, replySeq);
    const known = this.#readings.get(key);
    if (known) return known;
    const reading = begin();
    this.#readings.set(key, reading);
    reading.catch(() => this.#readings.delete(key));
    for (const oldest of this.#readings.keys()) {
      if (this.#readings.size <= mostKept) break;
      this.#readings.delete(oldest);
    }
    return reading;
  }

  /** To be told when the grade is stored. */
  forget(sessionId: string, replySeq: number): void {
    this.#readings.delete(keyOf(sessionId, replySeq));
  }
}

function keyOf(sessionId: string, replySeq: number): string {
  return `${sessionId} ${replySeq}`;
}

/**
 * What comes first: the reading, or the end of the wait, which gives null.
 * @throws VivaError `aborted` when the signal is raised, and whatever the reading failed with
 */
export async function inTime<T>(reading: Promise<T>, waitMs: number, signal: AbortSignal): Promise<T | null> {
  signal.throwIfAborted();
  return new Promise<T | null>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
    };
    const aborted = () => {
      stop();
      reject(signal.reason instanceof Error ? signal.reason : new DOMException('Stopped.', 'AbortError'));
    };
    const timer = setTimeout(() => {
      stop();
      resolve(null);
    }, waitMs);
    signal.addEventListener('abort', aborted);
    reading.then(
      (value) => {
        stop();
        resolve(value);
      },
      (error: unknown) => {
        stop();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
