import { describe, expect, it } from 'vitest';
import { mulberry32 } from '../../src/coach/random.ts';
import { FairQueue, type Lane } from '../../src/server/fair-queue.ts';

interface Named extends Lane {
  readonly name: string;
}

/** Items like "a.1.x": address a, its session a.1. */
function queueOf(...names: string[]): FairQueue<Named> {
  const queue = new FairQueue<Named>();
  for (const name of names) queue.push(item(name));
  return queue;
}

function item(name: string): Named {
  const [address = '', session = ''] = name.split('.');
  return { name, address, session: `${address}.${session}` };
}

const always = () => true;
const names = (items: readonly Named[]) => items.map(({ name }) => name);

function drain(queue: FairQueue<Named>): string[] {
  const taken: string[] = [];
  for (let next = queue.take(always); next; next = queue.take(always)) taken.push(next.name);
  return taken;
}

describe('the fair queue', () => {
  it('gives out what one session sent in its order', () => {
    expect(drain(queueOf('a.1.x', 'a.1.y', 'a.1.z'))).toEqual(['a.1.x', 'a.1.y', 'a.1.z']);
  });

  it('lets a session that sends much wait behind itself', () => {
    expect(drain(queueOf('a.1.x', 'a.1.y', 'a.1.z', 'a.2.x', 'a.3.x'))).toEqual([
      'a.1.x',
      'a.2.x',
      'a.3.x',
      'a.1.y',
      'a.1.z',
    ]);
  });

  it('lets an address with many sessions wait behind itself', () => {
    expect(drain(queueOf('a.1.x', 'a.2.x', 'a.3.x', 'b.1.x', 'c.1.x'))).toEqual([
      'a.1.x',
      'b.1.x',
      'c.1.x',
      'a.2.x',
      'a.3.x',
    ]);
  });

  it('passes over a session that is not ready, and keeps its place', () => {
    const queue = queueOf('a.1.x', 'a.2.x', 'b.1.x');
    expect(queue.take((session) => session !== 'a.1')?.name).toBe('a.2.x');
    expect(queue.take((session) => session === 'a.1')?.name).toBe('a.1.x');
    expect(queue.take((session) => session === 'a.1')).toBeUndefined();
    expect(queue.size).toBe(1);
  });

  it('tells the order in which it gives out, whoever waits, and changes nothing by telling', () => {
    const random = mulberry32(5);
    for (let round = 0; round < 200; round += 1) {
      const letters = ['a', 'b', 'c'];
      const all = Array.from({ length: 12 }, (_, index) => {
        const address = letters[Math.floor(random() * 3)] ?? 'a';
        return `${address}.${Math.floor(random() * 3)}.${index}`;
      });
      const queue = queueOf(...all);
      for (let taken = Math.floor(random() * 6); taken > 0; taken -= 1) queue.take(always);
      const told = names(queue.order());
      expect(queue.size).toBe(told.length);
      expect(drain(queue)).toEqual(told);
    }
  });

  it('removes one item and only once', () => {
    const queue = queueOf('a.1.x', 'b.1.x');
    const [first] = queue.order();
    expect(queue.remove(first!)).toBe(true);
    expect(queue.remove(first!)).toBe(false);
    expect(drain(queue)).toEqual(['b.1.x']);
  });

  it('names as the one to give way the youngest of the session with most, of the address with most', () => {
    const queue = queueOf('a.1.x', 'a.1.y', 'a.2.x', 'a.1.z', 'b.1.x', 'b.1.y');
    expect(queue.heaviest(always)?.name).toBe('a.1.z');
    expect(queue.heaviest(({ name }) => name !== 'a.1.z')?.name).toBe('a.1.y');
    expect(queue.heaviest(({ address }) => address === 'b')?.name).toBe('b.1.y');
    expect(queue.heaviest(() => false)).toBeNull();
  });

  it('names the one that came last when all have the same', () => {
    expect(queueOf('a.1.x', 'b.1.x', 'c.1.x').heaviest(always)?.name).toBe('c.1.x');
    expect(queueOf('a.1.x', 'a.2.x', 'a.3.x').heaviest(always)?.name).toBe('a.3.x');
  });
});
