/** Vectors in one byte a number: 4 times smaller, and the same on every run. Pure. */
import { VivaError } from '../errors.ts';

/**
 * Scales a vector so that its largest number becomes ±127, and rounds. The scale itself is not kept: vectors have length 1,
 * so `restore` knows it.
 * @throws VivaError `embedding-failed` on NaN, infinities, or a vector of zeros.
 */
export function quantise(vector: Float32Array): Int8Array {
  let largest = 0;
  for (const value of vector) {
    const size = Math.abs(value);
    if (!(size < Infinity)) throw new VivaError('embedding-failed', `The model gave ${value} in a vector.`);
    if (size > largest) largest = size;
  }
  if (largest === 0) throw new VivaError('embedding-failed', 'The model gave a vector of zeros.');
  const row = new Int8Array(vector.length);
  for (let index = 0; index < row.length; index++)
    row[index] = Math.round(((vector[index] ?? 0) * 127) / largest);
  return row;
}

/** The vector of length 1 that a quantised one stands for. `quantise(restore(row))` is `row` again. */
export function restore(row: Int8Array): Float32Array {
  let squares = 0;
  for (const value of row) squares += value * value;
  const length = Math.sqrt(squares);
  const vector = new Float32Array(row.length);
  if (length > 0) for (let index = 0; index < row.length; index++) vector[index] = (row[index] ?? 0) / length;
  return vector;
}
