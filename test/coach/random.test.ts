import { describe, expect, it } from 'vitest';
import { mulberry32, pick, seededRandom, shuffled } from '../../src/coach/random.ts';

const take = (random: () => number) => Array.from({ length: 1_000 }, random);

describe('random numbers', () => {
  it('lie in 0…1 and differ by their start', () => {
    const numbers = take(mulberry32(1));
    expect(numbers).toEqual(take(mulberry32(1)));
    expect(numbers).not.toEqual(take(mulberry32(2)));
    expect(numbers.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(numbers.reduce((sum, value) => sum + value, 0) / numbers.length).toBeCloseTo(0.5, 1);
  });

  it('differ by the label of one seed', () => {
    expect(take(seededRandom(1, 'plan'))).toEqual(take(seededRandom(1, 'plan')));
    expect(take(seededRandom(1, 'plan'))).not.toEqual(take(seededRandom(1, 'hint')));
  });

  it('pick one of the values, and shuffle without losing any', () => {
    const values = ['a', 'b', 'c', 'd'] as const;
    expect(values).toContain(pick([...values], mulberry32(3)));
    expect(shuffled(values, mulberry32(3)).sort()).toEqual([...values]);
    expect(values).toEqual(['a', 'b', 'c', 'd']);
  });
});
