/** The corpus at one moment: entries, their chunks, the texts to embed, and a hash over all of it. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Entry } from '../corpus/entry.ts';
import { loadCorpus } from '../corpus/load-corpus.ts';
import type { Problem } from '../corpus/problem.ts';
import type { CachedText } from '../embedding/cache.ts';
import { VivaError } from '../errors.ts';
import type { Chunk } from '../retrieval/chunk.ts';
import { chunkEntry } from './chunk-entry.ts';
import { teachingTexts } from './teaching-texts.ts';

export interface Snapshot {
  readonly entries: readonly Entry[];
  /** In the order of entries. */
  readonly chunks: readonly Chunk[];
  /** Chunks as passages and the graders' texts as queries, each once. */
  readonly texts: readonly CachedText[];
  /** SHA-256 over the files of the entries, statements and figures included: a running server reads them anew. */
  readonly hash: string;
  /** Files left out, and why. */
  readonly problems: readonly Problem[];
}

/** Reading again finds the file whole; an editor saves in milliseconds. */
const attempts = 3;

/**
 * Reads a corpus whose files may be written to meanwhile: an entry whose file no longer says what was read is read again.
 * A file that cannot be used is reported in `problems` and stops no other.
 * @throws VivaError `corpus-missing` without a folder, `corpus-invalid` when no file in it can be used.
 */
export async function readSnapshot(corpusFolder: string): Promise<Snapshot> {
  for (let attempt = 1; ; attempt++) {
    const corpus = await loadCorpus(corpusFolder);
    const changed: Problem[] = [];
    const used: { entry: Entry; chunks: Chunk[] }[] = [];
    const hash = createHash('sha256');
    for (const entry of corpus.entries) {
      const text = await readFile(join(corpusFolder, entry.file), 'utf8').catch(() => '');
      const chunks = chunkEntry(entry, text);
      if (chunks === null) {
        changed.push({
          file: entry.file,
          line: 1,
          message: "was changed while it was read: run 'viva ingest' again",
          severity: 'error',
        });
        continue;
      }
      used.push({ entry, chunks });
      const figures = entry.figures.flatMap(({ images }) => [images.zh.hash, images.en.hash]);
      hash.update(
        JSON.stringify([entry.file, text, entry.keyPoints.map((point) => point.statements), ...figures]),
      );
    }
    if (changed.length > 0 && attempt < attempts) continue;
    const problems = [...corpus.problems.filter((problem) => problem.severity === 'error'), ...changed];
    if (used.length === 0) throw empty(corpusFolder, problems);
    const chunks = used.flatMap((one) => one.chunks);
    return {
      entries: used.map((one) => one.entry),
      chunks,
      texts: distinct([
        ...chunks.map(({ text }): CachedText => ({ kind: 'passage', text })),
        ...used.flatMap(({ entry }) => teachingTexts(entry)),
      ]),
      hash: hash.digest('hex'),
      problems,
    };
  }
}

function distinct(texts: readonly CachedText[]): CachedText[] {
  return [...new Map(texts.map((one) => [`${one.kind}\0${one.text}`, one])).values()];
}

function empty(folder: string, problems: readonly Problem[]): VivaError {
  const [first] = problems;
  return new VivaError(
    'corpus-invalid',
    first === undefined
      ? `${folder} holds no entries: put <module>/<section>/<nn>-<slug>.md files there, or set VIVA_CORPUS.`
      : `No file in ${folder} can be used, the first because of ${first.file}:${first.line}: ${first.message}. Run 'viva corpus lint'.`,
  );
}
