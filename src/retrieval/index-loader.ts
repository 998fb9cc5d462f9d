/** Opens the index in use: checks every file against the manifest, then reads it. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { restore } from '../embedding/quantise.ts';
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import { messageOf, VivaError } from '../errors.ts';
import { langSchema } from '../protocol.ts';
import type { Chunk } from './chunk.ts';
import { entryTexts } from './entry-texts.ts';
import { ExactScan } from './exact.ts';
import { HnswGraph, loadHnswlib } from './hnsw.ts';
import { LexicalIndex } from './lexical.ts';
import {
  corruptIndex,
  generationName,
  indexLayout,
  parseManifest,
  type IndexFile,
  type IndexManifest,
} from './manifest.ts';
import type { NearestNeighbours } from './nearest-neighbours.ts';
import { createTokenizer, type Tokenizer } from './tokenize.ts';
import { ChunkVectorStore } from './vectors.ts';

/** Below this many chunks looking at every vector is as fast as the graph, and never wrong. Measured: bench/retrieval.ts. */
const graphPaysFrom = 4_000;

export interface LoadIndexOptions {
  /** The model that queries will come from; an index of another one is refused. */
  readonly embeddings: VivaEmbeddings;
  /** Default `auto`: the graph when it is there and large enough to pay. */
  readonly vectorStore?: 'auto' | 'hnsw' | 'exact';
  /** Default: the best one that this machine runs. */
  readonly tokenizer?: Tokenizer;
  /** Told, in a sentence, which way was taken. */
  readonly log?: (message: string) => void;
}

/** An index in memory. Never changes: a newer one is another object. */
export interface LoadedIndex {
  /** Folder name of the generation. */
  readonly name: string;
  readonly manifest: IndexManifest;
  /** Row `n` of `vectors` is chunk `n`. */
  readonly chunks: readonly Chunk[];
  readonly vectors: ChunkVectorStore;
  /** Row `n` of `lexical` is entry `n`. */
  readonly entryIds: readonly string[];
  readonly lexical: LexicalIndex;
}

const span = z.strictObject({ start: z.int().min(0), end: z.int().min(0) });
const chunkSchema = z.strictObject({
  id: z.string(),
  entryId: z.string(),
  part: z.enum(['question', 'wording', 'key-point', 'answer']),
  lang: langSchema,
  text: z.string(),
  file: z.string(),
  ...span.shape,
  keyPointId: z.string().optional(),
  answerSpan: span.optional(),
});

/**
 * Name of the generation in use.
 * @throws VivaError `index-missing` when nothing was ever ingested, `index-corrupt` when the pointer is no pointer.
 */
export async function readPointer(indexFolder: string): Promise<string> {
  const path = join(indexFolder, indexLayout.pointer);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new VivaError('index-missing', `No index in ${indexFolder}: run 'viva ingest' to make it.`, {
      cause,
    });
  });
  const name = text.trim();
  if (!generationName.test(name)) throw corruptIndex(path, `"${name.slice(0, 40)}" names no generation`);
  return name;
}

/**
 * Loads the index in use.
 * @throws VivaError `index-missing`, `index-incompatible` (another model, another format) or `index-corrupt`; each says
 * what to run.
 */
export async function loadIndex(indexFolder: string, options: LoadIndexOptions): Promise<LoadedIndex> {
  let name = await readPointer(indexFolder);
  for (;;) {
    try {
      return await loadGeneration(indexFolder, name, options);
    } catch (error) {
      // An ingestion may have put another generation in its place and removed this one while it was read.
      const now = await readPointer(indexFolder);
      if (now === name) throw error;
      name = now;
    }
  }
}

/** Reads a generation's manifest. */
export async function readManifest(indexFolder: string, name: string): Promise<IndexManifest> {
  const path = join(indexFolder, indexLayout.generations, name, indexLayout.manifest);
  const json = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw corruptIndex(path, 'cannot be read', cause);
  });
  return parseManifest(json, path);
}

/**
 * Reads one file of a generation and compares it with the manifest.
 * @throws VivaError `index-corrupt` when a byte is missing or different.
 */
export async function readChecked(folder: string, manifest: IndexManifest, file: IndexFile): Promise<Buffer> {
  const path = join(folder, file);
  const expected = manifest.files[file];
  if (expected === undefined) throw corruptIndex(path, 'the manifest does not list it');
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw corruptIndex(path, 'cannot be read', cause);
  });
  if (bytes.length !== expected.bytes)
    throw corruptIndex(path, `${bytes.length} bytes where ${expected.bytes} belong`);
  if (createHash('sha256').update(bytes).digest('hex') !== expected.sha256)
    throw corruptIndex(path, 'its checksum is wrong');
  return bytes;
}

