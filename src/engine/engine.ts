/** Runs interviews: executes what the coach decides against the event log, the graders, answers and retrieval. */
import { decide } from '../coach/decide.ts';
import type { Material, Step } from '../coach/effects.ts';
import { waitingReplies } from '../coach/grading.ts';
import type { Classification, IntentClassifier } from '../coach/intent.ts';
import { resolve, resolveCancelled } from '../coach/resolve.ts';
import { evolveNew, fold, initialState, pendingMessage, phaseOf, type CoachState } from '../coach/state.ts';
import { decideStart } from '../coach/topics.ts';
import type { Refiner } from '../grading/grader.ts';
import type {
  AnswerStage,
  Intent,
  Lang,
  Mode,
  NewEvent,
  Phase,
  PlanRequest,
  SessionEvent,
} from '../protocol.ts';
import type { EventLog } from '../sessions/event-log.ts';
import { checkFollowUp, type FollowUpDeps } from './check-follow-up.ts';
import { checkText } from './check-text.ts';
import { gradeTwice, refineDepsOf } from './grade-twice.ts';
import { cancelled, retryOnConflict, stoppedByCandidate, withSignal } from './interruptions.ts';
import { runEffect, type EffectDeps } from './run-effect.ts';
import { Refinements } from './refinements.ts';
import { newSlot, Slots, type Slot } from './slots.ts';
import { waitingReplyGrader } from './waiting-replies.ts';

export interface EngineDeps extends EffectDeps, FollowUpDeps {
  readonly log: EventLog;
  readonly classifier: IntentClassifier;
  /** The material as it is now; read anew for every turn, so that it may be reloaded. */
  readonly entries: () => Material;
  readonly newId: () => string;
  /** The seed of all of a session's choices. */
  readonly seedOf: (sessionId: string) => number;
  /** A chat model that reads a reply after `grader` has. */
  readonly refiner?: Refiner | null;
  /** How long a turn waits for `refiner`, ms; default 8,000. */
  readonly refineWithinMs?: number;
}

/** How a caller follows a turn; every hook may be left out. */
export interface TurnHooks {
  /** Raised when nobody waits any more: the effect stops, the stored message stays pending for `recover`. */
  readonly signal?: AbortSignal;
  /** Every stored event, in order, after it was stored. */
  readonly onEvent?: (event: SessionEvent) => void;
  /** Pieces of an answer while a model writes it. */
  readonly onDelta?: (text: string) => void;
  /** What is being done for an answer. */
  readonly onStage?: (stage: AnswerStage) => void;
  /** The message is stored as `seq`; `replayed` when it was before. */
  readonly onAck?: (seq: number, replayed: boolean) => void;
}

export interface IncomingMessage {
  readonly clientId: string;
  readonly text: string;
  /** What a button says the message is. */
  readonly intent?: Intent;
  readonly keyPointId?: string;
}

export interface Created {
  readonly sessionId: string;
  readonly events: readonly SessionEvent[];
  readonly phase: Phase;
}

export interface Engine {
  /** @throws VivaError `message-conflict` when there is a session with this `sessionId`; default: a new one. */
  createSession(options: {
    sessionId?: string;
    lang: Lang;
    mode: Mode;
    plan?: PlanRequest;
    tokenHash: string;
    signal?: AbortSignal;
  }): Promise<Created>;
  /** Stores and answers a message; a message id stored before is acknowledged again and answered once. */
  handleMessage(sessionId: string, message: IncomingMessage, hooks?: TurnHooks): Promise<Phase>;
  startInterview(
    sessionId: string,
    start: { id: string; mode?: Mode; plan: PlanRequest },
    hooks?: TurnHooks,
  ): Promise<Phase>;
  /** Answers a message that was stored and never answered, and grades replies that wait for a judge. */
  recover(sessionId: string, hooks?: TurnHooks): Promise<Phase>;
  /** Grades what waits for a judge, however often that has failed; gives how many replies wait still. */
  regrade(sessionId: string, hooks?: TurnHooks): Promise<number>;
  /** Stops the turn that is running; false when none is. The message counts as answered. */
  cancel(sessionId: string): boolean;
  /** Resolves when the session has nothing left to do here, waiting replies included. */
  idle(sessionId: string): Promise<void>;
}

