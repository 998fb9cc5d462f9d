/** Grades a reply without a language model: clauses → verifier → verdicts with spans → arithmetic. */
import type { Entry, KeyPoint } from '../corpus/entry.ts';
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import { VivaError } from '../errors.ts';
import type { AssertedMisconception, Grade, Lang, Verdict } from '../protocol.ts';
import { totalOf } from './arithmetic.ts';
import type { Clause } from './clauses.ts';
import { calibratedConfidence } from './confidence.ts';
import { decide, type Decision } from './decide.ts';
import type { GradeRequest, Grader } from './grader.ts';
import { assertedMisconceptions, type Assertion } from './misconceptions.ts';
import { overlaps } from './overlaps.ts';
import { replyWindows } from './reply-windows.ts';
import type { Calibration } from './statement-model.ts';
import type { Teaching } from './teaching.ts';
import type { Verifier } from './verifier.ts';

export interface LocalGraderOptions {
  readonly verifier: Verifier & { teaching(entry: Entry): Promise<Teaching> };
  readonly embeddings: VivaEmbeddings;
  readonly withStatements: Pick<Calibration, 'thresholds' | 'confidence'>;
  readonly withoutStatements: Pick<Calibration, 'thresholds' | 'confidence'>;
}

export class LocalGrader implements Grader {
  readonly id: string;
  readonly #options: LocalGraderOptions;

  constructor(options: LocalGraderOptions) {
    this.#options = options;
    this.id = options.verifier.id;
  }

  async grade(request: GradeRequest): Promise<Grade> {
    const { entry, reply, lang, signal } = request;
    const { verifier, embeddings } = this.#options;
    if (signal?.aborted) throw new VivaError('aborted', 'Grading was stopped before it began.');
    const points = entry.keyPoints.filter((point) => request.keyPointIds?.includes(point.id) ?? true);
    const windows = replyWindows(entry, reply, request.question);

    const claims = points.flatMap((keyPoint) => windows.map((clause) => ({ keyPoint, clause })));
    const probabilities = await verifier.judge(
      entry,
      request.question ?? entry.question[lang],
      claims,
      signal,
    );
    const decisions = points.map((point, row) =>
      decide(
        windows.flatMap((clause, column) => {
          const found = probabilities[row * windows.length + column];
          return found ? [{ clause, probabilities: found }] : [];
        }),
        this.#calibrationOf(point).thresholds,
      ),
    );

    const vectors = await embeddings.embed(
      windows.map((clause) => clause.text),
      { kind: 'query', signal },
    );
    const teaching = await verifier.teaching(entry);
    const assertions = assertedMisconceptions(
      windows.flatMap((clause, index) => {
        const vector = vectors[index];
        return vector ? [{ clause, vector }] : [];
      }),
      entry.misconceptions,
      teaching.misconceptions,
    );
    const surenesses = decisions.map(({ raw, curve }, row) => {
      const point = points[row];
      return point ? calibratedConfidence(raw, this.#calibrationOf(point).confidence[curve]) : raw;
    });
    return assemble(this.id, points, decisions, surenesses, assertions, lang);
  }

  #calibrationOf(point: KeyPoint): Pick<Calibration, 'thresholds' | 'confidence'> {
    return point.statements.length > 0 ? this.#options.withStatements : this.#options.withoutStatements;
  }
}

function assemble(
  judge: string,
  points: readonly KeyPoint[],
  decisions: readonly Decision[],
  surenesses: readonly number[],
  assertions: readonly Assertion[],
  lang: Lang,
): Grade {
  const verdicts: Verdict[] = points.map((point, index) => {
    const decision = decisions[index] ?? { value: 'missing' as const, clause: null };
    return {
      keyPointId: point.id,
      claim: point[lang],
      weight: point.weight,
      value: decision.value,
      confidence: round(surenesses[index] ?? 0),
      replySpan: decision.clause ? spanOf(decision.clause) : null,
      referenceSpan: { lang, ...point.reference[lang] },
    };
  });
  const refuted = verdicts.filter((verdict) => verdict.value === 'contradicted');
  // Words that make a key point are not the error that lies near it: an accusation must be right.
  const covering = verdicts.filter((verdict) => verdict.value === 'covered');
  const believed = assertions.filter(
    ({ clause }) => !covering.some((verdict) => verdict.replySpan && overlaps(verdict.replySpan, clause)),
  );
  const misconceptions: AssertedMisconception[] = believed.map(({ misconception, clause, confidence }) => ({
    misconceptionId: misconception.id,
    belief: misconception[lang],
    correction: misconception.correction[lang],
    replySpan: spanOf(clause),
    // A contradicted key point at the same place has cost its weight already.
    cost: refuted.some((verdict) => verdict.replySpan && overlaps(verdict.replySpan, clause))
      ? 0
      : misconception.weight,
    confidence: round(confidence),
  }));
  const penalties = misconceptions.reduce((sum, one) => sum + one.cost, 0);
  return { state: 'graded', total: totalOf(verdicts, penalties), verdicts, misconceptions, judge };
}

function spanOf(clause: Clause) {
  return { start: clause.start, end: clause.end, text: clause.text };
}

function round(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;
}
