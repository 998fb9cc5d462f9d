/**
 * What an ingestion costs: `npx tsx bench/ingest.ts`. The whole corpus cold, then again, with the cache alone (a fresh
 * clone), and after one changed key point. The peer of the incremental run is the cold one. Works in a temporary folder.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddings } from '../src/cli/open-embeddings.ts';
import { loadConfig } from '../src/config.ts';
import { loadCorpus } from '../src/corpus/load-corpus.ts';
import { ingest, type IngestReport } from '../src/ingest/ingest.ts';

const config = loadConfig();
const model = await openEmbeddings(config);
const folder = mkdtempSync(join(tmpdir(), 'viva-bench-'));
const corpusFolder = join(folder, 'corpus');
const indexFolder = join(folder, 'index');
const cacheFile = join(indexFolder, 'embeddings.bin');
const print = (text: string) => void process.stdout.write(`${text}\n`);

async function run(name: string): Promise<{ seconds: number; report: IngestReport }> {
  const start = performance.now();
  const report = await ingest({ corpusFolder, indexFolder, cacheFile, embeddings: model });
  const seconds = (performance.now() - start) / 1000;
  const rate = report.embedded > 0 ? `, ${(report.embedded / seconds).toFixed(0)} texts/s` : '';
  print(
    `${name.padEnd(28)} ${seconds.toFixed(2).padStart(7)} s  ${String(report.embedded).padStart(5)} of ${report.texts} texts embedded${rate}`,
  );
  return { seconds, report };
}

try {
  cpSync(config.folders.corpus, corpusFolder, { recursive: true });
  const { entries } = await loadCorpus(corpusFolder);
  const [entry] = entries;
  if (entry === undefined) throw new Error('the corpus is empty');
  print(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} threads, Node ${process.version}`);
  const cold = await run('cold');
  print(
    `${cold.report.entries} entries, ${cold.report.chunks} chunks, embeddings.bin ${statSync(cacheFile).size.toLocaleString('en')} bytes`,
  );
  await run('again, nothing changed');
  const file = join(corpusFolder, entry.file);
  const point = entry.keyPoints[0]?.en ?? '';
  writeFileSync(file, readFileSync(file, 'utf8').replace(point, `${point} (put otherwise)`));
  const one = await run('one key point changed');
  rmSync(join(indexFolder, 'generations'), { recursive: true });
  rmSync(join(indexFolder, 'current'));
  const clone = await run('embeddings.bin alone');
  print(
    `ratios to cold: one change ${(one.seconds / cold.seconds).toFixed(3)}, fresh clone ${(clone.seconds / cold.seconds).toFixed(3)}`,
  );
} finally {
  await model.close();
  rmSync(folder, { recursive: true, force: true });
}
