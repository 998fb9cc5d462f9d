/** Writing an index so that whoever reads finds the old one or the new one, whatever happens between. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  halfWritten,
  replaceFile,
  syncFolder,
  temporaryName,
  unwritable,
  writeThrough,
} from '../embedding/replace-file.ts';
import type { Chunk } from '../retrieval/chunk.ts';
import { entryTexts } from '../retrieval/entry-texts.ts';
import { graphParameters, HnswGraph, type Hnswlib } from '../retrieval/hnsw.ts';
import { readChecked, readManifest, readPointer, restoreRows } from '../retrieval/index-loader.ts';
import { LexicalIndex } from '../retrieval/lexical.ts';
import { indexLayout, indexVersion, type IndexFile, type IndexManifest } from '../retrieval/manifest.ts';
import type { Tokenizer } from '../retrieval/tokenize.ts';
import { chunkerVersion } from './chunk-entry.ts';

/** What an index is made of. */
export interface IndexMaterial {
  readonly embedder: { readonly id: string; readonly dims: number };
  readonly corpusHash: string;
  readonly entries: number;
  readonly chunks: readonly Chunk[];
  readonly tokenizer: Tokenizer;
  /** null: no graph is written. */
  readonly hnswlib: Hnswlib | null;
}

type Identity = Omit<IndexManifest, 'generation' | 'files'>;

function identityOf(material: IndexMaterial): Identity {
  return {
    format: 'viva-index',
    version: indexVersion,
    embedder: { id: material.embedder.id, dims: material.embedder.dims },
    chunker: chunkerVersion,
    lexical: { engine: 'minisearch', tokenizer: material.tokenizer.id },
    graph: material.hnswlib === null ? null : { engine: 'hnswlib', ...graphParameters },
    corpus: material.corpusHash,
    counts: { entries: material.entries, chunks: material.chunks.length },
  };
}

/** Hash of everything that the index follows from. */
export function generationOf(material: IndexMaterial): string {
  return createHash('sha256')
    .update(JSON.stringify(identityOf(material)))
    .digest('hex')
    .slice(0, 16);
}

/** Name and manifest of the generation in use when all its files are as the manifest says; null otherwise. */
export async function intactGeneration(
  indexFolder: string,
): Promise<{ name: string; manifest: IndexManifest } | null> {
  try {
    const name = await readPointer(indexFolder);
    const manifest = await readManifest(indexFolder, name);
    const folder = join(indexFolder, indexLayout.generations, name);
    for (const file of Object.keys(manifest.files)) await readChecked(folder, manifest, file as IndexFile);
    return { name, manifest };
  } catch {
    // Missing, damaged or of another format: it is made again, whichever it was.
    return null;
  }
}

/**
 * Writes a generation beside the one in use, under a temporary name until it is complete.
 * @param rows one quantised vector per chunk, in the same order
 * @returns the folder's name, to be given to `switchTo`.
 * @throws VivaError `data-unwritable`; nothing is left behind then.
 */
export async function writeGeneration(
  indexFolder: string,
  material: IndexMaterial,
  rows: readonly Int8Array[],
): Promise<{ name: string; manifest: IndexManifest }> {
  const generations = join(indexFolder, indexLayout.generations);
  const generation = generationOf(material);
  const temporary = temporaryName(join(generations, generation));
  try {
    await mkdir(temporary, { recursive: true });
    const files: Partial<IndexManifest['files']> = {};
    for (const [file, bytes] of await contents(material, rows)) {
      await writeThrough(join(temporary, file), bytes);
      files[file] = describe(bytes);
    }
    if (material.hnswlib !== null) {
      const { dims } = material.embedder;
      const path = join(temporary, indexLayout.graph);
      const graph = await HnswGraph.build(material.hnswlib, restoreRows(concatenate(rows, dims), dims), dims);
      await graph.write(path);
      files[indexLayout.graph] = describe(await readFile(path));
    }
    const manifest = { ...identityOf(material), generation, files: files as IndexManifest['files'] };
    await writeThrough(join(temporary, indexLayout.manifest), `${JSON.stringify(manifest, null, 2)}\n`);
    const taken = new Set(await readdir(generations));
    let name = generation;
    for (let again = 1; taken.has(name); again++) name = `${generation}.${again}`;
    await rename(temporary, join(generations, name));
    await syncFolder(generations);
    return { name, manifest };
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw isSystemError(cause) ? unwritable(generations, cause) : cause;
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

async function contents(
  material: IndexMaterial,
  rows: readonly Int8Array[],
): Promise<[IndexFile, Uint8Array][]> {
  const text = new TextEncoder();
  const vectors = concatenate(rows, material.embedder.dims);
  const lexical = await LexicalIndex.build([...entryTexts(material.chunks).values()], material.tokenizer);
  return [
    [indexLayout.chunks, text.encode(material.chunks.map((chunk) => `${JSON.stringify(chunk)}\n`).join(''))],
    [indexLayout.vectors, new Uint8Array(vectors.buffer)],
    [indexLayout.lexical, text.encode(lexical.toJson())],
  ];
}

function concatenate(rows: readonly Int8Array[], dims: number): Int8Array {
  const all = new Int8Array(rows.length * dims);
  for (const [index, row] of rows.entries()) all.set(row, index * dims);
  return all;
}

function describe(bytes: Uint8Array): { bytes: number; sha256: string } {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Puts a generation in use: one rename, after which every reader finds it. */
export async function switchTo(indexFolder: string, name: string): Promise<void> {
  await replaceFile(join(indexFolder, indexLayout.pointer), `${name}\n`);
}

/** Removes every generation but one, and what an ingestion that was killed left behind. Needs the lock. */
export async function cleanUp(indexFolder: string, keep: string): Promise<void> {
  const generations = join(indexFolder, indexLayout.generations);
  const old = (await readdir(generations).catch(() => [])).filter((name) => name !== keep);
  const halves = (await readdir(indexFolder).catch(() => [])).filter((name) => halfWritten.test(name));
  for (const path of [
    ...old.map((name) => join(generations, name)),
    ...halves.map((name) => join(indexFolder, name)),
  ]) {
    // Someone may hold a file open (Windows); the next ingestion removes it.
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
