/** When a key point should come up again: FSRS-6 by ts-fsrs, kept behind four plain functions. Pure. */
import { createEmptyCard, fsrs, Rating, type Card, type Grade } from 'ts-fsrs';
import type { VerdictValue } from '../protocol.ts';

/** What FSRS knows of a key point; plain JSON. Times are milliseconds since the epoch. */
export interface ReviewState {
  /** When the point should be asked again. */
  readonly due: number;
  /** Days after which recall falls to 90 %. */
  readonly stability: number;
  /** 1–10. */
  readonly difficulty: number;
  readonly reviews: number;
  /** How often it was forgotten after having been known. */
  readonly lapses: number;
  readonly lastReview: number;
}

export type ReviewRating = 'again' | 'hard' | 'good';

/** Days, no minutes: an interview is not a stack of cards. No fuzz: the same past gives the same future. */
const scheduler = fsrs({ enable_fuzz: false, enable_short_term: false, request_retention: 0.9 });

const grades: Readonly<Record<ReviewRating, Grade>> = {
  again: Rating.Again,
  hard: Rating.Hard,
  good: Rating.Good,
};

/** ts-fsrs's name for a card that has been learnt. */
const reviewing = 2;

/**
 * What a verdict says about recall. With help a covered point is hard at best, and half a point is not known:
 * help must never push a point further away than recall without it.
 */
export function ratingOf(value: VerdictValue, aided: boolean): ReviewRating {
  switch (value) {
    case 'covered':
      return aided ? 'hard' : 'good';
    case 'partial':
      return aided ? 'again' : 'hard';
    case 'missing':
    case 'contradicted':
      return 'again';
  }
}

/**
 * The state after a review.
 * @param state null for a point that was never asked
 * @param now milliseconds since the epoch; a time before the last review counts as that
 */
export function review(state: ReviewState | null, rating: ReviewRating, now: number): ReviewState {
  const at = state ? Math.max(now, state.lastReview) : now;
  const { card } = scheduler.next(state ? cardOf(state) : createEmptyCard(at), at, grades[rating]);
  return {
    due: card.due.getTime(),
    stability: card.stability,
    difficulty: card.difficulty,
    reviews: card.reps,
    lapses: card.lapses,
    lastReview: at,
  };
}

/** Probability (0–1) that the point would be recalled at a time. */
export function recallAt(state: ReviewState, now: number): number {
  return scheduler.get_retrievability(cardOf(state), Math.max(now, state.lastReview), false);
}

function cardOf(state: ReviewState): Card {
  const day = 86_400_000;
  return {
    due: new Date(state.due),
    stability: state.stability,
    difficulty: state.difficulty,
    elapsed_days: 0,
    scheduled_days: Math.round((state.due - state.lastReview) / day),
    learning_steps: 0,
    reps: state.reviews,
    lapses: state.lapses,
    state: reviewing,
    last_review: new Date(state.lastReview),
  };
}
