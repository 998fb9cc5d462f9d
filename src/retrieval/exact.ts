/** Nearest neighbours by looking at every row: never wrong, needs no addon. */
import { VivaError } from '../errors.ts';
import type { NearestNeighbours, Neighbour } from './nearest-neighbours.ts';

export class ExactScan implements NearestNeighbours {
  readonly kind = 'exact';
  readonly size: number;
  readonly dims: number;
  readonly #vectors: Float32Array;

  /** @param vectors rows of `dims` numbers, each of length 1, one after the other */
  constructor(vectors: Float32Array, dims: number) {
    this.#vectors = vectors;
    this.dims = dims;
    this.size = vectors.length / dims;
    if (!Number.isInteger(this.size)) {
      throw new VivaError('internal', `${vectors.length} numbers are not rows of ${dims}.`);
    }
  }

  search(query: Float32Array, k: number, accept?: (row: number) => boolean): Neighbour[] {
    checkQuery(query, this.dims);
    const best: Neighbour[] = [];
    if (k < 1) return best;
    let worst = -Infinity;
    for (let row = 0; row < this.size; row++) {
      if (accept !== undefined && !accept(row)) continue;
      const similarity = this.#similarity(query, row);
      if (best.length === k && similarity <= worst) continue;
      insert(best, { row, similarity });
      if (best.length > k) best.pop();
      worst = best.at(-1)?.similarity ?? -Infinity;
    }
    return best;
  }

  /** Four sums side by side: the processor works on all of them at once. */
  #similarity(query: Float32Array, row: number): number {
    const vectors = this.#vectors;
    const { dims } = this;
    const start = row * dims;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let index = 0;
    for (; index + 3 < dims; index += 4) {
      const at = start + index;
      // The indices are in range; `?? 0` is for the type checker and costs nothing.
      a += (query[index] ?? 0) * (vectors[at] ?? 0);
      b += (query[index + 1] ?? 0) * (vectors[at + 1] ?? 0);
      c += (query[index + 2] ?? 0) * (vectors[at + 2] ?? 0);
      d += (query[index + 3] ?? 0) * (vectors[at + 3] ?? 0);
    }
    for (; index < dims; index++) a += (query[index] ?? 0) * (vectors[start + index] ?? 0);
    return a + b + c + d;
  }
}

/** Keeps the list sorted: nearest first, equal ones in the order of rows. */
function insert(best: Neighbour[], neighbour: Neighbour): void {
  let low = 0;
  let high = best.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = best[middle];
    if (other !== undefined && other.similarity >= neighbour.similarity) low = middle + 1;
    else high = middle;
  }
  best.splice(low, 0, neighbour);
}

/** @throws VivaError `internal` when a query does not fit rows of `dims` numbers. */
export function checkQuery(query: Float32Array, dims: number): void {
  if (query.length !== dims) {
    throw new VivaError('internal', `A query of ${query.length} numbers was put to vectors of ${dims}.`);
  }
  for (const value of query) {
    if (!Number.isFinite(value)) throw new VivaError('internal', `A query vector holds ${value}.`);
  }
}
