/**
 * What a query costs, and what it finds: `npx tsx bench/retrieval.ts` after `viva ingest`. Sizes, then whole queries
 * (embedding included) against named peers on the development half, then the two searches alone on larger indexes.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { cacheFileOf, openEmbeddings } from '../src/cli/open-embeddings.ts';
import { mulberry32 } from '../src/coach/random.ts';
import { loadConfig, packageRoot } from '../src/config.ts';
import { loadCorpus } from '../src/corpus/load-corpus.ts';
import { VectorCache } from '../src/embedding/cache.ts';
import { CachingEmbeddings } from '../src/embedding/caching-embeddings.ts';
import { quantile } from '../src/eval/bootstrap.ts';
import { readJsonl } from '../src/eval/jsonl.ts';
import { evaluateRetrieval, retrievalCaseSchema } from '../src/eval/retrieval-eval.ts';
import { ExactScan } from '../src/retrieval/exact.ts';
import { HnswGraph, loadHnswlib } from '../src/retrieval/hnsw.ts';
import { HybridRetriever } from '../src/retrieval/hybrid-retriever.ts';
import { loadIndex } from '../src/retrieval/index-loader.ts';
import type { NearestNeighbours } from '../src/retrieval/nearest-neighbours.ts';
import type { Retriever } from '../src/retrieval/retriever.ts';
import { naiveRag } from './naive-rag.ts';

const print = (text: string) => void process.stdout.write(`${text}\n`);
const rounds = 3;

const config = loadConfig();
const model = await openEmbeddings(config);
const cache = await VectorCache.open(cacheFileOf(config, model.id), model);
// No memory of recent queries: every query is embedded.
const embeddings = new CachingEmbeddings(model, { cache });
const corpus = await loadCorpus(config.folders.corpus);

const loadStart = performance.now();
const exact = await loadIndex(config.folders.index, { embeddings, vectorStore: 'exact' });
const loadMs = performance.now() - loadStart;
const hnswlib = await loadHnswlib();
print(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} threads, Node ${process.version}`);
print(
  `${exact.manifest.counts.entries} entries, ${exact.chunks.length} chunks, ${model.dims} numbers a vector (${model.id})`,
);
for (const [file, { bytes } = { bytes: 0 }] of Object.entries(exact.manifest.files)) {
  print(`${bytes.toLocaleString('en').padStart(12)} bytes  ${file}`);
}
print(`index loaded in ${loadMs.toFixed(0)} ms, RSS ${Math.round(process.memoryUsage.rss() / 1e6)} MB`);

const folder = join(packageRoot, 'eval', 'retrieval');
const files = readdirSync(folder).filter((file) => file.endsWith('.jsonl'));
const lines = (
  await Promise.all(files.map((file) => readJsonl(join(folder, file), retrievalCaseSchema)))
).flat();
const cases = lines.map(({ value }) => value).filter(({ split }) => split === 'dev');
const known = new Set(exact.chunks.map((chunk) => chunk.entryId));

const naive = await naiveRag(
  corpus.entries,
  (entry) => readFileSync(join(config.folders.corpus, entry.file), 'utf8'),
  embeddings,
);
const hybrid = (index: typeof exact) => new HybridRetriever({ source: { current: index }, embeddings });
const peers: [string, Retriever][] = [
  ['viva, exact scan', hybrid(exact)],
  [`naive LangChain RAG (${naive.chunks} chunks)`, naive],
];
if (hnswlib !== null) {
  const graph = await loadIndex(config.folders.index, { embeddings, vectorStore: 'hnsw' });
  peers.unshift(['viva, hnsw graph', hybrid(graph)]);
}
const embeddingOnly: number[] = [];
for (const { query } of cases) {
  const start = performance.now();
  await embeddings.embed([query], { kind: 'query' });
  embeddingOnly.push(performance.now() - start);
}
print(
  `\nwhole queries, ${cases.length} × ${rounds} (embedding alone: p50 ${quantile(embeddingOnly, 0.5).toFixed(1)} ms)`,
);
// One after the other on the same query, so that whatever else the machine does falls on all of them.
const times = new Map(peers.map(([name]): [string, number[]] => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const { query, lang } of cases) {
    for (const [name, retriever] of peers) {
      const start = performance.now();
      await retriever.retrieve(query, lang);
      times.get(name)?.push(performance.now() - start);
    }
  }
}
const p50Of = (name: string) => quantile(times.get(name) ?? [], 0.5);
for (const [name, retriever] of peers) {
  const { recallAt1, recallAt5, mrrAt10, n } = await evaluateRetrieval(cases, retriever, known);
  print(
    `${name.padEnd(38)} p50 ${p50Of(name).toFixed(1).padStart(5)} ms  p99 ${quantile(
      times.get(name) ?? [],
      0.99,
    )
      .toFixed(1)
      .padStart(6)} ms` +
      `  ratio ${(p50Of(name) / p50Of(peers[0]?.[0] ?? '')).toFixed(2)}` +
      `   dev n ${n}: R@1 ${recallAt1.toFixed(3)} R@5 ${recallAt5.toFixed(3)} MRR@10 ${mrrAt10.toFixed(3)}`,
  );
}

print('\nthe searches alone, 200 neighbours as a query asks for, our vectors and disturbed copies of them');
const random = mulberry32(1);
const base = exact.chunks.map(
  ({ text }) => cache.get({ kind: 'passage', text }) ?? new Int8Array(model.dims),
);
const noisy = (row: Int8Array): Float32Array => {
  const vector = Float32Array.from(row, (value) => value + (random() - 0.5) * 30);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
};
for (const size of [1_000, 2_000, 4_000, 8_000, 16_000]) {
  const vectors = new Float32Array(size * model.dims);
  for (let row = 0; row < size; row++)
    vectors.set(noisy(base[row % base.length] ?? new Int8Array(model.dims)), row * model.dims);
  const queries = Array.from({ length: 200 }, () =>
    noisy(base[Math.floor(random() * base.length)] ?? new Int8Array(model.dims)),
  );
  const scan = new ExactScan(vectors, model.dims);
  const time = (neighbours: NearestNeighbours) => {
    const times: number[] = [];
    const found = queries.map((query) => {
      const start = performance.now();
      const rows = neighbours.search(query, 200);
      times.push(performance.now() - start);
      return rows;
    });
    return { p50: quantile(times, 0.5), found };
  };
  const truth = time(scan);
  let line = `${String(size).padStart(6)} vectors  exact ${truth.p50.toFixed(2)} ms`;
  if (hnswlib !== null) {
    const start = performance.now();
    const graph = await HnswGraph.build(hnswlib, vectors, model.dims);
    const built = (performance.now() - start) / 1000;
    const got = time(graph);
    const share = (k: number) =>
      truth.found.reduce((sum, wanted, index) => {
        const rows = new Set(got.found[index]?.slice(0, k).map(({ row }) => row));
        return sum + wanted.slice(0, k).filter(({ row }) => rows.has(row)).length / k;
      }, 0) / truth.found.length;
    line += `  hnsw ${got.p50.toFixed(2)} ms (ratio ${(got.p50 / truth.p50).toFixed(2)}), recall@10 ${share(10).toFixed(3)} @200 ${share(200).toFixed(3)}, built in ${built.toFixed(1)} s`;
  }
  print(line);
}
await model.close();
