/** Corpus → index. */
import { VectorCache, type CachedText } from '../embedding/cache.ts';
import { CachingEmbeddings } from '../embedding/caching-embeddings.ts';
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import type { Problem } from '../corpus/problem.ts';
import { VivaError } from '../errors.ts';
import { loadHnswlib, type Hnswlib } from '../retrieval/hnsw.ts';
import { createTokenizer, type Tokenizer } from '../retrieval/tokenize.ts';
import {
  cleanUp,
  generationOf,
  intactGeneration,
  switchTo,
  writeGeneration,
  type IndexMaterial,
} from './generation.ts';
import { takeLock, type IngestLock } from './lock.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';

/** What an ingestion is doing, for whoever watches. */
export type IngestProgress =
  | {
      readonly step: 'read';
      readonly entries: number;
      readonly chunks: number;
      readonly problems: readonly Problem[];
    }
  | { readonly step: 'embed'; readonly done: number; readonly of: number }
  | { readonly step: 'write' | 'switch' | 'clean' | 'done'; readonly generation: string };

export interface IngestOptions {
  readonly corpusFolder: string;
  readonly indexFolder: string;
  /** The model itself, without a cache around it. */
  readonly embeddings: VivaEmbeddings;
  /** Where vectors are kept between ingestions. */
  readonly cacheFile: string;
  /** Default: the best one that this machine runs. */
  readonly tokenizer?: Tokenizer;
  /** null writes no graph. Default: the addon, where it loads. */
  readonly hnswlib?: Hnswlib | null;
  /** Embed every text again and write a new generation even when nothing changed. Default false. */
  readonly force?: boolean;
  readonly onProgress?: (progress: IngestProgress) => void;
  /** Told of anything that is not as it should be but stops nothing. */
  readonly log?: (message: string) => void;
  readonly signal?: AbortSignal;
}

export interface IngestReport {
  /** Folder name of the generation in use. */
  readonly generation: string;
  /** False when the index already was what it should be; then no file was written. */
  readonly changed: boolean;
  readonly entries: number;
  readonly chunks: number;
  /** Texts that need a vector, and how many of them had none yet. */
  readonly texts: number;
  readonly embedded: number;
  /** Corpus files left out, and why. */
  readonly problems: readonly Problem[];
}

/** Texts given to the model at once; between two of these calls an abort is noticed. */
const batchTexts = 64;
/** Vectors between two saves of the cache, so that a cold ingestion that is killed does not begin anew. */
const saveEvery = 4_096;
/** How often a corpus that changes meanwhile is read again before the last reading is taken. */
const rounds = 3;

/**
 * Brings the index up to date with the corpus. Texts that have a vector in the cache are not embedded again; without any
 * change no file is written. The old index stays in use until the new one is complete.
 * @throws VivaError `ingest-busy`, `corpus-missing`, `corpus-invalid`, `data-unwritable`, `embedding-failed`, `aborted`.
 */
export async function ingest(options: IngestOptions): Promise<IngestReport> {
  const lock = await takeLock(options.indexFolder);
  try {
    return await ingestLocked(options, lock);
  } finally {
    await lock.release();
  }
}

