/** Finds entries by meaning and by words. */
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import { VivaError } from '../errors.ts';
import type { Lang } from '../protocol.ts';
import type { Chunk } from './chunk.ts';
import { fuse, fusionWeightsSchema, type Candidate, type FusionWeights } from './fuse.ts';
import chosenWeights from './fusion-weights.json' with { type: 'json' };
import type { LoadedIndex } from './index-loader.ts';
import type { EntryHit, Hit, RetrieveOptions, Retriever } from './retriever.ts';

/** The weights that `eval/retrieval/choose-fusion.ts` chose on the development half. */
export const defaultFusionWeights: FusionWeights = fusionWeightsSchema.parse(chosenWeights);

/** Chunks that each search contributes. */
const candidatesPerSignal = 200;

export interface HybridRetrieverOptions {
  /** Whatever holds the index: an `IndexHandle`, or an object with one index. Asked once per query. */
  readonly source: { readonly current: LoadedIndex };
  readonly embeddings: VivaEmbeddings;
  /** Default: `fusion-weights.json`. */
  readonly weights?: FusionWeights;
}

export class HybridRetriever implements Retriever {
  readonly #source: { readonly current: LoadedIndex };
  readonly #embeddings: VivaEmbeddings;
  readonly #weights: FusionWeights;

  constructor(options: HybridRetrieverOptions) {
    this.#source = options.source;
    this.#embeddings = options.embeddings;
    this.#weights = fusionWeightsSchema.parse(options.weights ?? defaultFusionWeights);
  }

  async retrieve(query: string, lang: Lang, options: RetrieveOptions = {}): Promise<readonly EntryHit[]> {
    const text = query.trim();
    const limit = options.limit ?? 10;
    if (text === '' || limit < 1) return [];
    const [vector] = await this.#embeddings.embed([text], { kind: 'query', signal: options.signal });
    if (options.signal?.aborted)
      throw new VivaError('aborted', 'The search was given up before it was done.');
    if (vector === undefined)
      throw new VivaError('embedding-failed', `The model ${this.#embeddings.id} gave no vector.`);
    // One index for the whole query: a newer one may come at any time.
    const index = this.#source.current;
    const { accept } = options;
    const candidates = findCandidates(
      index,
      text,
      vector,
      lang,
      accept && ((chunk) => accept(chunk.entryId)),
    );
    return fuse(candidates, this.#weights)
      .slice(0, limit)
      .flatMap(({ entryId, score, chunks }) => {
        const [first, ...rest] = chunks.flatMap((one): Hit[] => {
          const chunk = index.chunks[one.row];
          return chunk
            ? [{ chunk, score: one.score, signals: { vector: one.vector, lexical: one.lexical } }]
            : [];
        });
        return first ? [{ entryId, score, hits: [first, ...rest] }] : [];
      });
  }
}

/**
 * What both searches find for a query, before they are weighed against each other. The asker's language comes first: of
 * chunks with equal scores it is the better one.
 */
export function findCandidates(
  index: LoadedIndex,
  text: string,
  vector: Float32Array,
  lang: Lang,
  accept?: (chunk: Chunk) => boolean,
): Candidate[] {
  const acceptRow =
    accept &&
    ((row: number) => {
      const chunk = index.chunks[row];
      return chunk !== undefined && accept(chunk);
    });
  const found = new Map<number, { vector: number | null; lexical: number | null }>();
  for (const { row, similarity } of index.vectors.nearest(vector, candidatesPerSignal, accept)) {
    found.set(row, { vector: similarity, lexical: null });
  }
  for (const { row, score } of index.lexical.find(text, acceptRow).slice(0, candidatesPerSignal)) {
    found.set(row, { vector: found.get(row)?.vector ?? null, lexical: score });
  }
  return [...found]
    .flatMap(([row, signals]) => {
      const chunk = index.chunks[row];
      return chunk
        ? [{ foreign: Number(chunk.lang !== lang), candidate: { row, entryId: chunk.entryId, ...signals } }]
        : [];
    })
    .sort((a, b) => a.foreign - b.foreign || a.candidate.row - b.candidate.row)
    .map(({ candidate }) => candidate);
}
