/** The seam to vector search. Rows are numbered 0…size−1, as they were given. */
export interface Neighbour {
  readonly row: number;
  /** Cosine similarity, −1…1. */
  readonly similarity: number;
}

export interface NearestNeighbours {
  readonly kind: 'exact' | 'hnsw';
  readonly size: number;
  readonly dims: number;
  /**
   * The `k` rows nearest to a vector of length 1 among those that `accept` takes, the nearest first; fewer when there are
   * fewer. `accept` must not throw.
   * @throws VivaError `internal` when the query has other dimensions or is not a number somewhere.
   */
  search(query: Float32Array, k: number, accept?: (row: number) => boolean): Neighbour[];
}