export function createEngine(deps: EngineDeps): Engine {
  const slots = new Slots();
  const refinements = new Refinements();
  // Read anew each time: the chat model may be exchanged while the engine runs.
  const refining = () => refineDepsOf(deps);
  const gradeAllWaiting = waitingReplyGrader({ deps, refining, refinements, load, append });

  async function load(sessionId: string, slot: Slot): Promise<CoachState> {
    const known = slot.state ?? initialState;
    slot.state = fold(await deps.log.read(sessionId, known.seq), known);
    return slot.state;
  }

  async function append(
    sessionId: string,
    slot: Slot,
    state: CoachState,
    events: readonly NewEvent[],
    hooks: TurnHooks,
  ): Promise<CoachState> {
    if (events.length === 0) return state;
    const stored = await deps.log.append(sessionId, state.seq, events);
    const next = fold(stored, state);
    slot.state = next;
    for (const event of stored) hooks.onEvent?.(event);
    return next;
  }

  /** Runs a step to its events; a cancelled effect gives the coach's word on that. */
  async function eventsOf(
    sessionId: string,
    slot: Slot,
    state: CoachState,
    step: Step,
    material: Material,
    hooks: TurnHooks,
  ): Promise<readonly NewEvent[]> {
    if (step.type === 'events') return step.events;
    const seed = deps.seedOf(sessionId);
    try {
      const result = await withSignal(slot, hooks.signal, async (signal) => {
        const brought = await runEffect(step.effect, material, deps, {
          signal,
          ...(hooks.onDelta ? { onDelta: hooks.onDelta } : {}),
          ...(hooks.onStage ? { onStage: hooks.onStage } : {}),
        });
        return step.effect.type === 'grade'
          ? checkFollowUp(state, material, step.effect, brought, deps, signal)
          : brought;
      });
      return resolve(state, step.effect, result, material, seed);
    } catch (error) {
      if (stoppedByCandidate(error)) return resolveCancelled(state, material, seed);
      throw error;
    }
  }

  /** Answers the pending message, if there is one. */
  async function answerPending(sessionId: string, slot: Slot, hooks: TurnHooks): Promise<CoachState> {
    return retryOnConflict(async () => {
      const state = await load(sessionId, slot);
      if (!pendingMessage(state)) return state;
      const material = deps.entries();
      const seed = deps.seedOf(sessionId);
      const step = decide(state, material, seed);
      const second = refining();
      if (second && step.type === 'effect' && step.effect.type === 'grade') {
        const { effect } = step;
        return gradeTwice(
          {
            sessionId,
            slot,
            state,
            effect,
            material,
            seed,
            signal: hooks.signal,
            append: (from, events) => append(sessionId, slot, from, events, hooks),
            onLate: () => gradeLater(sessionId, hooks),
          },
          second,
          refinements,
        );
      }
      const events = await eventsOf(sessionId, slot, state, step, material, hooks);
      return append(sessionId, slot, state, events, hooks);
    });
  }

  /** Grades what waits for a judge, after the turn and without holding up the next one. */
  function gradeLater(sessionId: string, hooks: TurnHooks): void {
    slots
      .enqueue(sessionId, async (slot) => gradeAllWaiting(sessionId, slot, hooks))
      .catch((error: unknown) => deps.onFailure?.(error, 'grade'));
  }

  async function settle(sessionId: string, slot: Slot, before: CoachState, hooks: TurnHooks): Promise<Phase> {
    const state = await answerPending(sessionId, slot, hooks);
    const now = waitingReplies(state, deps.entries()).length;
    // A judge that failed in this very turn is not asked again at once.
    if (now > 0 && now <= waitingReplies(before, deps.entries()).length) gradeLater(sessionId, hooks);
    return phaseOf(state);
  }

  async function classify(
    state: CoachState,
    message: IncomingMessage,
    signal?: AbortSignal,
  ): Promise<Classification> {
    if (message.intent) return { intent: message.intent, confidence: 1, runnerUp: null };
    return deps.classifier.classify({
      message: message.text,
      phase: phaseOf({ ...state, held: null }),
      lang: state.lang,
      openQuestion: state.open?.text ?? null,
      ...(signal ? { signal } : {}),
    });
  }

  /** Stores the message, behind the answer to any earlier one. Null when it was stored before. */
  async function store(
    sessionId: string,
    slot: Slot,
    message: IncomingMessage,
    hooks: TurnHooks,
  ): Promise<CoachState | null> {
    return retryOnConflict(async () => {
      const known = await deps.log.findMessage(sessionId, message.clientId);
      if (known !== null) {
        hooks.onAck?.(known, true);
        return null;
      }
      const state = await answerPending(sessionId, slot, hooks);
      const found = await classify(state, message, hooks.signal);
      const event: NewEvent = {
        type: 'message.received',
        clientId: message.clientId,
        text: message.text,
        intent: found.intent,
        confidence: found.confidence,
        ...(found.runnerUp === null ? {} : { runnerUp: found.runnerUp }),
        ...(message.keyPointId === undefined ? {} : { keyPointId: message.keyPointId }),
      };
      const next = await append(sessionId, slot, state, [event], {});
      // The acknowledgement goes out before the event, so that a client knows its own message in it.
      hooks.onAck?.(next.seq, false);
      hooks.onEvent?.({ ...event, seq: next.seq, at: next.at });
      return state;
    });
  }

  return {
    async createSession({ sessionId = deps.newId(), lang, mode, plan, tokenHash, signal }) {
      const created: NewEvent = { type: 'session.created', lang, mode };
      const state = evolveNew(initialState, created);
      const slot = newSlot();
      const material = deps.entries();
      const step = plan && decideStart(state, plan, undefined, material, deps.seedOf(sessionId));
      const hooks = signal ? { signal } : {};
      const first = step ? await eventsOf(sessionId, slot, state, step, material, hooks) : [];
      const events = await deps.log.create(sessionId, tokenHash, [created, ...first]);
      return { sessionId, events, phase: phaseOf(fold(events)) };
    },

    async handleMessage(sessionId, message, hooks = {}) {
      checkText(message.text);
      slots.peek(sessionId)?.regrading?.abort();
      return slots.enqueue(sessionId, async (slot) => {
        const before = (await store(sessionId, slot, message, hooks)) ?? (await load(sessionId, slot));
        return settle(sessionId, slot, before, hooks);
      });
    },

    async startInterview(sessionId, start, hooks = {}) {
      return slots.enqueue(sessionId, async (slot) => {
        if (slot.lastStart === start.id) return phaseOf(await load(sessionId, slot));
        await answerPending(sessionId, slot, hooks);
        const state = await retryOnConflict(async () => {
          const current = await load(sessionId, slot);
          const material = deps.entries();
          const step = decideStart(current, start.plan, start.mode, material, deps.seedOf(sessionId));
          const events = await eventsOf(sessionId, slot, current, step, material, hooks);
          return append(sessionId, slot, current, events, hooks);
        });
        slot.lastStart = start.id;
        return phaseOf(state);
      });
    },

    async recover(sessionId, hooks = {}) {
      return slots.enqueue(sessionId, async (slot) =>
        settle(sessionId, slot, await load(sessionId, slot), hooks),
      );
    },

    async regrade(sessionId, hooks = {}) {
      return slots.enqueue(sessionId, async (slot) => {
        slot.attempts.clear();
        await gradeAllWaiting(sessionId, slot, hooks);
        return waitingReplies(await load(sessionId, slot), deps.entries()).length;
      });
    },

    cancel(sessionId) {
      const running = slots.peek(sessionId)?.running;
      running?.abort(cancelled);
      return running !== null && running !== undefined;
    },

    async idle(sessionId) {
      return slots.idle(sessionId);
    },
  };
}
