/**
 * Makes the judge's numbers: fits the verifier, its thresholds and its confidences, and writes `src/grading/calibration.ts`.
 *
 *   npm run model:verifier                            fit, print the figures, write
 *   npx tsx eval/grading/calibrate.ts --check         fit, and fail when the written numbers are others
 *   npx tsx eval/grading/calibrate.ts --sections      fit without each section in turn, and judge that section
 *
 * Reads lines with split "train" or "dev" of eval/grading/*.jsonl and eval/verdicts/labels.jsonl, and nothing of the test half. Weights are
 * fitted by least squares between gold and a soft total, in six folds by entry; thresholds and confidences are chosen
 * on the held-out folds; the weights that are written are then fitted on all of these replies. Nothing is drawn at
 * random. Entries with their statements removed are fitted the same way, for banks that have none.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { openGrading } from '../../src/cli/graders-and-answerers.ts';
import { loadConfig, packageRoot } from '../../src/config.ts';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';
import { RecentEmbeddings } from '../../src/embedding/recent-embeddings.ts';
import { mean } from '../../src/eval/bootstrap.ts';
import { pearson } from '../../src/eval/correlation.ts';
import type { VerdictLabel } from '../../src/eval/verdict-eval.ts';
import * as shipped from '../../src/grading/calibration.ts';
import type { Calibration } from '../../src/grading/statement-model.ts';
import {
  checkedVerdicts,
  chooseThresholds,
  judge,
  summarise,
  totals,
  type Judged,
} from './choose-thresholds.ts';
import { examplesOf, trainingLabels, trainingReplies, type Example } from './examples.ts';
import { fitConfidence } from './fit-confidence.ts';
import { fit } from './fit-weights.ts';

const folds = 6;
/** How far a number may lie from the written one: processors round sums differently. */
const tolerance = 0.05;

function calibrate(
  name: string,
  examples: readonly Example[],
  labels: ReadonlyMap<string, VerdictLabel>,
): Calibration {
  const ids = [...new Set(examples.map((one) => one.reply.id))].sort();
  const heldOut: Judged[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const out = new Set(ids.filter((_, index) => index % folds === fold));
    const weights = fit(examples.filter((one) => !out.has(one.reply.id)));
    heldOut.push(
      ...judge(
        examples.filter((one) => out.has(one.reply.id)),
        weights,
      ),
    );
  }
  const thresholds = chooseThresholds(heldOut);
  const confidence = fitConfidence(checkedVerdicts(heldOut, thresholds, labels));
  const found = totals(heldOut, thresholds, confidence);
  console.log(
    name,
    `${examples.length} replies, ${ids.length} entries, held out by entry:`,
    summarise(heldOut, thresholds, confidence),
  );
  for (const kind of new Set(examples.map((one) => one.reply.kind))) {
    const of = found.filter((_, index) => heldOut[index]?.reply.kind === kind);
    const gold = heldOut.filter((one) => one.reply.kind === kind).map((one) => one.reply.gold);
    console.log(
      `  ${kind.padEnd(8)} n ${of.length} gold ${mean(gold).toFixed(2)} total ${mean(of).toFixed(2)}`,
    );
  }
  return { weights: fit(examples), thresholds, confidence };
}

/** What becomes of replies to a section when the weights have seen nothing of it. */
function leaveOutSections(
  name: string,
  examples: readonly Example[],
  { thresholds, confidence }: Calibration,
): void {
  const sectionOf = (one: { readonly reply: { readonly id: string } }) =>
    one.reply.id.split('/').slice(0, -1).join('/');
  const sections = [...new Set(examples.map(sectionOf))].sort();
  const all: Judged[] = [];
  for (const section of sections) {
    const weights = fit(examples.filter((one) => sectionOf(one) !== section));
    const judged = judge(
      examples.filter((one) => sectionOf(one) === section),
      weights,
    );
    all.push(...judged);
    const gold = judged.map((one) => one.reply.gold);
    const found = totals(judged, thresholds, confidence);
    console.log(
      `${name}, without ${section}: n ${judged.length}, Pearson ${(pearson(gold, found) ?? 0).toFixed(3)}, ` +
        `gold ${mean(gold).toFixed(2)}, total ${mean(found).toFixed(2)}`,
    );
  }
  console.log(`${name}, every section unseen:`, summarise(all, thresholds, confidence));
}

/** The numbers of a calibration in a fixed order. */
function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(numbersOf);
}

const started = performance.now();
const config = loadConfig();
const corpus = await loadCorpus(config.folders.corpus);
const opened = await openGrading(config);
const embeddings = new RecentEmbeddings(opened.embeddings, 100_000);
const replies = await trainingReplies();
const labels = await trainingLabels();
const entries = new Map(corpus.entries.map((entry) => [entry.id, entry]));
const bare = new Map(
  corpus.entries.map((entry) => [
    entry.id,
    { ...entry, keyPoints: entry.keyPoints.map((point) => ({ ...point, statements: [] })) },
  ]),
);
const taught = await examplesOf(replies, entries, embeddings);
const untaught = await examplesOf(replies, bare, embeddings);
const withStatements = calibrate('with statements', taught, labels);
const withoutStatements = calibrate('without statements', untaught, labels);
await opened.close();
if (process.argv.includes('--sections')) {
  leaveOutSections('with statements', taught, withStatements);
  leaveOutSections('without statements', untaught, withoutStatements);
}
console.log(`${((performance.now() - started) / 1000).toFixed(0)} s`);
if (process.argv.includes('--check')) {
  const written = numbersOf([shipped.withStatements, shipped.withoutStatements]);
  const now = numbersOf([withStatements, withoutStatements]);
  const apart = Math.max(...now.map((value, index) => Math.abs(value - (written[index] ?? Infinity))));
  console.log(`the farthest number lies ${apart.toFixed(4)} from the written one; ${tolerance} is allowed`);
  if (apart > tolerance) process.exitCode = 1;
}
if (process.argv.includes('--write')) {
  const text = `// Written by eval/grading/calibrate.ts; do not edit by hand.
import type { Calibration } from './statement-model.ts';

/** For entries with labelled statements. */
export const withStatements: Calibration = ${JSON.stringify(withStatements, null, 2)};

/** For entries without. */
export const withoutStatements: Calibration = ${JSON.stringify(withoutStatements, null, 2)};
`;
  writeFileSync(join(packageRoot, 'src', 'grading', 'calibration.ts'), text);
  console.log('wrote src/grading/calibration.ts');
}
