/** What a chat model was asked for beside grades and answers, and what came of it: counted, and never told to a candidate. */
import { isAbort, VivaError } from '../errors.ts';
import { objections, type Objection } from './talk-check.ts';

export const talkDeeds = ['follow-up', 'hint', 'clarify', 'appeal', 'intent'] as const;
export type TalkDeed = (typeof talkDeeds)[number];

/**
 * `used`; else the local way was taken, because of an objection to the text, because nothing (fit) was proposed,
 * because the model did not answer in time or failed, or because its budget is spent.
 */
export type TalkOutcome = 'used' | 'none' | 'late' | 'failed' | 'unfit' | 'budget' | Objection;
export const talkOutcomes: readonly TalkOutcome[] = [
  'used',
  'none',
  'late',
  'failed',
  'unfit',
  'budget',
  ...objections,
];

/** `error`: why a call brought nothing, for the log; absent when its text was refused. */
export type OnTalk = (deed: TalkDeed, outcome: TalkOutcome, error?: unknown) => void;

export type TalkList = readonly {
  readonly deed: TalkDeed;
  readonly outcome: TalkOutcome;
  readonly count: number;
}[];

/** Counts by deed and outcome. */
export class TalkCounts {
  readonly #counts = new Map<string, number>();

  readonly count: OnTalk = (deed, outcome) => {
    const key = `${deed} ${outcome}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  };

  /** Those that happened. */
  list(): TalkList {
    return talkDeeds.flatMap((deed) =>
      talkOutcomes.flatMap((outcome) => {
        const count = this.#counts.get(`${deed} ${outcome}`) ?? 0;
        return count === 0 ? [] : [{ deed, outcome, count }];
      }),
    );
  }
}

/** Why a call brought nothing, as it is counted. */
export function outcomeOf(error: unknown): TalkOutcome {
  if (isAbort(error)) return 'late';
  if (!(error instanceof VivaError)) return 'failed';
  if (error.code === 'timeout') return 'late';
  if (error.code === 'model-budget') return 'budget';
  return error.code === 'llm-invalid-output' ? 'unfit' : 'failed';
}
