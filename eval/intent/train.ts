/**
 * Trains `models/intent/model.json`, what the coach knows messages by.
 *
 *   npx tsx eval/intent/train.ts            cross-validates on the development half, then trains on everything but the test half
 *   npx tsx eval/intent/train.ts --test     measures the committed model on the test half, and trains nothing
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';
import { intentFeatures, markNames } from '../../src/coach/intent-features.ts';
import { RuledIntentClassifier } from '../../src/coach/intent-classifier.ts';
import { IntentModel, type IntentModelFile } from '../../src/coach/intent-model.ts';
import { seededRandom, shuffled } from '../../src/coach/random.ts';
import { packageRoot } from '../../src/config.ts';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';
import { BundledEmbeddings } from '../../src/embedding/bundled.ts';
import { loadIntentModel } from '../../src/engine/load-intent-model.ts';
import { intentSchema, type Intent } from '../../src/protocol.ts';
import { readEval, trainingMessages } from './data.ts';
import type { Labelled } from './made.ts';
import { train, type Sample, type Settings } from './regression.ts';
import { printResults, type Outcome } from './results.ts';

const intents: Intent[] = intentSchema.options.filter((intent) => intent !== 'empty');
const settings: Settings = { epochs: 12, rate: 0.08, l2: 0, seed: 1 };
/** A development line was typed as candidates type; an exemplar only might have been. */
const devWeight = 2;
const folds = 5;
const modelDir = join(packageRoot, 'models', 'intent');

const embeddings = await BundledEmbeddings.load({
  dir: join(packageRoot, 'models', 'embedding'),
  threads: 2,
});
const corpus = await loadCorpus(join(packageRoot, 'corpus'));
const entries = new Map(corpus.entries.map((entry) => [entry.id, entry]));
if (process.argv.includes('--test')) await measureTest();
else await crossValidateAndTrain();
await embeddings.close();

async function embedAll(texts: readonly string[]): Promise<Map<string, Float32Array>> {
  const distinct = [...new Set(texts)];
  const found = new Map<string, Float32Array>();
  for (let start = 0; start < distinct.length; start += 32) {
    const batch = distinct.slice(start, start + 32);
    const vectors = await embeddings.embed(batch, { kind: 'query' });
    batch.forEach((text, index) => found.set(text, vectors[index] ?? new Float32Array(embeddings.dims)));
  }
  return found;
}

function sampleOf(row: Labelled, vectors: ReadonlyMap<string, Float32Array>, weight = row.weight): Sample {
  const vector = vectors.get(row.message) ?? new Float32Array(embeddings.dims);
  const open = row.openQuestion === null ? undefined : vectors.get(row.openQuestion);
  const similarity = open ? vector.reduce((sum, value, index) => sum + value * (open[index] ?? 0), 0) : null;
  return {
    vector,
    features: intentFeatures({ ...row, similarity }),
    label: intents.indexOf(row.intent),
    weight,
  };
}

function pack(weights: readonly Float32Array[], count: number): IntentModelFile {
  const scales = weights.map((row) => Math.max(...row.map(Math.abs)) / 127);
  const bytes = weights.flatMap((row, label) =>
    [...row].map((value) => Math.round(value / (scales[label] ?? 1))),
  );
  return {
    format: 1,
    embedding: embeddings.id,
    dims: embeddings.dims,
    pieceBuckets: 2048,
    marks: [...markNames],
    intents,
    scales: scales.map((scale) => Number(scale.toPrecision(6))),
    weights: Buffer.from(Int8Array.from(bytes).buffer).toString('base64'),
    trained: { by: 'eval/intent/train.ts', messages: count, entries: entries.size, ...settings },
  };
}

async function outcomes(model: IntentModel, rows: readonly Labelled[]): Promise<Outcome[]> {
  const classifier = new RuledIntentClassifier({ model, embeddings });
  const found: Outcome[] = [];
  for (const row of rows) {
    const { message, phase, lang, openQuestion } = row;
    found.push({ row, ...(await classifier.classify({ message, phase, lang, openQuestion })) });
  }
  return found;
}

async function crossValidateAndTrain(): Promise<void> {
  const dev = await readEval('dev', entries);
  const devMessages = new Set(dev.map((row) => row.message));
  // An exemplar that stands in the development half word for word would be measured on itself.
  const base = (await trainingMessages(entries, settings.seed)).filter((row) => row.intent !== 'empty');
  const vectors = await embedAll(
    [...base, ...dev].flatMap((row) => [
      row.message,
      ...((row.openQuestion ?? '') ? [row.openQuestion ?? ''] : []),
    ]),
  );
  const own = base
    .filter((row) => !devMessages.has(row.copyOf ?? row.message))
    .map((row) => sampleOf(row, vectors));
  const order = shuffled(dev, seededRandom(settings.seed, 'folds'));
  const measured: Outcome[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const rest = order.filter((row, index) => index % folds !== fold && row.intent !== 'empty');
    const samples = [...own, ...rest.map((row) => sampleOf(row, vectors, devWeight))];
    const model = new IntentModel(
      pack(train(samples, intents.length, embeddings.dims, settings), samples.length),
    );
    measured.push(
      ...(await outcomes(
        model,
        order.filter((_, index) => index % folds === fold),
      )),
    );
  }
  printResults(`development half, ${folds}-fold cross-validation`, measured);

  const samples = [
    ...base.map((row) => sampleOf(row, vectors)),
    ...dev.filter((row) => row.intent !== 'empty').map((row) => sampleOf(row, vectors, devWeight)),
  ];
  const file = pack(train(samples, intents.length, embeddings.dims, settings), samples.length);
  await mkdir(modelDir, { recursive: true });
  await writeFile(
    join(modelDir, 'model.json'),
    await format(JSON.stringify(file), { parser: 'json', printWidth: 110 }),
  );
  console.log(`trained on ${samples.length} messages; wrote ${join('models', 'intent', 'model.json')}`);
}

async function measureTest(): Promise<void> {
  const model = await loadIntentModel(modelDir);
  printResults('test half', await outcomes(model, await readEval('test', entries)));
}
