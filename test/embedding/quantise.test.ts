import { describe, expect, it } from 'vitest';
import { dot } from '../../src/embedding/dot.ts';
import { quantise, restore } from '../../src/embedding/quantise.ts';
import { mulberry32 } from '../../src/coach/random.ts';

function randomVector(random: () => number, dims = 384): Float32Array {
  const vector = Float32Array.from({ length: dims }, () => random() * 2 - 1);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

describe('vectors in one byte a number', () => {
  it('scales the largest number to 127', () => {
    expect([...quantise(Float32Array.of(0.6, -0.8, 0))]).toEqual([95, -127, 0]);
  });

  it('gives back nearly the same direction, with length 1', () => {
    const random = mulberry32(7);
    for (let round = 0; round < 50; round++) {
      const vector = randomVector(random);
      const restored = restore(quantise(vector));
      expect(dot(vector, restored)).toBeGreaterThan(0.9999);
      expect(Math.hypot(...restored)).toBeCloseTo(1, 6);
    }
  });

  it('changes nothing the second time', () => {
    const random = mulberry32(8);
    for (let round = 0; round < 50; round++) {
      const row = quantise(randomVector(random));
      expect(quantise(restore(row))).toEqual(row);
    }
  });

  it.each([
    ['not a number', Float32Array.of(0.1, Number.NaN)],
    ['infinite', Float32Array.of(0.1, Infinity)],
    ['zeros', new Float32Array(4)],
  ])('refuses a vector that is %s', (_, vector) => {
    expect(() => quantise(vector)).toThrow(expect.objectContaining({ code: 'embedding-failed' }));
  });
});
