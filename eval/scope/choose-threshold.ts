/**
 * Fits the scope weights on the development half and writes `src/answering/scope-weights.json`.
 *
 *   npx tsx eval/scope/choose-threshold.ts            cross-validated figures, and the weights it would choose
 *   npx tsx eval/scope/choose-threshold.ts --write    … and writes them
 *
 * Covered: the in-scope queries of scope.jsonl and the development queries of eval/retrieval.
 * Not covered: the out-of-scope queries of scope.jsonl, and, with a small weight, every covered query once more with its
 * own entry (and those it names as related) taken out of the material: near misses, though some of them can still be answered.
 * Queries of one entry stay in one fold. Needs an index: run `viva ingest` first.
 */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { MaterialWords } from '../../src/answering/material-words.ts';
import {
  logOdds,
  ScopeJudge,
  scopeDepth,
  scopeFeatureNames,
  scopeFeatures,
  type ScopeFeatures,
  type ScopeWeights,
} from '../../src/answering/scope.ts';
import { openRetrieval } from '../../src/cli/open-retrieval.ts';
import { loadConfig, packageRoot } from '../../src/config.ts';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';
import { Relatedness } from '../../src/embedding/relatedness.ts';
import { mean } from '../../src/eval/bootstrap.ts';
import { meanSquare } from '../../src/eval/correlation.ts';
import { readJsonl } from '../../src/eval/jsonl.ts';
import { langSchema } from '../../src/protocol.ts';
import { createTokenizer } from '../../src/retrieval/tokenize.ts';

/** Share of covered queries that cross-validation must keep. */
const keep = 0.96;
/** What a masked query counts beside a real one. */
const maskedWeight = 0.3;
const folds = 10;

const lineSchema = z.object({
  lang: langSchema,
  query: z.string(),
  inScope: z.boolean().optional(),
  id: z.string().optional(),
  also: z.array(z.string()).optional(),
  split: z.string().optional(),
});

interface Case {
  readonly kind: 'covered' | 'foreign' | 'masked';
  readonly group: string;
  readonly query: string;
  readonly features: ScopeFeatures;
}

async function readCases(): Promise<{ cases: Case[]; embedder: string }> {
  const config = loadConfig();
  const { entries } = await loadCorpus(config.folders.corpus);
  const material = new Map(entries.map((entry) => [entry.id, entry]));
  const tokenizer = await createTokenizer();
  const words = new MaterialWords(material, tokenizer.terms);
  const opened = await openRetrieval(config);
  const judge = new ScopeJudge(new Relatedness(opened.embeddings, 'passage'));
  const featuresOf = async (query: string, lang: 'zh' | 'en', without?: ReadonlySet<string>) => {
    const hits = await opened.retriever.retrieve(query, lang, {
      limit: scopeDepth,
      ...(without ? { accept: (id) => !without.has(id) } : {}),
    });
    const { entries: near } = await judge.judge(query, hits, words);
    return scopeFeatures(query, near, words);
  };
  const folder = join(packageRoot, 'eval', 'retrieval');
  const retrievalFiles = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).sort();
  const files = [
    join(packageRoot, 'eval', 'scope', 'scope.jsonl'),
    ...retrievalFiles.map((name) => join(folder, name)),
  ];
  const cases: Case[] = [];
  for (const [number, file] of files.entries()) {
    for (const { value } of await readJsonl(file, lineSchema)) {
      if (value.split !== 'dev') continue;
      const covered = number > 0 || value.inScope === true;
      const entry = value.id === undefined ? undefined : material.get(value.id);
      if (covered && !entry) continue;
      const group = value.id ?? `foreign ${value.query}`;
      cases.push({
        kind: covered ? 'covered' : 'foreign',
        group,
        query: value.query,
        features: await featuresOf(value.query, value.lang),
      });
      if (!covered || !entry) continue;
      const without = new Set([entry.id, ...entry.related, ...(value.also ?? [])]);
      cases.push({
        kind: 'masked',
        group,
        query: value.query,
        features: await featuresOf(value.query, value.lang, without),
      });
    }
  }
  await opened.close();
  return { cases, embedder: opened.embeddings.id };
}

