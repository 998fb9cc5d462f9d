/** Replies that wait for a judge, or for a better one than has graded them: graded after the turn, one after the other. */
import type { GradeEffect } from '../coach/effects.ts';
import { waitingReplies } from '../coach/grading.ts';
import { resolveRegrade } from '../coach/resolve.ts';
import type { CoachState } from '../coach/state.ts';
import { isAbort } from '../errors.ts';
import type { NewEvent } from '../protocol.ts';
import type { EngineDeps, TurnHooks } from './engine.ts';
import { gradeWaiting, type RefineDeps } from './grade-twice.ts';
import type { Refinements } from './refinements.ts';
import { runEffect } from './run-effect.ts';
import type { Slot } from './slots.ts';

/** Attempts of one process at grading a reply that could not be graded. */
const regradeAttempts = 3;

export interface WaitingReplyDeps {
  readonly deps: EngineDeps;
  /** null without a chat model. */
  readonly refining: () => RefineDeps | null;
  readonly refinements: Refinements;
  readonly load: (sessionId: string, slot: Slot) => Promise<CoachState>;
  readonly append: (
    sessionId: string,
    slot: Slot,
    state: CoachState,
    events: readonly NewEvent[],
    hooks: TurnHooks,
  ) => Promise<CoachState>;
}

/** Grades all waiting replies of a session, in its slot; stops when a new message comes or the judge is away. */
export function waitingReplyGrader({ deps, refining, refinements, load, append }: WaitingReplyDeps) {
  return async (sessionId: string, slot: Slot, hooks: TurnHooks): Promise<void> => {
    const material = deps.entries();
    let state = await load(sessionId, slot);
    for (const effect of waitingReplies(state, material)) {
      const failures = slot.attempts.get(effect.replySeq) ?? 0;
      if (failures >= regradeAttempts) continue;
      // oxlint-disable-next-line no-await-in-loop -- the oldest first: while the judge is away the others need not ask
      const events = await regrade(sessionId, slot, state, effect);
      // A new message came first, or the judge is still away: the others would wait for the same failure.
      if (events === null) return;
      slot.attempts.set(effect.replySeq, failures + 1);
      if (events.length === 0) return;
      // oxlint-disable-next-line no-await-in-loop
      state = await append(sessionId, slot, state, events, hooks);
      refinements.forget(sessionId, effect.replySeq);
    }
  };

  async function regrade(
    sessionId: string,
    slot: Slot,
    state: CoachState,
    effect: GradeEffect,
  ): Promise<readonly NewEvent[] | null> {
    const material = deps.entries();
    const controller = new AbortController();
    slot.regrading = controller;
    try {
      const { signal } = controller;
      const second = refining();
      const result = second
        ? await gradeWaiting({ sessionId, effect, material }, second, refinements, signal)
        : await runEffect(effect, material, deps, { signal });
      return resolveRegrade(state, effect, result, material, deps.seedOf(sessionId));
    } catch (error) {
      if (isAbort(error)) return null;
      throw error;
    } finally {
      slot.regrading = null;
    }
  }
}
