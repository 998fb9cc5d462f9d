/**
 * Fits the statement verifier on training and development replies and writes `src/grading/calibration.ts`.
 *
 *   npx tsx eval/grading/calibrate.ts [--write]
 *
 * Reads lines with split "train" or "dev" of eval/grading/*.jsonl (the same entries) and nothing of the test half. Weights are fitted by
 * least squares between gold and a soft total, in six folds by entry; the thresholds are chosen on the
 * held-out folds; the weights that are written are then fitted on all development replies.
 * Entries with their statements removed are fitted the same way, for banks that have none.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openGrading } from '../../src/cli/graders-and-answerers.ts';
import { loadConfig, packageRoot } from '../../src/config.ts';
import type { Entry } from '../../src/corpus/entry.ts';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';
import { RecentEmbeddings } from '../../src/embedding/recent-embeddings.ts';
import { mean } from '../../src/eval/bootstrap.ts';
import { pearson } from '../../src/eval/correlation.ts';
import { gradingCaseSchema, type GradingCase } from '../../src/eval/grading-eval.ts';
import { readJsonl } from '../../src/eval/jsonl.ts';
import { fullMarksShare, totalOf } from '../../src/grading/arithmetic.ts';
import type { Clause } from '../../src/grading/clauses.ts';
import { decide } from '../../src/grading/decide.ts';
import { readClauses } from '../../src/grading/clause-reading.ts';
import { evidenceNames, gatherEvidence, type Evidence } from '../../src/grading/evidence.ts';
import {
  probabilitiesOf,
  sigmoid,
  weigh,
  type Calibration,
  type StatementWeights,
  type VerdictThresholds,
} from '../../src/grading/statement-model.ts';
import { replyWindows } from '../../src/grading/reply-windows.ts';
import { teach } from '../../src/grading/teaching.ts';

/** A reply as the fit sees it: for each key point, the evidence of every clause window. */
interface Example {
  readonly reply: GradingCase;
  readonly points: readonly { weight: number; windows: readonly { clause: Clause; evidence: Evidence }[] }[];
}

const folds = 6;
const steps = 300;
const learningRate = 0.03;
const ridge = 0.01;

async function trainingReplies(): Promise<GradingCase[]> {
  const folder = join(packageRoot, 'eval', 'grading');
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort();
  const lines = await Promise.all(files.map((name) => readJsonl(join(folder, name), gradingCaseSchema)));
  return lines
    .flat()
    .map(({ value }) => value)
    .filter(({ split }) => split === 'train' || split === 'dev');
}

async function examplesOf(
  replies: readonly GradingCase[],
  entries: ReadonlyMap<string, Entry>,
  embeddings: RecentEmbeddings,
): Promise<Example[]> {
  const examples: Example[] = [];
  for (const reply of replies) {
    const entry = entries.get(reply.id);
    if (!entry) continue;
    const teaching = await teach(entry, embeddings);
    const windows = replyWindows(entry, reply.answer);
    const readings = await readClauses(windows, teaching, embeddings);
    examples.push({
      reply,
      points: [...teaching.points.values()].map((point) => ({
        weight: point.keyPoint.weight,
        windows: windows.flatMap((clause) => {
          const reading = readings.get(clause);
          return reading ? [{ clause, evidence: gatherEvidence(reading, point, teaching) }] : [];
        }),
      })),
    });
  }
  return examples;
}

const touchSize = evidenceNames.touch.length;
const rightSize = evidenceNames.right.length;

/** Parameters as one vector: touch, its bias, right, its bias, vague, its bias. */
function unpack(theta: readonly number[]): StatementWeights {
  const at = touchSize + 1 + rightSize;
  return {
    touch: theta.slice(0, touchSize),
    touchBias: theta[touchSize] ?? 0,
    right: theta.slice(touchSize + 1, at),
    rightBias: theta[at] ?? 0,
    vague: theta[at + 1] ?? 0,
    vagueBias: theta[at + 2] ?? 0,
  };
}

