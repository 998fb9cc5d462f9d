/** The replies that the judge is fitted on, as the fit sees them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/config.ts';
import type { Entry } from '../../src/corpus/entry.ts';
import type { VivaEmbeddings } from '../../src/embedding/viva-embeddings.ts';
import { gradingCaseSchema, type GradingCase } from '../../src/eval/grading-eval.ts';
import { readJsonl } from '../../src/eval/jsonl.ts';
import { verdictLabelSchema, type VerdictLabel } from '../../src/eval/verdict-eval.ts';
import { readClauses } from '../../src/grading/clause-reading.ts';
import type { Clause } from '../../src/grading/clauses.ts';
import { gatherEvidence, type Evidence } from '../../src/grading/evidence.ts';
import { replyWindows } from '../../src/grading/reply-windows.ts';
import { teach } from '../../src/grading/teaching.ts';

/** A reply as the fit sees it: for each key point, the evidence of every clause window. */
export interface Example {
  readonly reply: GradingCase;
  readonly points: readonly {
    id: string;
    weight: number;
    windows: readonly { clause: Clause; evidence: Evidence }[];
  }[];
}

export async function trainingReplies(): Promise<GradingCase[]> {
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

/** By the hash of the reply. */
export async function trainingLabels(): Promise<Map<string, VerdictLabel>> {
  const lines = await readJsonl(join(packageRoot, 'eval', 'verdicts', 'labels.jsonl'), verdictLabelSchema);
  return new Map(
    lines.filter(({ value }) => value.split !== 'test').map(({ value }) => [value.reply, value] as const),
  );
}

export async function examplesOf(
  replies: readonly GradingCase[],
  entries: ReadonlyMap<string, Entry>,
  embeddings: VivaEmbeddings,
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
        id: point.keyPoint.id,
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