async function ingestLocked(options: IngestOptions, lock: IngestLock): Promise<IngestReport> {
  const { indexFolder, embeddings, onProgress = () => undefined, log = () => undefined } = options;
  const cache = await openCache(options, log);
  const model = new CachingEmbeddings(embeddings, { cache, record: true });
  const { snapshot, embedded } = await embedStable(options, model);

  const material: IndexMaterial = {
    embedder: embeddings,
    corpusHash: snapshot.hash,
    entries: snapshot.entries.length,
    chunks: snapshot.chunks,
    tokenizer:
      options.tokenizer ??
      (await createTokenizer((reason) => {
        log(`jieba does not load (${String(reason)}): Chinese is cut into pairs of characters`);
      })),
    hnswlib:
      options.hnswlib === undefined
        ? await loadHnswlib((reason) => {
            log(
              `hnswlib-node does not load (${String(reason)}): the index gets no graph, searches look at every vector`,
            );
          })
        : options.hnswlib,
  };
  const generation = generationOf(material);
  const report = {
    entries: snapshot.entries.length,
    chunks: snapshot.chunks.length,
    texts: snapshot.texts.length,
    embedded,
    problems: snapshot.problems,
  };
  const current = await intactGeneration(indexFolder);
  if (current?.manifest.generation === generation && options.force !== true) {
    const saved = await cache.save(options.cacheFile, snapshot.texts);
    await cleanUp(indexFolder, current.name);
    onProgress({ step: 'done', generation: current.name });
    return { ...report, generation: current.name, changed: saved };
  }
  onProgress({ step: 'write', generation });
  await cache.save(options.cacheFile, snapshot.texts);
  const rows = snapshot.chunks.map(({ text }) => known(cache, { kind: 'passage', text }));
  const { name } = await writeGeneration(indexFolder, material, rows);
  stopIfAborted(options.signal);
  await lock.assertHeld();
  onProgress({ step: 'switch', generation: name });
  await switchTo(indexFolder, name);
  onProgress({ step: 'clean', generation: name });
  await cleanUp(indexFolder, name);
  onProgress({ step: 'done', generation: name });
  return { ...report, generation: name, changed: true };
}

async function openCache(options: IngestOptions, log: (message: string) => void): Promise<VectorCache> {
  const { embeddings, cacheFile } = options;
  if (options.force === true) return VectorCache.empty(embeddings);
  try {
    const cache = await VectorCache.open(cacheFile, embeddings);
    if (cache.origin === 'other-model') {
      log(`${cacheFile} holds vectors of another model than ${embeddings.id}: every text is embedded again`);
    }
    return cache;
  } catch (error) {
    if (!(error instanceof VivaError) || error.code !== 'index-corrupt') throw error;
    // Nothing is lost that cannot be made again, and making it again is what an ingestion is for.
    log(`${error.message} Every text is embedded again now.`);
    return VectorCache.empty(embeddings);
  }
}

/** Reads and embeds until the corpus is still what it was when it was read. */
async function embedStable(
  options: IngestOptions,
  model: CachingEmbeddings,
): Promise<{ snapshot: Snapshot; embedded: number }> {
  let snapshot = await readSnapshot(options.corpusFolder);
  let embedded = 0;
  for (let round = 1; ; round++) {
    options.onProgress?.({
      step: 'read',
      entries: snapshot.entries.length,
      chunks: snapshot.chunks.length,
      problems: snapshot.problems,
    });
    const missing = snapshot.texts.filter((text) => model.cache.get(text) === undefined);
    await embedAll(options, model, missing);
    embedded += missing.length;
    // Nothing was embedded: no time has passed either.
    if (missing.length === 0 || round === rounds) return { snapshot, embedded };
    const now = await readSnapshot(options.corpusFolder);
    if (now.hash === snapshot.hash) return { snapshot, embedded };
    snapshot = now;
  }
}

async function embedAll(
  options: IngestOptions,
  model: CachingEmbeddings,
  texts: readonly CachedText[],
): Promise<void> {
  let unsaved = 0;
  let done = 0;
  for (const kind of ['passage', 'query'] as const) {
    const ofKind = texts.filter((text) => text.kind === kind).map(({ text }) => text);
    for (let start = 0; start < ofKind.length; start += batchTexts) {
      stopIfAborted(options.signal);
      const batch = ofKind.slice(start, start + batchTexts);
      await model.embed(batch, { kind, signal: options.signal });
      done += batch.length;
      unsaved += batch.length;
      options.onProgress?.({ step: 'embed', done, of: texts.length });
      if (unsaved >= saveEvery) {
        await model.cache.save(options.cacheFile);
        unsaved = 0;
      }
    }
  }
}

function known(cache: VectorCache, text: CachedText): Int8Array {
  const row = cache.get(text);
  if (row === undefined) throw new VivaError('internal', 'A chunk has no vector after embedding.');
  return row;
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new VivaError('aborted', 'The ingestion was stopped; the old index stays in use.');
}