/** Ridge-regularised logistic regression by gradient descent on standardised features. */
function fit(cases: readonly Case[]): Omit<ScopeWeights, 'threshold' | 'madeBy' | 'embedder'> {
  const count = (kind: Case['kind']) => cases.filter((one) => one.kind === kind).length;
  const weightOf = {
    covered: 1,
    foreign: count('covered') / Math.max(1, count('foreign')),
    masked: maskedWeight,
  };
  const scale = scopeFeatureNames.map((name) => {
    const values = cases.map((one) => one.features[name]);
    const middle = mean(values);
    return { mean: middle, spread: Math.sqrt(meanSquare(values.map((value) => value - middle))) || 1 };
  });
  const rows = cases.map((one) =>
    scopeFeatureNames.map(
      (name, column) => (one.features[name] - (scale[column]?.mean ?? 0)) / (scale[column]?.spread ?? 1),
    ),
  );
  const total = cases.reduce((sum, one) => sum + weightOf[one.kind], 0);
  const weights = scopeFeatureNames.map(() => 0);
  let bias = 0;
  for (let step = 0; step < 4_000; step++) {
    const slopes = weights.map((weight) => (0.02 * weight) / weights.length);
    let biasSlope = 0;
    for (const [index, one] of cases.entries()) {
      const row = rows[index] ?? [];
      const z = row.reduce((sum, value, column) => sum + value * (weights[column] ?? 0), bias);
      const error = ((1 / (1 + Math.exp(-z)) - Number(one.kind === 'covered')) * weightOf[one.kind]) / total;
      biasSlope += error;
      for (const [column, value] of row.entries()) slopes[column] = (slopes[column] ?? 0) + error * value;
    }
    bias -= 0.5 * biasSlope;
    for (const [column, slope] of slopes.entries()) weights[column] = (weights[column] ?? 0) - 0.5 * slope;
  }
  const rounded = (value: number) => Number(value.toFixed(4));
  const feature = (column: number) => ({
    mean: rounded(scale[column]?.mean ?? 0),
    spread: rounded(scale[column]?.spread ?? 1),
    weight: rounded(weights[column] ?? 0),
  });
  return {
    features: { nearness: feature(0), coverage: feature(1), margin: feature(2) },
    bias: rounded(bias),
  };
}

/** Every case's log-odds by weights that have not seen its group. */
function crossValidate(cases: readonly Case[]): number[] {
  const groups = [...new Set(cases.map((one) => one.group))];
  const foldOf = new Map(groups.map((group, index) => [group, index % folds]));
  const scores = cases.map(() => 0);
  for (let fold = 0; fold < folds; fold++) {
    const model = {
      ...fit(cases.filter((one) => foldOf.get(one.group) !== fold)),
      madeBy: '',
      embedder: '',
      threshold: 0,
    };
    for (const [index, one] of cases.entries()) {
      if (foldOf.get(one.group) === fold) scores[index] = logOdds(one.features, model);
    }
  }
  return scores;
}

const { cases, embedder } = await readCases();
const scores = crossValidate(cases);
const scoresOf = (kind: Case['kind']) =>
  scores.filter((_, index) => cases[index]?.kind === kind).sort((a, b) => a - b);
const covered = scoresOf('covered');
// In the gap below the lowest score that is kept, nearer to its upper end: near misses come from below.
const lost = Math.floor((1 - keep) * covered.length);
const [below, above] = [covered[Math.max(0, lost - 1)] ?? 0, covered[lost] ?? 0];
const threshold = Number((below + 0.75 * (above - below)).toFixed(2));
const share = (kind: Case['kind'], test: (score: number) => boolean) => {
  const all = scoresOf(kind);
  return `${all.filter(test).length}/${all.length}`;
};
const weights: ScopeWeights = {
  madeBy: 'eval/scope/choose-threshold.ts',
  embedder,
  ...fit(cases),
  threshold,
};
process.stdout.write(`${JSON.stringify(weights, null, 2)}\n`);
process.stdout.write(
  `cross-validated at ${threshold}: covered answered ${share('covered', (score) => score >= threshold)}, ` +
    `foreign refused ${share('foreign', (score) => score < threshold)}, masked refused ${share('masked', (score) => score < threshold)}\n`,
);
for (const [index, one] of cases.entries()) {
  const wrong = one.kind === 'covered' ? (scores[index] ?? 0) < threshold : (scores[index] ?? 0) >= threshold;
  if (wrong && one.kind !== 'masked')
    process.stdout.write(`  wrong: ${one.kind} ${(scores[index] ?? 0).toFixed(2)} ${one.query}\n`);
}
if (process.argv.includes('--write')) {
  await writeFile(
    join(packageRoot, 'src', 'answering', 'scope-weights.json'),
    `${JSON.stringify(weights, null, 2)}\n`,
  );
}
