import { describe, expect, it } from 'vitest';
import { mapInSlices } from '../../src/grading/breather.ts';

/** Keeps the processor busy. */
function work(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until;);
}

describe('work in slices', () => {
  it('maps every item once, in order', async () => {
    expect(await mapInSlices([1, 2, 3], (one) => one * 2)).toEqual([2, 4, 6]);
    expect(await mapInSlices([], (one) => one)).toEqual([]);
  });

  it('lets others have their turn while it goes on', async () => {
    let turns = 0;
    let done = false;
    const others = () => {
      turns += 1;
      if (!done) setImmediate(others);
    };
    setImmediate(others);
    const seen = await mapInSlices(Array.from({ length: 12 }), () => {
      work(4);
      return turns;
    });
    done = true;
    expect(turns).toBeGreaterThanOrEqual(3);
    // Some items were mapped after others had had a turn: not all at once, and not all at the end.
    expect(new Set(seen).size).toBeGreaterThanOrEqual(3);
  });

  it('stops between two slices when nobody waits any more', async () => {
    const controller = new AbortController();
    let mapped = 0;
    const slices = mapInSlices(
      Array.from({ length: 100 }),
      () => {
        work(3);
        mapped += 1;
        if (mapped === 2) controller.abort();
      },
      controller.signal,
    );
    await expect(slices).rejects.toMatchObject({ code: 'aborted' });
    expect(mapped).toBeLessThan(10);
  });
});