/** Adds d(credit or contradiction of one window)/dθ · scale to `gradient`. */
function addGradient(
  gradient: number[],
  weights: StatementWeights,
  evidence: Evidence,
  scale: number,
  forCredit: boolean,
) {
  const touch = sigmoid(weigh(weights.touch, evidence.touch) + weights.touchBias);
  const right = sigmoid(weigh(weights.right, evidence.right) + weights.rightBias);
  const vague = sigmoid(weights.vague * evidence.vague + weights.vagueBias);
  const keep = 1 - vague / 2;
  const dTouch = scale * touch * (1 - touch) * (forCredit ? right * keep : 1 - right);
  const dRight = scale * touch * right * (1 - right) * (forCredit ? keep : -1);
  const dVague = forCredit ? scale * touch * right * -0.5 * vague * (1 - vague) : 0;
  for (const [index, value] of evidence.touch.entries())
    gradient[index] = (gradient[index] ?? 0) + dTouch * value;
  gradient[touchSize] = (gradient[touchSize] ?? 0) + dTouch;
  const at = touchSize + 1;
  for (const [index, value] of evidence.right.entries())
    gradient[at + index] = (gradient[at + index] ?? 0) + dRight * value;
  gradient[at + rightSize] = (gradient[at + rightSize] ?? 0) + dRight;
  gradient[at + rightSize + 1] = (gradient[at + rightSize + 1] ?? 0) + dVague * evidence.vague;
  gradient[at + rightSize + 2] = (gradient[at + rightSize + 2] ?? 0) + dVague;
}

/** Adam on the squared error between gold and the soft total; feature weights stay non-negative. */
function fit(examples: readonly Example[]): StatementWeights {
  const size = touchSize + rightSize + 4;
  const theta: number[] = Array.from({ length: size }, (_, index) => (index < touchSize ? 0.5 : 0.3));
  theta[touchSize] = -0.1;
  theta[touchSize + 1 + rightSize] = 0.7;
  theta[size - 1] = -1;
  const first = theta.map(() => 0);
  const second = theta.map(() => 0);
  for (let step = 1; step <= steps; step++) {
    const weights = unpack(theta);
    const gradient = theta.map((value) => 2 * ridge * value);
    for (const { reply, points } of examples) {
      const all = points.reduce((sum, point) => sum + point.weight, 0);
      const terms: { evidence: Evidence; scale: number; forCredit: boolean }[] = [];
      let total = 0;
      for (const point of points) {
        let credit = 0;
        let contradiction = 0;
        let forIt: Evidence | null = null;
        let against: Evidence | null = null;
        for (const { evidence } of point.windows) {
          // Rules decide here, not weights.
          if (evidence.turned || evidence.clash !== 'none') continue;
          const found = probabilitiesOf(evidence, weights);
          const earned = found.covered + found.partial / 2;
          if (earned > credit) [credit, forIt] = [earned, evidence];
          if (found.contradicted > contradiction) [contradiction, against] = [found.contradicted, evidence];
        }
        const worse = contradiction > credit;
        const share = (10 * point.weight) / (fullMarksShare * all);
        total += share * (credit - (worse ? 0.5 * (contradiction - credit) : 0));
        if (forIt) terms.push({ evidence: forIt, scale: share * (worse ? 1.5 : 1), forCredit: true });
        if (against && worse) terms.push({ evidence: against, scale: share * -0.5, forCredit: false });
      }
      // More than full marks is full marks.
      const slope = total > 10 ? 0 : (2 * (total - reply.gold)) / 10 / examples.length;
      for (const term of terms)
        addGradient(gradient, weights, term.evidence, slope * term.scale, term.forCredit);
    }
    for (let index = 0; index < size; index++) {
      const slope = gradient[index] ?? 0;
      first[index] = 0.9 * (first[index] ?? 0) + 0.1 * slope;
      second[index] = 0.999 * (second[index] ?? 0) + 0.001 * slope * slope;
      const move =
        (learningRate * ((first[index] ?? 0) / (1 - 0.9 ** step))) /
        (Math.sqrt((second[index] ?? 0) / (1 - 0.999 ** step)) + 1e-8);
      const moved = (theta[index] ?? 0) - move;
      const free = index === touchSize || index >= touchSize + 1 + rightSize;
      theta[index] = free && index !== touchSize + 1 + rightSize + 1 ? moved : Math.max(0, moved);
    }
  }
  return unpack(theta.map((value) => Math.round(value * 1e4) / 1e4));
}

