/** From the settings to the things that commands and the server work with. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { BundledEmbeddings } from '../embedding/bundled.ts';
import { VectorCache } from '../embedding/cache.ts';
import { CachingEmbeddings } from '../embedding/caching-embeddings.ts';
import { RecentEmbeddings } from '../embedding/recent-embeddings.ts';
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import { isAbort, VivaError } from '../errors.ts';
import { createLocalGrader } from '../grading/create-local-grader.ts';
import type { Grader } from '../grading/grader.ts';
import { ingest } from '../ingest/ingest.ts';
import { HybridRetriever } from '../retrieval/hybrid-retriever.ts';
import { IndexHandle } from '../retrieval/index-handle.ts';
import { indexLayout } from '../retrieval/manifest.ts';
import type { Retriever } from '../retrieval/retriever.ts';
import { createTokenizer, type Tokenizer } from '../retrieval/tokenize.ts';

/** The model that the settings name, without any cache around it. */
export async function openModel(config: Config): Promise<VivaEmbeddings> {
  const { provider, url, model, apiKey, dims, batchSize, threads } = config.embedding;
  if (provider === 'openai-compatible') {
    if (url === undefined || model === undefined) {
      throw new VivaError(
        'config-invalid',
        'VIVA_EMBEDDING_URL and VIVA_EMBEDDING_MODEL are not set: set both.',
      );
    }
    // Loaded when needed: the client library takes 80 MB of memory.
    const { OpenAiCompatibleEmbeddings } = await import('../embedding/openai-compatible.ts');
    return OpenAiCompatibleEmbeddings.connect({ url, model, apiKey, dims, batchSize });
  }
  return BundledEmbeddings.load({
    dir: join(config.folders.models, 'embedding'),
    threads,
  });
}

/** Where a model's vectors are kept. The bundled model's file is in git; another model must not overwrite it. */
export function cacheFileOf(config: Config, modelId: string): string {
  if (config.embedding.provider === 'bundled') return join(config.folders.index, indexLayout.embeddings);
  const hash = createHash('sha256').update(modelId).digest('hex').slice(0, 8);
  return join(config.folders.index, indexLayout.embeddings.replace('.bin', `-${hash}.bin`));
}

export interface OpenRetrieval {
  /** Reads through the cache and remembers recent texts. For graders and whoever else embeds. */
  readonly embeddings: VivaEmbeddings;
  readonly handle: IndexHandle;
  readonly retriever: Retriever;
  /** The one that the index was made with. */
  readonly tokenizer: Tokenizer;
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
  const model = await openModel(config);
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
        log(error instanceof Error ? error.message : String(error));
      });
    });
    const updating = isFresh
      ? Promise.resolve()
      : bringUpToDate().then(
          () => undefined,
          // The index in use goes on being used; another process may be at it already.
          (error: unknown) => {
            if (!isAbort(error)) log(error instanceof Error ? error.message : String(error));
          },
        );
    return {
      embeddings,
      handle,
      retriever: new HybridRetriever({ source: handle, embeddings }),
      tokenizer,
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

/**
 * Opens the model, its cache and the local grader; needs no index.
 * @throws VivaError `model-missing`, `model-corrupt`, `index-corrupt` (the cache).
 */
export async function openGrading(
  config: Config,
): Promise<{ readonly grader: Grader; readonly embeddings: VivaEmbeddings; close(): Promise<void> }> {
  const model = await openModel(config);
  try {
    const cache = await VectorCache.open(cacheFileOf(config, model.id), model);
    const embeddings = new RecentEmbeddings(new CachingEmbeddings(model, { cache }));
    return { grader: createLocalGrader(embeddings), embeddings, close: async () => model.close() };
  } catch (error) {
    await model.close();
    throw error;
  }
}
