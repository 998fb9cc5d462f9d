/**
 * Fits the leak check on even-numbered entries and writes `src/grading/leak-weights.ts`.
 *
 *   npx tsx eval/leaks/calibrate.ts [--write]
 *
 * What a text says is what its most telling piece says, and which piece that is follows from the weights: so they are
 * fitted by turns, pieces and weights, by logistic regression. A statement counts without itself, as what a model says
 * stands in no list. The threshold lets 95.5 % of the corpus's hints, follow-ups and questions pass.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openGrading } from '../../src/cli/graders-and-answerers.ts';
import { loadConfig, packageRoot } from '../../src/config.ts';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';
import { frames, isEven, leakCases, type LeakCase } from '../../src/eval/leak-cases.ts';
import { createLeakCheck } from '../../src/grading/create-local-grader.ts';
import {
  givenNumber,
  leakEvidenceNames,
  verbatimRun,
  type LeakWeights,
} from '../../src/grading/leak-evidence.ts';
import { sigmoid, weigh } from '../../src/grading/statement-model.ts';

const passShare = 0.955;
const turns = 4;
const steps = 600;
const rate = 2;
const ridge = 5e-4;

interface Example {
  readonly one: LeakCase;
  /** Evidence of every piece; for a leak against its own key point, else against each. */
  readonly candidates: readonly (readonly (readonly number[])[])[];
  /** Caught by run or number already. */
  readonly plain: boolean;
}

async function gather(): Promise<Example[]> {
  const config = loadConfig();
  const { entries } = await loadCorpus(config.folders.corpus);
  const opened = await openGrading(config);
  const check = createLeakCheck(opened.embeddings);
  const examples: Example[] = [];
  for (const entry of entries.filter(isEven)) {
    for (const one of leakCases(entry, frames.chosen, 1)) {
      if (one.kind === 'statement') continue;
      const points = one.entry.keyPoints.filter(({ id }) => one.keyPointId === null || id === one.keyPointId);
      const statings = await check.evidence({
        entry: one.entry,
        text: one.text,
        unmet: points.map(({ id }) => id),
      });
      const known = [entry.question.zh, entry.question.en];
      examples.push({
        one,
        candidates: points.map(({ id }) =>
          statings.filter(({ keyPointId }) => keyPointId === id).map(({ evidence }) => evidence),
        ),
        plain: points.some(
          (point) =>
            verbatimRun(one.text, point, known) !== null || givenNumber(one.text, point, known) !== null,
        ),
      });
    }
  }
  await opened.close();
  return examples;
}

interface Row {
  readonly evidence: readonly number[];
  readonly leak: boolean;
}

/** Logistic regression over standardised evidence; both classes weigh the same. */
function fit(rows: readonly Row[]): { weights: number[]; bias: number } {
  const width = leakEvidenceNames.length;
  const means = Array.from({ length: width }, (_, at) =>
    average(rows.map(({ evidence }) => evidence[at] ?? 0)),
  );
  const spreads = means.map(
    (mean, at) => Math.sqrt(average(rows.map(({ evidence }) => ((evidence[at] ?? 0) - mean) ** 2))) || 1,
  );
  const scaled = rows.map(({ evidence }) =>
    evidence.map((value, at) => (value - (means[at] ?? 0)) / (spreads[at] ?? 1)),
  );
  const leaks = rows.filter(({ leak }) => leak).length;
  const weights = Array.from({ length: width }, () => 0);
  let bias = 0;
  for (let step = 0; step < steps; step++) {
    const slope = Array.from({ length: width }, () => 0);
    let biasSlope = 0;
    for (const [index, { leak }] of rows.entries()) {
      const values = scaled[index] ?? [];
      const error =
        (sigmoid(weigh(weights, values) + bias) - Number(leak)) *
        (0.5 / (leak ? leaks : rows.length - leaks));
      for (let at = 0; at < width; at++) slope[at] = (slope[at] ?? 0) + error * (values[at] ?? 0);
      biasSlope += error;
    }
    for (let at = 0; at < width; at++)
      weights[at] = (weights[at] ?? 0) - rate * ((slope[at] ?? 0) + ridge * (weights[at] ?? 0));
    bias -= rate * biasSlope;
  }
  const raw = weights.map((weight, at) => weight / (spreads[at] ?? 1));
  return { weights: raw, bias: bias - raw.reduce((sum, weight, at) => sum + weight * (means[at] ?? 0), 0) };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

const examples = await gather();
/** Before anything is fitted: how much a piece is about the point, by verifier and vectors. */
let score = (evidence: readonly number[]) => (evidence[0] ?? 0) + (evidence[1] ?? 0);
const most = (of: readonly (readonly number[])[]) =>
  of.reduce<readonly number[]>(
    (best, one) => (best.length === 0 || score(one) > score(best) ? one : best),
    [],
  );
let fitted = { weights: [] as number[], bias: 0 };
for (let turn = 0; turn < turns; turn++) {
  const rows = examples.flatMap(({ one, candidates }): Row[] =>
    candidates
      .map(most)
      .filter((evidence) => evidence.length > 0)
      .toSorted((a, b) => score(b) - score(a))
      .slice(0, one.keyPointId === null ? 2 : 1)
      .map((evidence) => ({ evidence, leak: one.keyPointId !== null })),
  );
  fitted = fit(rows);
  const { weights, bias } = fitted;
  score = (evidence) => weigh(weights, evidence) + bias;
}
const scored = examples.map(({ one, candidates, plain }) => ({
  one,
  value: plain
    ? Infinity
    : Math.max(-Infinity, ...candidates.map((of) => (of.length === 0 ? -Infinity : score(most(of))))),
}));
const passing = scored
  .filter(({ one }) => one.keyPointId === null)
  .map(({ value }) => value)
  .toSorted((a, b) => a - b);
const round = (value: number) => Math.round(value * 1e4) / 1e4;
const found: LeakWeights = {
  weights: fitted.weights.map(round),
  bias: round(fitted.bias),
  threshold: round(passing[Math.floor(passShare * passing.length)] ?? 0),
};
for (const [at, name] of leakEvidenceNames.entries())
  console.log((found.weights[at] ?? 0).toFixed(3).padStart(8), name);
for (const kind of new Set(scored.map(({ one }) => one.kind))) {
  const of = scored.filter(({ one }) => one.kind === kind);
  const over = average(of.map(({ value }) => Number(value >= found.threshold)));
  console.log(kind.padEnd(18), `n ${of.length}, over the threshold ${over.toFixed(3)}`);
}
if (process.argv.includes('--write')) {
  const text = `// Written by eval/leaks/calibrate.ts; do not edit by hand.
import type { LeakWeights } from './leak-evidence.ts';

export const leakWeights: LeakWeights = ${JSON.stringify(found, null, 2)};
`;
  writeFileSync(join(packageRoot, 'src', 'grading', 'leak-weights.ts'), text);
  console.log('wrote src/grading/leak-weights.ts; run prettier over it');
}
