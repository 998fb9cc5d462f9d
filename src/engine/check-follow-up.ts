/** A follow-up that a chat model proposed with its grade: said only when it is the right one and gives nothing away. */
import type { EffectResult, GradeEffect, Material } from '../coach/effects.ts';
import { nextFollowUp } from '../coach/grading.ts';
import type { CoachState } from '../coach/state.ts';
import { isAbort } from '../errors.ts';
import type { OnTalk } from '../talk/outcomes.ts';
import { tidy } from '../talk/shape.ts';
import type { TalkCheck } from '../talk/talk-check.ts';

export interface FollowUpDeps {
  /** Without it no follow-up of a model is said. */
  readonly talkCheck?: Pick<TalkCheck, 'objection'> | undefined;
  /** Told of every follow-up that a model could have worded. */
  readonly onTalk?: OnTalk;
}

/**
 * The result of a grading, with its proposed follow-up only when it may be said.
 * @throws VivaError `aborted`, and nothing else
 */
export async function checkFollowUp(
  state: CoachState,
  material: Material,
  effect: GradeEffect,
  result: EffectResult,
  { talkCheck, onTalk }: FollowUpDeps,
  signal: AbortSignal,
): Promise<EffectResult> {
  if (result.type !== 'graded') return result;
  const { proposedFollowUp: proposed, ...graded } = result;
  const entry = material.get(effect.entryId);
  const next = nextFollowUp(state, material, effect, result.grade);
  if (!talkCheck || !entry || !next) return graded;
  if (!proposed) {
    // Only a chat model proposes, and only of what it read.
    if (result.grade.prompt !== undefined) onTalk?.('follow-up', 'none');
    return graded;
  }
  const text = tidy(proposed.text);
  try {
    const objection =
      proposed.keyPointId === next.keyPointId
        ? await talkCheck.objection({
            ...next,
            kind: 'follow-up',
            entry,
            lang: state.lang,
            text,
            question: effect.question,
            signal,
          })
        : 'other-point';
    onTalk?.('follow-up', objection ?? 'used');
    return objection === null ? { ...graded, proposedFollowUp: { ...proposed, text } } : graded;
  } catch (error) {
    if (isAbort(error) || signal.aborted) throw error;
    onTalk?.('follow-up', 'failed', error);
    return graded;
  }
}
