/** Executes what the coach asks for: grades, answers, looks up a topic, judges a second time. */
import type { Answerer } from '../answering/answerer.ts';
import type {
  Effect,
  EffectResult,
  Failure,
  GradeEffect,
  Material,
  RejudgeEffect,
} from '../coach/effects.ts';
import type { FailureKind } from '../coach/texts/texts.ts';
import type { Entry } from '../corpus/entry.ts';
import { isAbort, VivaError, type ErrorCode } from '../errors.ts';
import type { AnswerStage } from '../protocol.ts';
import { GraderAppeals, type AppealJudge } from '../grading/appeals.ts';
import type { Grader, GradeRequest } from '../grading/grader.ts';
import type { Retriever } from '../retrieval/retriever.ts';
import type { Phraser } from '../talk/phraser.ts';

export interface EffectDeps {
  readonly grader: Grader;
  /** Judges what is disputed; default: `grader`, as it is. */
  readonly appeals?: AppealJudge;
  readonly answerer: Answerer;
  readonly retriever: Retriever;
  /** Words hints and clarifications; default: the coach does. */
  readonly phraser?: Phraser | undefined;
  /** Told of every failure that a candidate sees only in words. */
  readonly onFailure?: (error: unknown, effect: Effect['type']) => void;
}

export interface EffectOptions {
  readonly signal: AbortSignal;
  readonly onDelta?: (text: string) => void;
  readonly onStage?: (stage: AnswerStage) => void;
}

/** Most entries looked at for a topic. */
const topicHits = 30;

/**
 * The effect's result; a failure comes back as a result too, because the coach says it in words.
 * @throws VivaError `aborted` when the signal was raised, and nothing else.
 */
export async function runEffect(
  effect: Effect,
  material: Material,
  deps: EffectDeps,
  options: EffectOptions,
): Promise<EffectResult> {
  try {
    const result = await execute(effect, material, deps, options);
    options.signal.throwIfAborted();
    return result;
  } catch (error) {
    if (options.signal.aborted || isAbort(error)) {
      throw new VivaError('aborted', 'The turn was stopped before it was done; the message is kept.', {
        cause: error,
      });
    }
    deps.onFailure?.(error, effect.type);
    return failure(error, effect, deps);
  }
}

async function execute(
  effect: Effect,
  material: Material,
  deps: EffectDeps,
  options: EffectOptions,
): Promise<EffectResult> {
  const { signal, onDelta, onStage } = options;
  switch (effect.type) {
    case 'grade':
      return { type: 'graded', grade: await deps.grader.grade(gradeRequest(effect, material, signal)) };
    case 'answer': {
      const { question, lang, openEntryId, results } = effect;
      const answer = await deps.answerer.answer({
        question,
        lang,
        openEntryId,
        results,
        signal,
        ...(onDelta ? { onDelta } : {}),
        ...(onStage ? { onStage } : {}),
      });
      return { type: 'answered', answer };
    }
    case 'find-topic': {
      const { module, section, kinds, difficulty } = effect.request;
      const accept = (id: string) => {
        const entry = material.get(id);
        if (!entry) return false;
        if (module !== undefined && entry.module !== module) return false;
        if (section !== undefined && entry.section !== section) return false;
        if (kinds && !kinds.includes(entry.kind)) return false;
        return !difficulty || (entry.difficulty >= difficulty.min && entry.difficulty <= difficulty.max);
      };
      const found = await deps.retriever.retrieve(effect.words, effect.lang, {
        limit: topicHits,
        accept,
        signal,
      });
      const hits = found.map((entry) => {
        const similarities = entry.hits.flatMap(({ similarity }) =>
          similarity === null ? [] : [similarity],
        );
        return {
          entryId: entry.entryId,
          similarity: similarities.length > 0 ? Math.max(...similarities) : null,
        };
      });
      return { type: 'found', hits };
    }
    case 'phrase': {
      const { type: _, purpose, entryId, local: _local, ...request } = effect;
      const entry = entryOf(material, entryId);
      const phrased = await deps.phraser?.phrase({ ...request, kind: purpose, entry, signal });
      return { type: 'phrased', phrased: phrased ?? null };
    }
    case 'rejudge':
      return rejudge(effect, material, deps, signal);
  }
}

/** What a judge is asked about a reply. @throws VivaError `entry-not-found` */
export function gradeRequest(effect: GradeEffect, material: Material, signal?: AbortSignal): GradeRequest {
  return {
    entry: entryOf(material, effect.entryId),
    reply: effect.reply,
    lang: effect.lang,
    ...(signal ? { signal } : {}),
    // A main question needs no words beside the entry's own.
    ...(effect.scope === 'follow-up' ? { question: effect.question } : {}),
    ...(effect.keyPointIds ? { keyPointIds: effect.keyPointIds } : {}),
  };
}

async function rejudge(
  effect: RejudgeEffect,
  material: Material,
  deps: EffectDeps,
  signal: AbortSignal,
): Promise<EffectResult> {
  const { keyPointId, before, replies, argument, lang } = effect;
  const judge = deps.appeals ?? new GraderAppeals(deps.grader);
  const entry = entryOf(material, effect.entryId);
  const opinion = await judge.judge({ entry, keyPointId, before, replies, argument, lang, signal });
  return { type: 'rejudged', ...opinion };
}

function entryOf(material: Material, id: string): Entry {
  const entry = material.get(id);
  if (!entry) throw new VivaError('entry-not-found', `No entry ${id} in the material.`);
  return entry;
}

const kinds: Partial<Record<ErrorCode, FailureKind>> = {
  timeout: 'timeout',
  'llm-failed': 'model-away',
  'model-budget': 'model-away',
  'llm-invalid-output': 'model-away',
  'rate-limited': 'model-away',
  overloaded: 'model-away',
  'embedding-failed': 'local',
  'model-missing': 'local',
  'model-corrupt': 'local',
};

function failure(error: unknown, effect: Effect, deps: EffectDeps): Failure {
  const kind = error instanceof VivaError ? (kinds[error.code] ?? 'other') : 'other';
  return { type: 'failed', kind, judge: effect.type === 'grade' ? deps.grader.id : 'coach' };
}
