/**
 * Nearest neighbours by a graph (HNSW), through hnswlib-node: an optional dependency that has to be compiled, so it may be
 * absent. Its types are written down here for the same reason: the program compiles without the package.
 */
import { stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { VivaError } from '../errors.ts';
import { checkQuery } from './exact.ts';
import { corruptIndex } from './manifest.ts';
import type { NearestNeighbours, Neighbour } from './nearest-neighbours.ts';

interface Graph {
  initIndex(options: { maxElements: number; m: number; efConstruction: number; randomSeed: number }): void;
  addPoint(vector: number[], label: number): void;
  setEf(ef: number): void;
  searchKnn(
    query: number[],
    k: number,
    filter?: (label: number) => boolean,
  ): { distances: number[]; neighbors: number[] };
  getCurrentCount(): number;
  getNumDimensions(): number;
  writeIndex(path: string): Promise<boolean>;
  readIndex(path: string): Promise<boolean>;
}

/** The addon, loaded. */
export interface Hnswlib {
  readonly HierarchicalNSW: new (space: 'ip', dims: number) => Graph;
}

/** How a graph is built; the same numbers and vectors give the same graph. */
export const graphParameters = { m: 16, efConstruction: 200, seed: 100 } as const;

/** Breadth of the search; the library's own default of 10 misses a fifth of the neighbours. */
const searchBreadth = 200;

/** Rows added before others have their turn: some ten milliseconds. */
const rowsAtOnce = 25;

/** Loads the addon; null, with the reason told, where it does not load. */
export async function loadHnswlib(
  onMissing: (reason: unknown) => void = () => undefined,
): Promise<Hnswlib | null> {
  // A name in a variable: the compiler must not ask for an optional package.
  const name = 'hnswlib-node';
  try {
    const module = (await import(name)) as { default?: Partial<Hnswlib> };
    if (typeof module.default?.HierarchicalNSW === 'function') return module.default as Hnswlib;
    onMissing(new Error(`${name} has no HierarchicalNSW`));
  } catch (error) {
    onMissing(error);
  }
  return null;
}

export class HnswGraph implements NearestNeighbours {
  readonly kind = 'hnsw';
  readonly size: number;
  readonly dims: number;
  readonly #graph: Graph;

  private constructor(graph: Graph, size: number, dims: number) {
    this.#graph = graph;
    this.size = size;
    this.dims = dims;
    // Not stored in the file: to be set after every read.
    graph.setEf(searchBreadth);
  }

  /** Builds the graph in this thread, about 0.4 ms a row; a server goes on answering meanwhile. */
  static async build(library: Hnswlib, vectors: Float32Array, dims: number): Promise<HnswGraph> {
    const size = vectors.length / dims;
    const graph = new library.HierarchicalNSW('ip', dims);
    graph.initIndex({
      maxElements: size,
      m: graphParameters.m,
      efConstruction: graphParameters.efConstruction,
      randomSeed: graphParameters.seed,
    });
    for (let row = 0; row < size; row++) {
      graph.addPoint([...vectors.subarray(row * dims, (row + 1) * dims)], row);
      // oxlint-disable-next-line no-await-in-loop -- lets others in
      if (row % rowsAtOnce === rowsAtOnce - 1) await setImmediate();
    }
    return new HnswGraph(graph, size, dims);
  }

  /**
   * Reads a graph into a fresh object: the library crashes when a graph in use is read into and that fails.
   * It does not notice another dimension, nor flipped bytes: whoever calls has checked the file's hash.
   * @throws VivaError `index-corrupt`.
   */
  static async read(
    library: Hnswlib,
    path: string,
    expected: { size: number; dims: number },
  ): Promise<HnswGraph> {
    const graph = new library.HierarchicalNSW('ip', expected.dims);
    try {
      await graph.readIndex(path);
    } catch (cause) {
      throw corruptIndex(path, 'the graph cannot be read', cause);
    }
    if (graph.getCurrentCount() !== expected.size || graph.getNumDimensions() !== expected.dims) {
      throw corruptIndex(path, `${graph.getCurrentCount()} vectors where ${expected.size} belong`);
    }
    return new HnswGraph(graph, expected.size, expected.dims);
  }

  /** @throws VivaError `data-unwritable`: the library itself reports nothing when it cannot write. */
  async write(path: string): Promise<void> {
    await this.#graph.writeIndex(path);
    const written = await stat(path).catch(() => null);
    if (written === null || written.size === 0) {
      throw new VivaError(
        'data-unwritable',
        `The graph was not written to ${path}: free space there and try again.`,
      );
    }
  }

  search(query: Float32Array, k: number, accept?: (row: number) => boolean): Neighbour[] {
    checkQuery(query, this.dims);
    if (k < 1 || this.size === 0) return [];
    // An exception inside the filter would end the process.
    const filter =
      accept &&
      ((row: number): boolean => {
        try {
          return accept(row);
        } catch {
          return false;
        }
      });
    const count = Math.min(k, this.size);
    const found = this.#graph.searchKnn([...query], count, filter);
    return found.neighbors
      .map((row, index) => ({ row, similarity: 1 - (found.distances[index] ?? 2) }))
      .sort((a, b) => b.similarity - a.similarity || a.row - b.row);
  }
}
