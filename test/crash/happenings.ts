/** What clients see and do, so that a kill can be aimed at it. */

export type Happening = 'creating' | 'attached' | 'sent' | 'acked' | 'event';

export class Happenings {
  readonly #waiting = new Set<{ kind: Happening; left: number; done: () => void }>();

  tell(kind: Happening): void {
    for (const one of this.#waiting) {
      if (one.kind !== kind) continue;
      one.left -= 1;
      if (one.left > 0) continue;
      this.#waiting.delete(one);
      one.done();
    }
  }

  /** Resolves within the very call that tells of the `count`-th from now on, or after `patienceMs`. */
  async nth(kind: Happening, count: number, patienceMs = 5_000): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(one);
        resolve();
      }, patienceMs);
      const one = {
        kind,
        left: count,
        done: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      this.#waiting.add(one);
    });
  }
}
