/**
 * Chooses the fusion weights on the development half and writes `src/retrieval/fusion-weights.json`.
 *
 *   npx tsx eval/retrieval/choose-fusion.ts            the table, and the weights it would choose
 *   npx tsx eval/retrieval/choose-fusion.ts --write    … and writes them
 *   npx tsx eval/retrieval/choose-fusion.ts --test     … and scores the weights in use on the test half: for reports only
 *
 * Needs an index: run `viva ingest` first.
 */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openRetrieval } from '../../src/cli/open-retrieval.ts';
import { loadConfig, packageRoot } from '../../src/config.ts';
import { bootstrapInterval, mean } from '../../src/eval/bootstrap.ts';
import { readJsonl } from '../../src/eval/jsonl.ts';
import { rankOfFirst, recallAt, reciprocalRankAt } from '../../src/eval/ranking.ts';
import { retrievalCaseSchema, type RetrievalCase } from '../../src/eval/retrieval-eval.ts';
import type { Chunk } from '../../src/retrieval/chunk.ts';
import { fuse, type Candidate, type FusionWeights } from '../../src/retrieval/fuse.ts';
import { defaultFusionWeights, findCandidates } from '../../src/retrieval/hybrid-retriever.ts';

const lexicalGrid = [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1];
const secondGrid = [0, 0.25, 0.5, 0.75, 1];

/** A query with what both searches found for it. */
interface Prepared {
  readonly right: ReadonlySet<string>;
  readonly id: string;
  readonly candidates: readonly Candidate[];
}

type Ranker = (candidates: readonly Candidate[]) => string[];

const fused =
  (weights: FusionWeights): Ranker =>
  (candidates) =>
    fuse(candidates, weights).map((entry) => entry.entryId);

/** What one does without thinking: cosine plus BM25 as they come, the best chunk wins. */
const naiveSum: Ranker = (candidates) => {
  const best = new Map<string, number>();
  for (const { entryId, vector, lexical } of candidates) {
    best.set(entryId, Math.max(best.get(entryId) ?? 0, (vector ?? 0) + (lexical ?? 0)));
  }
  return [...best].sort((a, b) => b[1] - a[1]).map(([entryId]) => entryId);
};

function ranks(prepared: readonly Prepared[], ranker: Ranker): (number | null)[] {
  return prepared.map(({ right, candidates }) => rankOfFirst(ranker(candidates), right));
}

const mrr = (prepared: readonly Prepared[], ranker: Ranker) =>
  mean(ranks(prepared, ranker).map((rank) => reciprocalRankAt(rank, 10)));

function row(name: string, prepared: readonly Prepared[], ranker: Ranker): string {
  const found = ranks(prepared, ranker);
  const groups = prepared.map(({ id }) => id);
  const cell = (values: number[]) => {
    const [low, high] = bootstrapInterval(values, { groups });
    return `${mean(values).toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
  };
  const cells = [
    found.map((rank) => recallAt(rank, 1)),
    found.map((rank) => recallAt(rank, 5)),
    found.map((rank) => reciprocalRankAt(rank, 10)),
  ].map(cell);
  return `| ${name} | ${prepared.length} | ${cells.join(' | ')} |`;
}

const opened = await openRetrieval(loadConfig());
try {
  const index = opened.handle.current;
  const known = new Set(index.chunks.map((chunk) => chunk.entryId));
  const folder = join(packageRoot, 'eval', 'retrieval');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.jsonl')).sort();
  const cases = (
    await Promise.all(files.map((file) => readJsonl(join(folder, file), retrievalCaseSchema)))
  ).flat();

  const prepare = async (split: string, accept?: (chunk: Chunk) => boolean): Promise<Prepared[]> => {
    const chosen: RetrievalCase[] = cases
      .map(({ value }) => value)
      .filter((one) => one.split === split && known.has(one.id));
    const vectors = await opened.embeddings.embed(
      chosen.map(({ query }) => query),
      { kind: 'query' },
    );
    return chosen.flatMap((one, at) => {
      const vector = vectors[at];
      if (vector === undefined) return [];
      const candidates = findCandidates(index, one.query, vector, one.lang, accept);
      return [{ id: one.id, right: new Set([one.id, ...(one.also ?? [])]), candidates }];
    });
  };
  const table = (prepared: readonly Prepared[], weights: FusionWeights) =>
    [
      '| ranking | n | R@1 | R@5 | MRR@10 |',
      '| --- | --- | --- | --- | --- |',
      row('BM25 alone', prepared, fused({ vector: 0, lexical: 1, second: 0 })),
      row('vectors alone', prepared, fused({ vector: 1, lexical: 0, second: 0 })),
      row('naive sum', prepared, naiveSum),
      row(`chosen (${JSON.stringify(weights)})`, prepared, fused(weights)),
      '',
    ].join('\n');

  const dev = await prepare('dev');
  // Without the wordings that authors foresaw: harder, so that settings differ.
  const unforeseen = await prepare('dev', (chunk) => chunk.part !== 'wording');
  const score = lexicalGrid.map((lexical) =>
    secondGrid.map((second) => {
      const ranker = fused({ vector: 1, lexical, second });
      return (mrr(dev, ranker) + mrr(unforeseen, ranker)) / 2;
    }),
  );
  // The middle of a plateau is a safer choice than a lone peak: each setting counts with its neighbours.
  const smooth = (at: number, across: number) =>
    mean(
      score
        .slice(Math.max(0, at - 1), at + 2)
        .flatMap((line) => line.slice(Math.max(0, across - 1), across + 2)),
    );
  let best: { weights: FusionWeights; value: number } | null = null;
  for (const [at, lexical] of lexicalGrid.entries()) {
    for (const [across, second] of secondGrid.entries()) {
      const value = smooth(at, across);
      if (best === null || value > best.value) best = { weights: { vector: 1, lexical, second }, value };
    }
  }
  const out: string[] = [`${index.chunks.length} chunks of ${known.size} entries`, ''];
  out.push('Mean MRR@10 of both development settings; columns: second; rows: lexical.', '');
  out.push(`| lexical | ${secondGrid.join(' | ')} |`, `| --- |${secondGrid.map(() => ' --- |').join('')}`);
  for (const [at, lexical] of lexicalGrid.entries()) {
    out.push(`| ${lexical} | ${(score[at] ?? []).map((value) => value.toFixed(4)).join(' | ')} |`);
  }
  const weights = best?.weights ?? defaultFusionWeights;
  out.push(
    '',
    'Development half:',
    '',
    table(dev, weights),
    'Development half, wordings left out of the index:',
    '',
  );
  out.push(table(unforeseen, weights));
  if (process.argv.includes('--test'))
    out.push('Test half:', '', table(await prepare('test'), defaultFusionWeights));
  process.stdout.write(`${out.join('\n')}\n`);
  if (process.argv.includes('--write')) {
    const path = join(packageRoot, 'src', 'retrieval', 'fusion-weights.json');
    await writeFile(path, `${JSON.stringify(weights, null, 2)}\n`);
    process.stderr.write(`${path} written\n`);
  }
} finally {
  await opened.close();
}
