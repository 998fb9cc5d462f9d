/** Search in the index of the settings: the embedding model behind its caches, the index, and the retriever over both. */
import type { Config } from '../config.ts';
import { BundledEmbeddings } from '../embedding/bundled.ts';
import { VectorCache } from '../embedding/cache.ts';
import { CachingEmbeddings } from '../embedding/caching-embeddings.ts';
import { RecentEmbeddings } from '../embedding/recent-embeddings.ts';
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import { isAbort, messageOf, VivaError } from '../errors.ts';
import type { InferenceCounts } from '../inference/messages.ts';
import { ingest } from '../ingest/ingest.ts';
import { HybridRetriever } from '../retrieval/hybrid-retriever.ts';
import { IndexHandle } from '../retrieval/index-handle.ts';
import type { Retriever } from '../retrieval/retriever.ts';
import { createTokenizer, type Tokenizer } from '../retrieval/tokenize.ts';
import { cacheFileOf, openEmbeddings } from './open-embeddings.ts';

export interface OpenRetrieval {
  /** Reads through the cache and remembers recent texts. For graders and whoever else embeds. */
  readonly embeddings: VivaEmbeddings;
  readonly handle: IndexHandle;
  readonly retriever: Retriever;
  /** The one that the index was made with. */
  readonly tokenizer: Tokenizer;
  /** What the bundled model has done; null for another one. */
  inference(): InferenceCounts | null;
  close(): Promise<void>;
}

export interface OpenRetrievalOptions {
  /**
   * `if-missing`: make the index first when there is none, or one that this program or model cannot use. `true`: also bring
   * one that can be used up to date, in the background. Default false.
   */
  readonly ingest?: boolean | 'if-missing';
  readonly log?: (message: string) => void;
}

/**
 * Opens model, cache and index. The index, and the cache with it, is replaced when an ingestion has made a newer one.
 * @throws VivaError `index-missing`, `index-incompatible`, `index-corrupt`, `model-missing`, `model-corrupt`.
 */
export async function openRetrieval(
  config: Config,
  options: OpenRetrievalOptions = {},
): Promise<OpenRetrieval> {
  const { log = () => undefined } = options;
  const model = await openEmbeddings(config);
  try {
    const cacheFile = cacheFileOf(config, model.id);
    const cached = new CachingEmbeddings(model);
    const embeddings = new RecentEmbeddings(cached);
    // Its dictionary is large: the index, ingestion and answers share one.
    const tokenizer = await createTokenizer((reason) => {
      log(`jieba does not load (${String(reason)}): Chinese is cut into pairs of characters`);
    });
    const open = () =>
      IndexHandle.open(config.folders.index, {
        embeddings,
        vectorStore: config.vectorStore,
        tokenizer,
        log,
      });
    const stop = new AbortController();
    const bringUpToDate = () =>
      ingest({
        corpusFolder: config.folders.corpus,
        indexFolder: config.folders.index,
        embeddings: model,
        cacheFile,
        tokenizer,
        log,
        signal: stop.signal,
      });
    let isFresh = options.ingest !== true;
    const handle = await open().catch(async (error: unknown) => {
      if (!options.ingest || !(error instanceof VivaError) || !error.code.startsWith('index-')) throw error;
      log(`${error.message} It is made now.`);
      await bringUpToDate();
      isFresh = true;
      return open();
    });
    const readCache = async () => {
      cached.cache = await VectorCache.open(cacheFile, model);
    };
    await readCache().catch((error: unknown) => {
      handle.close();
      throw error;
    });
    handle.onReplaced(() => {
      // Without the new cache new texts are embedded when they are needed: slower, not wrong.
      readCache().catch((error: unknown) => {
        log(messageOf(error));
      });
    });
    const updating = isFresh
      ? Promise.resolve()
      : bringUpToDate().then(
          () => undefined,
          // The index in use goes on being used; another process may be at it already.
          (error: unknown) => {
            if (!isAbort(error)) log(messageOf(error));
          },
        );
    return {
      embeddings,
      handle,
      retriever: new HybridRetriever({ source: handle, embeddings }),
      tokenizer,
      inference: () => (model instanceof BundledEmbeddings ? model.counts : null),
      close: async () => {
        stop.abort();
        await updating;
        handle.close();
        await model.close();
      },
    };
  } catch (error) {
    await model.close();
    throw error;
  }
}
