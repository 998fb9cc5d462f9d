import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { dot } from '../../src/embedding/dot.ts';
import { mulberry32 } from '../../src/coach/random.ts';
import { ExactScan } from '../../src/retrieval/exact.ts';
import { HnswGraph, loadHnswlib } from '../../src/retrieval/hnsw.ts';
import type { NearestNeighbours } from '../../src/retrieval/nearest-neighbours.ts';

const hnswlib = await loadHnswlib();
const folder = mkdtempSync(join(tmpdir(), 'viva-neighbours-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Rows of length 1 around a few centres, as texts on a few topics are. */
function clustered(count: number, dims: number, seed: number): Float32Array {
  const random = mulberry32(seed);
  const centres = Array.from({ length: 12 }, () => Float32Array.from({ length: dims }, () => random() - 0.5));
  const rows = new Float32Array(count * dims);
  for (let row = 0; row < count; row++) {
    const centre = centres[row % centres.length]!;
    const vector = centre.map((value) => value + (random() - 0.5) * 0.6);
    const length = Math.hypot(...vector);
    rows.set(
      vector.map((value) => value / length),
      row * dims,
    );
  }
  return rows;
}

interface Implementation {
  readonly name: string;
  /** Share of the true neighbours that must be found. */
  readonly recall: number;
  make(vectors: Float32Array, dims: number): Promise<NearestNeighbours>;
}

const implementations: Implementation[] = [
  { name: 'exact', recall: 1, make: async (vectors, dims) => new ExactScan(vectors, dims) },
];
if (hnswlib !== null) {
  implementations.push({
    name: 'hnsw',
    recall: 0.99,
    make: async (vectors, dims) => HnswGraph.build(hnswlib, vectors, dims),
  });
  implementations.push({
    name: 'hnsw read from its file',
    recall: 0.99,
    make: async (vectors, dims) => {
      const path = join(folder, `graph-${vectors.length}`);
      await (await HnswGraph.build(hnswlib, vectors, dims)).write(path);
      return HnswGraph.read(hnswlib, path, { size: vectors.length / dims, dims });
    },
  });
}

describe.each(implementations)('nearest neighbours: $name', ({ make, recall }) => {
  const dims = 30;
  const vectors = clustered(600, dims, 3);
  const row = (index: number) => vectors.subarray(index * dims, (index + 1) * dims);

  it('finds what a naive sort finds', async () => {
    const index = await make(vectors, dims);
    let shared = 0;
    for (let query = 0; query < 60; query++) {
      const truth = Array.from({ length: 600 }, (_, other) => ({
        other,
        similarity: dot(row(query), row(other)),
      }))
        .sort((a, b) => b.similarity - a.similarity)
        .slice(0, 10);
      const found = index.search(row(query), 10);
      const wanted = new Set(truth.map(({ other }) => other));
      shared += found.filter((one) => wanted.has(one.row)).length;
      expect(found[0]).toMatchObject({ row: query, similarity: expect.closeTo(1, 4) });
      for (const one of found) expect(one.similarity).toBeCloseTo(dot(row(query), row(one.row)), 4);
    }
    expect(shared / 600).toBeGreaterThanOrEqual(recall);
  });

  it('gives the nearest first', async () => {
    const index = await make(vectors, dims);
    const similarities = index.search(row(5), 50).map(({ similarity }) => similarity);
    expect(similarities).toEqual([...similarities].sort((a, b) => b - a));
  });

  it('looks only at rows that are accepted, however few', async () => {
    const index = await make(vectors, dims);
    const found = index.search(row(5), 10, (other) => other % 200 === 7);
    expect(new Set(found.map((one) => one.row))).toEqual(new Set([7, 207, 407]));
    expect(index.search(row(5), 10, () => false)).toEqual([]);
  });

  it('gives all rows when asked for more than there are, and none when asked for none', async () => {
    const index = await make(vectors.slice(0, 3 * dims), dims);
    expect(index.search(row(1), 10)).toHaveLength(3);
    expect(index.search(row(1), 0)).toEqual([]);
    expect([index.size, index.dims]).toEqual([3, dims]);
  });

  it('refuses a query of other dimensions and one that is not a number', async () => {
    const index = await make(vectors, dims);
    expect(() => index.search(new Float32Array(dims + 1), 5)).toThrow(/31 numbers .* vectors of 30/);
    expect(() => index.search(new Float32Array(dims).fill(Number.NaN), 5)).toThrow(/NaN/);
  });
});

describe('the exact scan', () => {
  it('gives equal rows in their order', () => {
    const scan = new ExactScan(Float32Array.of(1, 0, 0, 1, 1, 0, 0, 1), 2);
    expect(scan.search(Float32Array.of(1, 0), 3).map(({ row }) => row)).toEqual([0, 2, 1]);
  });

  it('refuses numbers that are not whole rows', () => {
    expect(() => new ExactScan(new Float32Array(7), 2)).toThrow(/not rows of 2/);
  });
});

describe.runIf(hnswlib !== null)('the graph', () => {
  it('survives a filter that throws', async () => {
    const graph = await HnswGraph.build(hnswlib!, clustered(50, 8, 1), 8);
    const query = new Float32Array(8);
    query[0] = 1;
    expect(
      graph.search(query, 5, () => {
        throw new Error('from the filter');
      }),
    ).toEqual([]);
  });

  it('refuses a file that is cut off, missing, or of another size', async () => {
    const path = join(folder, 'damaged');
    await (await HnswGraph.build(hnswlib!, clustered(50, 8, 1), 8)).write(path);
    await expect(HnswGraph.read(hnswlib!, path, { size: 51, dims: 8 })).rejects.toMatchObject({
      code: 'index-corrupt',
    });
    writeFileSync(path, readFileSync(path).subarray(0, -1));
    await expect(HnswGraph.read(hnswlib!, path, { size: 50, dims: 8 })).rejects.toMatchObject({
      code: 'index-corrupt',
    });
    await expect(HnswGraph.read(hnswlib!, `${path}-none`, { size: 50, dims: 8 })).rejects.toMatchObject({
      code: 'index-corrupt',
    });
  });

  it('reports a path that cannot be written', async () => {
    const graph = await HnswGraph.build(hnswlib!, clustered(5, 8, 1), 8);
    await expect(graph.write(join(folder, 'no', 'such', 'folder'))).rejects.toThrow();
  });
});
