/** Turns what an effect brought back into the events of the turn. Pure. */
import type { Grade, NewEvent } from '../protocol.ts';
import { onRejudged } from './disputes.ts';
import type { Effect, EffectResult, GradeEffect, Material } from './effects.ts';
import { onFirstLook, onFirstLookStands, onGraded, onRegraded } from './grading.ts';
import { onPhrased } from './helping.ts';
import type { CoachState } from './state.ts';
import { onTopicFound } from './topics.ts';
import { Turn } from './turn.ts';

/** The events of the turn whose effect is done, or failed. */
export function resolve(
  state: CoachState,
  effect: Effect,
  result: EffectResult,
  material: Material,
  seed: number,
): readonly NewEvent[] {
  const turn = new Turn(state, material, seed);
  switch (effect.type) {
    case 'grade':
      if (result.type === 'graded') onGraded(turn, effect, result.grade, result.proposedFollowUp);
      else onGraded(turn, effect, failed(result));
      break;
    case 'answer': {
      if (result.type === 'answered') {
        turn.emit({
          type: 'answer.given',
          question: effect.question,
          answer: result.answer,
          lang: effect.lang,
        });
      } else turn.say('transition', turn.texts.unanswered(turn.texts.failure[failed(result).kind]));
      const { open } = turn.state;
      if (open) turn.say('repeat', turn.texts.back(open.text));
      break;
    }
    case 'find-topic':
      onTopicFound(turn, effect, result.type === 'found' ? result.hits : failed(result));
      break;
    case 'phrase':
      onPhrased(turn, effect, result.type === 'phrased' ? result.phrased : null);
      break;
    case 'rejudge':
      onRejudged(turn, effect, result.type === 'rejudged' ? result : failed(result));
      break;
  }
  return turn.events;
}

/** The first look's event: the turn is not over with it. */
export function resolveFirstLook(
  state: CoachState,
  effect: GradeEffect,
  grade: Grade,
  material: Material,
  seed: number,
): readonly NewEvent[] {
  const turn = new Turn(state, material, seed);
  onFirstLook(turn, effect, grade);
  return turn.events;
}

/** The rest of a turn whose first look stands, because the chat model is slow or away. */
export function resolveFirstLookStands(
  state: CoachState,
  material: Material,
  seed: number,
): readonly NewEvent[] {
  const turn = new Turn(state, material, seed);
  onFirstLookStands(turn);
  return turn.events;
}

/** The events after another attempt at an ungraded reply; none when it failed again. */
export function resolveRegrade(
  state: CoachState,
  effect: GradeEffect,
  result: EffectResult,
  material: Material,
  seed: number,
): readonly NewEvent[] {
  const turn = new Turn(state, material, seed);
  onRegraded(turn, effect, result.type === 'graded' ? result.grade : failed(result));
  return turn.events;
}

/** The events after the candidate stopped a turn: it is answered, and the question stays open. */
export function resolveCancelled(state: CoachState, material: Material, seed: number): readonly NewEvent[] {
  const turn = new Turn(state, material, seed);
  turn.say('transition', turn.texts.stopped);
  return turn.events;
}

function failed(result: EffectResult): Extract<EffectResult, { type: 'failed' }> {
  return result.type === 'failed' ? result : { type: 'failed', kind: 'other', judge: 'coach' };
}
