/**
 * A reply graded in two steps: the local judge's grade is stored and shown at once, a chat model's reading replaces it when
 * it comes. Who waits too long goes on with the first; the reading is stored later then.
 */
import type { EffectResult, GradeEffect, Material } from '../coach/effects.ts';
import { gradeOf } from '../coach/grading.ts';
import { resolve, resolveCancelled, resolveFirstLook, resolveFirstLookStands } from '../coach/resolve.ts';
import type { CoachState } from '../coach/state.ts';
import { isAbort } from '../errors.ts';
import type { Refinement, Refiner } from '../grading/grader.ts';
import { inModelScope } from '../llm/model-scope.ts';
import type { NewEvent } from '../protocol.ts';
import { outcomeOf, type TalkOutcome } from '../talk/outcomes.ts';
import { checkFollowUp, type FollowUpDeps } from './check-follow-up.ts';
import { stoppedByCandidate, withSignal } from './interruptions.ts';
import { inTime, type Refinements } from './refinements.ts';
import { gradeRequest, runEffect, type EffectDeps } from './run-effect.ts';
import type { Slot } from './slots.ts';

export interface RefineDeps extends EffectDeps, FollowUpDeps {
  readonly refiner: Refiner;
  /** How long a turn waits for the chat model, ms. */
  readonly refineWithinMs: number;
}

/** How long a turn waits for a chat model before it goes on with the local grade, ms. */
const defaultRefineWithinMs = 8_000;

/** null without a chat model. */
export function refineDepsOf(
  deps: EffectDeps & FollowUpDeps & { readonly refiner?: Refiner | null; readonly refineWithinMs?: number },
): RefineDeps | null {
  const { refiner, refineWithinMs = defaultRefineWithinMs } = deps;
  return refiner ? { ...deps, refiner, refineWithinMs } : null;
}

export interface GradingTurn {
  readonly sessionId: string;
  readonly slot: Slot;
  readonly state: CoachState;
  readonly effect: GradeEffect;
  readonly material: Material;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  /** Stores events and shows them. */
  readonly append: (state: CoachState, events: readonly NewEvent[]) => Promise<CoachState>;
  /** Called when the reading came after the turn was over. */
  readonly onLate: () => void;
}

/**
 * Grades a reply and ends the turn; goes on where an earlier process stopped between the two steps.
 * @throws VivaError `aborted` when the caller went away: the message is still pending then
 */
export async function gradeTwice(
  turn: GradingTurn,
  deps: RefineDeps,
  refinements: Refinements,
): Promise<CoachState> {
  const { slot, state, effect, material, seed, append } = turn;
  let local: EffectResult;
  try {
    local = await withSignal(slot, turn.signal, (signal) => runEffect(effect, material, deps, { signal }));
  } catch (error) {
    if (stoppedByCandidate(error)) return append(state, resolveCancelled(state, material, seed));
    throw error;
  }
  if (local.type !== 'graded' || local.grade.state === 'ungraded')
    return append(state, resolve(state, effect, local, material, seed));
  const first = { ...local.grade, state: 'provisional', awaits: deps.refiner.id } as const;
  const shown =
    gradeOf(state, effect.replySeq) === null
      ? await append(state, resolveFirstLook(state, effect, first, material, seed))
      : state;
  const events = await secondLook(turn, shown, local, deps, refinements);
  const stored = await append(shown, events);
  if (events.some((event) => event.type === 'reply.graded'))
    refinements.forget(turn.sessionId, effect.replySeq);
  return stored;
}

async function secondLook(
  turn: GradingTurn,
  state: CoachState,
  local: Extract<EffectResult, { type: 'graded' }>,
  deps: RefineDeps,
  refinements: Refinements,
): Promise<readonly NewEvent[]> {
  const { slot, effect, material, seed } = turn;
  /** `why`: the reason that a follow-up, if one comes, is in the coach's own words; null when the candidate wants it so. */
  const stands = (why: TalkOutcome | null) => {
    const events = resolveFirstLookStands(state, material, seed);
    const follows = events.some((event) => event.type === 'question.asked' && event.kind === 'follow-up');
    if (follows && why !== null) deps.onTalk?.('follow-up', why);
    return events;
  };
  const reading = begin(turn, local, deps, refinements);
  try {
    return await withSignal(slot, turn.signal, async (signal) => {
      const refined = await inTime(reading, deps.refineWithinMs, signal);
      if (refined === null) {
        reading.then(turn.onLate, () => undefined);
        return stands('late');
      }
      const { grade, proposal } = refined;
      const result = { type: 'graded', grade, ...(proposal ? { proposedFollowUp: proposal } : {}) } as const;
      const checked = await checkFollowUp(state, material, effect, result, deps, signal);
      return resolve(state, effect, checked, material, seed);
    });
  } catch (error) {
    // Whoever does not want to wait has a grade already.
    if (stoppedByCandidate(error)) {
      reading.then(turn.onLate, () => undefined);
      return stands(null);
    }
    if (isAbort(error)) throw error;
    deps.onFailure?.(error, 'grade');
    return stands(outcomeOf(error));
  }
}

/** The reading goes on when the turn is stopped: it is paid for, and its grade is stored when it comes. */
function begin(
  { sessionId, effect, material }: Pick<GradingTurn, 'sessionId' | 'effect' | 'material'>,
  local: Extract<EffectResult, { type: 'graded' }>,
  deps: Pick<RefineDeps, 'refiner'>,
  refinements: Refinements,
): Promise<Refinement> {
  return refinements.of(sessionId, effect.replySeq, () =>
    inModelScope(sessionId, () => deps.refiner.refine(gradeRequest(effect, material), local.grade)),
  );
}

/**
 * The grade of a waiting reply: the chat model's, or the local one while it is away.
 * @throws VivaError `aborted` when the signal was raised
 */
export async function gradeWaiting(
  waiting: Pick<GradingTurn, 'sessionId' | 'effect' | 'material'>,
  deps: RefineDeps,
  refinements: Refinements,
  signal: AbortSignal,
): Promise<EffectResult> {
  const local = await runEffect(waiting.effect, waiting.material, deps, { signal });
  if (local.type !== 'graded' || local.grade.state === 'ungraded') return local;
  try {
    const refined = await inTime(begin(waiting, local, deps, refinements), longestReading, signal);
    if (refined) return { type: 'graded', grade: refined.grade };
  } catch (error) {
    if (isAbort(error) || signal.aborted) throw error;
    deps.onFailure?.(error, 'grade');
  }
  return { type: 'graded', grade: { ...local.grade, state: 'provisional', awaits: deps.refiner.id } };
}

/** A chat model ends by its own time limits before this, ms. */
const longestReading = 30 * 60_000;
