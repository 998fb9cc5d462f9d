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
import { entryTexts } from '../../src/retrieval/entry-texts.ts';
import { fuse, type Found, type FusionWeights } from '../../src/retrieval/fuse.ts';
import { defaultFusionWeights, findCandidates, type Searched } from '../../src/retrieval/hybrid-retriever.ts';
import { LexicalIndex } from '../../src/retrieval/lexical.ts';

/** Values of `said`, `words` and `second`; `asked` is 1. */
const grid = {
  said: [0, 0.5, 1, 1.5, 2],
  words: [0, 0.5, 1, 1.5, 2],
  second: [0, 0.5, 1],
};

/** A query with what the searches found for it. */
interface Prepared {
  readonly right: ReadonlySet<string>;
  readonly id: string;
  readonly found: Found;
}

type Ranker = (found: Found) => string[];

const fused =
  (weights: FusionWeights): Ranker =>
  (found) =>
    fuse(found, weights).map((entry) => entry.entryId);

/** What one does without thinking: cosine plus BM25 as they come, the best chunk wins. */
const naiveSum: Ranker = ({ chunks, words }) => {
  const best = new Map(words);
  for (const { entryId, similarity } of chunks) {
    best.set(entryId, Math.max(best.get(entryId) ?? 0, (words.get(entryId) ?? 0) + similarity));
  }
  return [...best].sort((a, b) => b[1] - a[1]).map(([entryId]) => entryId);
};

function ranks(prepared: readonly Prepared[], ranker: Ranker): (number | null)[] {
  return prepared.map(({ right, found }) => rankOfFirst(ranker(found), right));
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

  const prepare = async (split: string, searched: Searched = index): Promise<Prepared[]> => {
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
      const found = findCandidates(searched, one.query, vector, one.lang);
      return [{ id: one.id, right: new Set([one.id, ...(one.also ?? [])]), found }];
    });
  };
  const table = (prepared: readonly Prepared[], weights: FusionWeights) =>
    [
      '| ranking | n | R@1 | R@5 | MRR@10 |',
      '| --- | --- | --- | --- | --- |',
      row('words alone (BM25+)', prepared, fused({ asked: 0, said: 0, words: 1, second: 0 })),
      row('asked alone', prepared, fused({ ...weights, said: 0, words: 0 })),
      row('asked and said', prepared, fused({ ...weights, words: 0 })),
      row('naive sum', prepared, naiveSum),
      row(`chosen (${JSON.stringify(weights)})`, prepared, fused(weights)),
      '',
    ].join('\n');

  const dev = await prepare('dev');
  // Without the wordings that authors foresaw: harder, so that settings differ.
  const unforeseen = await prepare('dev', {
    chunks: index.chunks,
    entryIds: index.entryIds,
    vectors: {
      nearest: (query, k, accept) =>
        index.vectors.nearest(query, k, (chunk) => chunk.part !== 'wording' && (accept?.(chunk) ?? true)),
    },
    lexical: await LexicalIndex.build(
      [...entryTexts(index.chunks.filter(({ part }) => part !== 'wording')).values()],
      opened.tokenizer,
    ),
  });
  const settings = grid.second.map((second) =>
    grid.said.map((said) =>
      grid.words.map((words) => {
        const weights: FusionWeights = { asked: 1, said, words, second };
        return { weights, value: (mrr(dev, fused(weights)) + mrr(unforeseen, fused(weights))) / 2 };
      }),
    ),
  );
  // The middle of a plateau is a safer choice than a lone peak: each setting counts with its neighbours.
  const around = <T>(list: readonly T[], at: number) => list.slice(Math.max(0, at - 1), at + 2);
  const smooth = (...[a, b, c]: [number, number, number]) =>
    mean(
      around(settings, a).flatMap((plane) =>
        around(plane, b).flatMap((line) => around(line, c).map(({ value }) => value)),
      ),
    );
  let best: { weights: FusionWeights; value: number } | null = null;
  const out: string[] = [`${index.chunks.length} chunks of ${known.size} entries`, ''];
  for (const [a, plane] of settings.entries()) {
    out.push(
      `Mean MRR@10 of both development settings; second ${grid.second[a]}; rows: said; columns: words.`,
      '',
    );
    out.push(`| said | ${grid.words.join(' | ')} |`, `| --- |${grid.words.map(() => ' --- |').join('')}`);
    for (const [b, line] of plane.entries()) {
      out.push(`| ${grid.said[b]} | ${line.map(({ value }) => value.toFixed(4)).join(' | ')} |`);
      for (const [c, { weights }] of line.entries()) {
        const value = smooth(a, b, c);
        if (best === null || value > best.value) best = { weights, value };
      }
    }
    out.push('');
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