type Judged = { reply: GradingCase; points: { weight: number; judged: Parameters<typeof decide>[0] }[] };

function judge(examples: readonly Example[], weights: StatementWeights): Judged[] {
  return examples.map(({ reply, points }) => ({
    reply,
    points: points.map(({ weight, windows }) => ({
      weight,
      judged: windows.map(({ clause, evidence }) => ({
        clause,
        probabilities: probabilitiesOf(evidence, weights),
      })),
    })),
  }));
}

function totals(judged: readonly Judged[], thresholds: VerdictThresholds): number[] {
  return judged.map(({ points }) =>
    totalOf(points.map((point) => ({ weight: point.weight, value: decide(point.judged, thresholds).value }))),
  );
}

interface Summary {
  pearson: number;
  wrongLow: number;
  gamingLow: number;
  fullHigh: number;
  meanError: number;
  /** Share of the verdicts on full, good and variant replies that say `contradicted`. */
  accused: number;
}

function accusedShare(judged: readonly Judged[], thresholds: VerdictThresholds): number {
  const verdicts = judged
    .filter((one) => ['full', 'good', 'variant'].includes(one.reply.kind))
    .flatMap(({ points }) => points.map((point) => decide(point.judged, thresholds).value));
  return verdicts.filter((value) => value === 'contradicted').length / Math.max(1, verdicts.length);
}

function summarise(judged: readonly Judged[], thresholds: VerdictThresholds): Summary {
  const found = totals(judged, thresholds);
  // A reply that is half right by design is neither here nor there.
  const share = (kind: string, test: (total: number) => boolean) => {
    const of = found.filter(
      (_, index) => judged[index]?.reply.kind === kind && judged[index].reply.variant !== 'mixed',
    );
    return of.filter(test).length / Math.max(1, of.length);
  };
  const gold = judged.map((one) => one.reply.gold);
  return {
    pearson: pearson(gold, found) ?? 0,
    wrongLow: share('wrong', (total) => total <= 3),
    gamingLow: share('gaming', (total) => total <= 3),
    fullHigh: share('full', (total) => total >= 8),
    meanError:
      found.reduce((sum, value, index) => sum + Math.abs(value - (gold[index] ?? 0)), 0) / found.length,
    accused: accusedShare(judged, thresholds),
  };
}

/**
 * What the thresholds are chosen by: correlation, closeness, the three shares, and few right
 * candidates told that they are wrong.
 */
function worth(summary: Summary): number {
  const shares = [summary.wrongLow, summary.gamingLow, summary.fullHigh].reduce(
    (sum, value) => sum + value,
    0,
  );
  return summary.pearson + 0.5 * shares - 0.1 * summary.meanError - 2 * summary.accused;
}

const grid = {
  partial: [0.35, 0.4, 0.45, 0.5, 0.55, 0.6],
  gap: [0.05, 0.1, 0.15, 0.2, 0.25],
  contradicted: [0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7],
  contradictedOverCredit: [0.6, 0.8, 0.9, 1, 1.2, 1.5],
};

