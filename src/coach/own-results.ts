/** What a candidate may be told of the grades so far. Pure. */
import type { OwnResult } from '../answering/own-results.ts';
import { questionTotal } from './progress.ts';
import { round, type CoachState } from './state.ts';

/**
 * The graded questions of the last round. The open one is left out, as its verdicts say what its follow-ups are after, and
 * so is everything while a mock interview runs: its grades come with the report.
 */
export function ownResults(state: CoachState): readonly OwnResult[] {
  if (state.mode === 'mock' && !state.finished) return [];
  const open = state.open ? state.questions.at(-1) : null;
  return round(state)
    .filter((one) => one !== open && one.points.size > 0)
    .map((one) => ({
      number: one.number,
      entryId: one.entryId,
      question: one.text,
      total: questionTotal(one),
      points: [...one.points.values()].map(({ verdict, value }) => ({ claim: verdict.claim, value })),
    }));
}