async function loadGeneration(
  indexFolder: string,
  name: string,
  options: LoadIndexOptions,
): Promise<LoadedIndex> {
  const { embeddings, log = () => undefined } = options;
  const folder = join(indexFolder, indexLayout.generations, name);
  const manifest = await readManifest(indexFolder, name);
  const { id, dims } = manifest.embedder;
  if (id !== embeddings.id || dims !== embeddings.dims) {
    throw new VivaError(
      'index-incompatible',
      `The index in ${indexFolder} was made with ${id} (${dims} numbers a vector), queries come from ${embeddings.id} (${embeddings.dims}): run 'viva ingest'.`,
    );
  }
  const chunks = parseChunks(
    await readChecked(folder, manifest, indexLayout.chunks),
    join(folder, indexLayout.chunks),
  );
  if (chunks.length !== manifest.counts.chunks) {
    throw corruptIndex(
      join(folder, indexLayout.chunks),
      `${chunks.length} chunks where ${manifest.counts.chunks} belong`,
    );
  }
  const neighbours = await loadNeighbours(folder, manifest, options.vectorStore ?? 'auto', log);
  const tokenizer =
    options.tokenizer ??
    (await createTokenizer((reason) => {
      log(`jieba does not load (${reasonOf(reason)}): Chinese is cut into pairs of characters`);
    }));
  const texts = entryTexts(chunks);
  return {
    name,
    manifest,
    chunks,
    vectors: new ChunkVectorStore(embeddings, chunks, neighbours),
    entryIds: [...texts.keys()],
    lexical: await loadLexical(folder, manifest, [...texts.values()], tokenizer, log),
  };
}

function parseChunks(bytes: Buffer, path: string): Chunk[] {
  const lines = bytes.toString('utf8').split('\n').filter(Boolean);
  try {
    return lines.map((line) => chunkSchema.parse(JSON.parse(line)) as Chunk);
  } catch (cause) {
    throw corruptIndex(path, 'a line is no chunk', cause);
  }
}

async function loadNeighbours(
  folder: string,
  manifest: IndexManifest,
  choice: 'auto' | 'hnsw' | 'exact',
  log: (message: string) => void,
): Promise<NearestNeighbours> {
  const size = manifest.counts.chunks;
  const { dims } = manifest.embedder;
  const small = choice === 'auto' && size < graphPaysFrom;
  if (choice !== 'exact' && !small) {
    const problem = (why: string): VivaError =>
      new VivaError('index-incompatible', `VIVA_VECTOR_STORE=hnsw: ${why}`);
    let missing: unknown;
    const library = await loadHnswlib((reason) => {
      missing = reason;
    });
    if (manifest.graph === null) {
      if (choice === 'hnsw')
        throw problem("the index was made without a graph: install hnswlib-node and run 'viva ingest'.");
      log(`the index has no graph; the exact scan searches ${size} vectors`);
    } else if (library === null) {
      if (choice === 'hnsw')
        throw problem(`hnswlib-node does not load (${reasonOf(missing)}): install it, or use 'auto'.`);
      log(`hnswlib-node does not load (${reasonOf(missing)}); the exact scan searches ${size} vectors`);
    } else {
      await readChecked(folder, manifest, indexLayout.graph);
      log(`the hnsw graph searches ${size} vectors`);
      return HnswGraph.read(library, join(folder, indexLayout.graph), { size, dims });
    }
  } else {
    log(`the exact scan searches ${size} vectors`);
  }
  const bytes = await readChecked(folder, manifest, indexLayout.vectors);
  if (bytes.length !== size * dims) {
    throw corruptIndex(
      join(folder, indexLayout.vectors),
      `${bytes.length} bytes where ${size * dims} belong`,
    );
  }
  return new ExactScan(restoreRows(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length), dims), dims);
}

/** Rows of one byte a number → rows of length 1. */
export function restoreRows(rows: Int8Array, dims: number): Float32Array {
  const vectors = new Float32Array(rows.length);
  for (let at = 0; at < rows.length; at += dims) vectors.set(restore(rows.subarray(at, at + dims)), at);
  return vectors;
}

async function loadLexical(
  folder: string,
  manifest: IndexManifest,
  texts: readonly string[],
  tokenizer: Tokenizer,
  log: (message: string) => void,
): Promise<LexicalIndex> {
  const made = manifest.lexical.tokenizer;
  if (made !== tokenizer.id) {
    log(`the lexical index was made with ${made}; it is made again with ${tokenizer.id}`);
    return LexicalIndex.build(texts, tokenizer);
  }
  return LexicalIndex.fromJson(
    (await readChecked(folder, manifest, indexLayout.lexical)).toString('utf8'),
    tokenizer,
  );
}

function reasonOf(error: unknown): string {
  return messageOf(error).split('\n', 1)[0] ?? '';
}