/** The middle of a plateau, not a lone peak: the setting whose neighbours on the grid do best with it. */
function chooseThresholds(judged: readonly Judged[]): VerdictThresholds {
  const worths = new Map<string, number>();
  const at = (p: number, g: number, c: number, o: number): VerdictThresholds | null => {
    const partial = grid.partial[p];
    const gap = grid.gap[g];
    const contradicted = grid.contradicted[c];
    const contradictedOverCredit = grid.contradictedOverCredit[o];
    if (partial === undefined || gap === undefined) return null;
    if (contradicted === undefined || contradictedOverCredit === undefined) return null;
    const covered = Math.round((partial + gap) * 100) / 100;
    return { covered, partial, contradicted, contradictedOverCredit };
  };
  const worthAt = (...place: [number, number, number, number]): number | null => {
    const thresholds = at(...place);
    if (!thresholds) return null;
    const key = place.join();
    const known = worths.get(key) ?? worth(summarise(judged, thresholds));
    worths.set(key, known);
    return known;
  };
  let best: { thresholds: VerdictThresholds; worth: number } | null = null;
  for (const p of grid.partial.keys()) {
    for (const g of grid.gap.keys()) {
      for (const c of grid.contradicted.keys()) {
        for (const o of grid.contradictedOverCredit.keys()) {
          const around = [
            [p, g, c, o],
            [p - 1, g, c, o],
            [p + 1, g, c, o],
            [p, g - 1, c, o],
            [p, g + 1, c, o],
            [p, g, c - 1, o],
            [p, g, c + 1, o],
            [p, g, c, o - 1],
            [p, g, c, o + 1],
          ].flatMap(([a = 0, b = 0, d = 0, e = 0]) => worthAt(a, b, d, e) ?? []);
          const level = mean(around);
          const thresholds = at(p, g, c, o);
          if (thresholds && (!best || level > best.worth)) best = { thresholds, worth: level };
        }
      }
    }
  }
  if (!best) throw new Error('no thresholds tried');
  return best.thresholds;
}

function calibrate(name: string, examples: readonly Example[]): Calibration {
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
  const found = totals(heldOut, thresholds);
  console.log(
    name,
    `${examples.length} replies, ${ids.length} entries, held out by entry:`,
    summarise(heldOut, thresholds),
  );
  for (const kind of new Set(examples.map((one) => one.reply.kind))) {
    const of = found.filter((_, index) => heldOut[index]?.reply.kind === kind);
    const gold = heldOut.filter((one) => one.reply.kind === kind).map((one) => one.reply.gold);
    console.log(
      `  ${kind.padEnd(8)} n ${of.length} gold ${mean(gold).toFixed(2)} total ${mean(of).toFixed(2)}`,
    );
  }
  return { weights: fit(examples), thresholds };
}

const config = loadConfig();
const corpus = await loadCorpus(config.folders.corpus);
const opened = await openGrading(config);
const embeddings = new RecentEmbeddings(opened.embeddings, 100_000);
const replies = await trainingReplies();
const entries = new Map(corpus.entries.map((entry) => [entry.id, entry]));
const bare = new Map(
  corpus.entries.map((entry) => [
    entry.id,
    { ...entry, keyPoints: entry.keyPoints.map((point) => ({ ...point, statements: [] })) },
  ]),
);
const withStatements = calibrate('with statements', await examplesOf(replies, entries, embeddings));
const withoutStatements = calibrate('without statements', await examplesOf(replies, bare, embeddings));
await opened.close();
if (process.argv.includes('--write')) {
  const text = `// Written by eval/grading/calibrate.ts; do not edit by hand.
import type { Calibration } from './statement-model.ts';

/** For entries with labelled statements. */
export const withStatements: Calibration = ${JSON.stringify(withStatements, null, 2)};

/** For entries without. */
export const withoutStatements: Calibration = ${JSON.stringify(withoutStatements, null, 2)};
`;
  writeFileSync(join(packageRoot, 'src', 'grading', 'calibration.ts'), text);
  console.log('wrote src/grading/calibration.ts; run prettier over it');
}
