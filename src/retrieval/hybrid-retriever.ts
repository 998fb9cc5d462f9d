/** Finds entries by meaning and by words. */
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import { VivaError } from '../errors.ts';
import type { Lang } from '../protocol.ts';
import type { ChunkPart } from './chunk.ts';
import { fuse, fusionWeightsSchema, type Found, type FusionWeights } from './fuse.ts';
import chosenWeights from './fusion-weights.json' with { type: 'json' };
import type { LoadedIndex } from './index-loader.ts';
import type { EntryHit, Hit, RetrieveOptions, Retriever } from './retriever.ts';

/** The weights that `eval/retrieval/choose-fusion.ts` chose on the development half. */
export const defaultFusionWeights: FusionWeights = fusionWeightsSchema.parse(chosenWeights);

/** Kinds of chunks, each searched by itself. */
const partsSearched: readonly (readonly ChunkPart[])[] = [['question', 'wording'], ['key-point'], ['answer']];

/** Chunks that each search by meaning contributes. */
const chunksPerSearch = 200;

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
    return fuse(findCandidates(index, text, vector, lang, options.accept), this.#weights)
      .slice(0, limit)
      .flatMap(({ entryId, score, chunks }) => {
        const found = chunks.flatMap(({ row, similarity }): Hit[] => {
          const chunk = index.chunks[row];
          return chunk ? [{ chunk, similarity }] : [];
        });
        const [first, ...rest] = found.length > 0 ? found : questionOf(index, entryId, lang);
        return first ? [{ entryId, score, hits: [first, ...rest] }] : [];
      });
  }
}

function questionOf(index: LoadedIndex, entryId: string, lang: Lang): Hit[] {
  const chunk = index.chunks.find(
    (one) => one.entryId === entryId && one.part === 'question' && one.lang === lang,
  );
  return chunk ? [{ chunk, similarity: null }] : [];
}

/** What is searched: an index, or a part of one. */
export interface Searched extends Pick<LoadedIndex, 'chunks' | 'entryIds' | 'lexical'> {
  readonly vectors: Pick<LoadedIndex['vectors'], 'nearest'>;
}

/**
 * What the searches find for a query, before it is weighed. Each kind of chunk is searched by itself, so that none crowds
 * out another. The asker's language comes first: of chunks that are equally near it is the better one.
 */
export function findCandidates(
  index: Searched,
  text: string,
  vector: Float32Array,
  lang: Lang,
  accept: (entryId: string) => boolean = () => true,
): Found {
  const nearest = partsSearched.flatMap((parts) =>
    index.vectors.nearest(
      vector,
      chunksPerSearch,
      ({ part, entryId }) => parts.includes(part) && accept(entryId),
    ),
  );
  const chunks = nearest
    .flatMap(({ row, similarity }) => {
      const chunk = index.chunks[row];
      if (!chunk) return [];
      const { entryId, part } = chunk;
      return [{ foreign: Number(chunk.lang !== lang), candidate: { row, entryId, part, similarity } }];
    })
    .sort((a, b) => a.foreign - b.foreign || a.candidate.row - b.candidate.row)
    .map(({ candidate }) => candidate);
  const idOf = (row: number) => index.entryIds[row] ?? '';
  const words = index.lexical.find(text, (row) => accept(idOf(row)));
  return { chunks, words: new Map(words.map(({ row, score }) => [idOf(row), score])) };
}
