import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Lane } from '../../src/server/fair-queue.ts';
import { Turns, type TurnsOptions } from '../../src/server/turns.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Turns by a clock of their own; each one runs until it is told to end. */
function house(change: Partial<TurnsOptions> = {}) {
  let clock = 0;
  const turns = new Turns({ perSession: 8, atOnce: 1, waiting: 4, now: () => clock, ...change });
  const started: string[] = [];
  const places: string[] = [];
  const ends = new Map<string, (failure?: Error) => void>();
  const laneOf = (name: string): Lane => {
    const [address = '', session = ''] = name.split('.');
    return { address, session: `${address}.${session}` };
  };
  const work = (name: string) => async () => {
    started.push(name);
    await new Promise<void>((resolve, reject) => {
      ends.set(name, (failure) => (failure ? reject(failure) : resolve()));
    });
    return name;
  };
  return {
    turns,
    started,
    places,
    /** Time goes by, for timers too. */
    async pass(ms: number): Promise<void> {
      await vi.advanceTimersByTimeAsync(0);
      clock += ms;
      await vi.advanceTimersByTimeAsync(ms);
    },
    /** Enters a turn; `name` is like "a.1.x": address a, session a.1. */
    enter(name: string): Promise<string> {
      const onPlace = (place: number) => void places.push(`${name} ${place}`);
      const entered = turns.run({ kind: 'message', ...laneOf(name), onPlace }, work(name));
      entered.catch(() => undefined);
      return entered;
    },
    recover: (name: string, unanswered: boolean) => turns.recover(laneOf(name), unanswered, work(name)),
    async end(name: string, failure?: Error): Promise<void> {
      await vi.advanceTimersByTimeAsync(0);
      const found = ends.get(name);
      if (!found) throw new Error(`${name} does not run`);
      ends.delete(name);
      found(failure);
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

describe('turns', () => {
  it('run so many at once, and the next when one ends, also when it failed', async () => {
    const { enter, end, started, turns } = house({ atOnce: 2 });
    const failing = enter('a.1.x');
    for (const name of ['b.1.x', 'c.1.x', 'd.1.x']) void enter(name);
    await vi.advanceTimersByTimeAsync(0);
    expect(started).toEqual(['a.1.x', 'b.1.x']);
    expect([turns.running, turns.waiting]).toEqual([2, 2]);
    await end('a.1.x', new Error('judge is ill'));
    await expect(failing).rejects.toThrow('judge is ill');
    expect(started).toEqual(['a.1.x', 'b.1.x', 'c.1.x']);
    await end('b.1.x');
    expect(started.at(-1)).toBe('d.1.x');
    await end('c.1.x');
    await end('d.1.x');
    expect([turns.running, turns.waiting]).toEqual([0, 0]);
  });

  it('take one of a session at a time, and others meanwhile', async () => {
    const { enter, end, started } = house({ atOnce: 3 });
    for (const name of ['a.1.x', 'a.1.y', 'a.1.z', 'b.1.x']) void enter(name);
    await vi.advanceTimersByTimeAsync(0);
    expect(started).toEqual(['a.1.x', 'b.1.x']);
    await end('a.1.x');
    expect(started.at(-1)).toBe('a.1.y');
  });

  it('serve somebody with one message before the second one of who has many', async () => {
    const { enter, end, started } = house();
    for (const name of ['a.1.1', 'a.1.2', 'a.1.3', 'a.1.4', 'b.1.1']) void enter(name);
    await vi.advanceTimersByTimeAsync(0);
    await end('a.1.1');
    await end('a.1.2');
    expect(started).toEqual(['a.1.1', 'a.1.2', 'b.1.1']);
  });

  it('tell the place at once when a turn has to wait, then when it changes, once a second at most', async () => {
    const { enter, end, pass, places } = house();
    for (const name of ['a.1.x', 'b.1.x', 'c.1.x', 'd.1.x']) void enter(name);
    expect(places).toEqual(['b.1.x 1', 'c.1.x 2', 'd.1.x 3']);
    await pass(1_000);
    expect(places).toHaveLength(3);
    await end('a.1.x');
    await end('b.1.x');
    expect(places).toHaveLength(3);
    await pass(1_000);
    expect(places.slice(3)).toEqual(['d.1.x 1']);
  });

  it('leave no timer behind when nobody waits', async () => {
    const { enter, end } = house();
    void enter('a.1.x');
    expect(vi.getTimerCount()).toBe(0);
    void enter('b.1.x');
    expect(vi.getTimerCount()).toBe(1);
    await end('a.1.x');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('refuse when the queue is full, and never call the work', async () => {
    const { enter, end, started, turns } = house({ waiting: 2 });
    for (const name of ['a.1.x', 'b.1.x', 'c.1.x']) void enter(name);
    await expect(enter('d.1.x')).rejects.toMatchObject({ code: 'overloaded', retryable: true });
    expect(turns.waiting).toBe(2);
    for (const name of ['a.1.x', 'b.1.x', 'c.1.x']) await end(name);
    expect(started).toEqual(['a.1.x', 'b.1.x', 'c.1.x']);
  });

  it('refuse whoever has most waiting, so that one cannot fill the queue for others', async () => {
    const { enter, end, started } = house({ waiting: 3 });
    void enter('a.1.0');
    const crowd = ['a.1.1', 'a.1.2', 'a.1.3'].map(async (name) => enter(name));
    void enter('b.1.x');
    await expect(crowd[2]).rejects.toMatchObject({ code: 'overloaded' });
    for (const name of ['a.1.0', 'a.1.1', 'b.1.x', 'a.1.2']) await end(name);
    expect(started).toEqual(['a.1.0', 'a.1.1', 'b.1.x', 'a.1.2']);
  });

  it('say when to come again from how long turns took', async () => {
    const { enter, end, pass } = house({ waiting: 2 });
    for (let turn = 0; turn < 60; turn += 1) {
      void enter('a.1.x');
      await pass(5_000);
      await end('a.1.x');
    }
    for (const name of ['a.1.x', 'b.1.x', 'c.1.x']) void enter(name);
    // Three wait, 5 s each, one after the other.
    await expect(enter('d.1.x')).rejects.toMatchObject({ retryAfterSeconds: 15 });
  });

  it('say less when turns run abreast, at least a second, at most a minute', async () => {
    const quick = house({ waiting: 1, atOnce: 4 });
    for (const name of ['a.1.x', 'b.1.x', 'c.1.x', 'd.1.x', 'e.1.x']) void quick.enter(name);
    await expect(quick.enter('f.1.x')).rejects.toMatchObject({ retryAfterSeconds: 1 });
    const slow = house({ waiting: 1 });
    void slow.enter('a.1.x');
    await slow.pass(3_600_000);
    await slow.end('a.1.x');
    for (const name of ['a.1.x', 'b.1.x']) void slow.enter(name);
    await expect(slow.enter('c.1.x')).rejects.toMatchObject({ retryAfterSeconds: 60 });
  });

  it('limit the messages of a session, running one included', async () => {
    const { enter, end } = house({ perSession: 2, waiting: 100 });
    void enter('a.1.x');
    void enter('a.1.y');
    await expect(enter('a.1.z')).rejects.toMatchObject({ code: 'overloaded' });
    await vi.advanceTimersByTimeAsync(0);
    await end('a.1.x');
    await end('a.1.y');
    const again = enter('a.1.z');
    await vi.advanceTimersByTimeAsync(0);
    await end('a.1.z');
    expect(await again).toBe('a.1.z');
  });

  it('never refuse the answer to what was stored before, make it wait, and run it once', async () => {
    const { enter, end, recover, started, turns } = house({ waiting: 1 });
    void enter('a.1.x');
    void enter('b.1.x');
    for (const name of ['c.1.r', 'c.2.r', 'c.3.r']) void recover(name, true);
    await recover('c.1.r', true);
    expect(turns.waiting).toBe(4);
    for (const name of ['a.1.x', 'b.1.x', 'c.1.r', 'c.2.r', 'c.3.r']) await end(name);
    expect(started).toEqual(['a.1.x', 'b.1.x', 'c.1.r', 'c.2.r', 'c.3.r']);
    void recover('c.1.r', true);
    await end('c.1.r');
  });

  it('let somebody who comes to a busy server in without a place in the queue', async () => {
    const { enter, end, recover, turns } = house();
    void enter('a.1.x');
    const looked = recover('b.1.r', false);
    expect(turns.waiting).toBe(0);
    await end('b.1.r');
    await looked;
    await end('a.1.x');
  });

  it('send away those that wait when the server stops, and wait for those that run', async () => {
    const { enter, end, started, turns } = house();
    const running = enter('a.1.x');
    const waiting = enter('b.1.x');
    await vi.advanceTimersByTimeAsync(0);
    const stopped = turns.stop(10_000);
    await expect(waiting).rejects.toMatchObject({ code: 'overloaded', retryAfterSeconds: 2 });
    await expect(enter('c.1.x')).rejects.toMatchObject({ code: 'overloaded' });
    await end('a.1.x');
    expect(await running).toBe('a.1.x');
    expect(await stopped).toBe(true);
    expect(started).toEqual(['a.1.x']);
  });
});
