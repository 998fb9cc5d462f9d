import { describe, expect, it } from 'vitest';
import {
  ratingOf,
  recallAt,
  review,
  type ReviewRating,
  type ReviewState,
} from '../../src/scheduling/review.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 0, 1);
const daysTo = (state: ReviewState) => (state.due - state.lastReview) / day;

describe('a rating', () => {
  it.each([
    ['covered', false, 'good'],
    ['covered', true, 'hard'],
    ['partial', false, 'hard'],
    ['partial', true, 'again'],
    ['missing', false, 'again'],
    ['missing', true, 'again'],
    ['contradicted', false, 'again'],
    ['contradicted', true, 'again'],
  ] as const)('of a %s point (aided: %s) is %s', (value, aided, rating) => {
    expect(ratingOf(value, aided)).toBe(rating);
  });
});

describe('a review', () => {
  it('puts a new point off by days: the better, the longer', () => {
    const [again, hard, good] = (['again', 'hard', 'good'] as const).map((rating) =>
      review(null, rating, start),
    );
    expect(daysTo(again!)).toBeGreaterThanOrEqual(1);
    expect(daysTo(hard!)).toBeGreaterThanOrEqual(daysTo(again!));
    expect(daysTo(good!)).toBeGreaterThan(daysTo(again!));
    // FSRS-6's own initial stability for "good", rounded to days.
    expect(daysTo(good!)).toBe(3);
    expect(good).toMatchObject({ reviews: 1, lapses: 0, lastReview: start });
  });

  it('stretches the interval each time the point is recalled when due', () => {
    let state = review(null, 'good', start);
    for (let round = 0; round < 5; round++) {
      const next = review(state, 'good', state.due);
      expect(daysTo(next)).toBeGreaterThan(daysTo(state));
      state = next;
    }
    expect(daysTo(state)).toBeGreaterThan(60);
  });

  it('brings a forgotten point back soon, and counts the lapse', () => {
    const known = review(review(null, 'good', start), 'good', start + 3 * day);
    const forgotten = review(known, 'again', known.due);
    expect(daysTo(forgotten)).toBeLessThan(daysTo(known));
    expect(forgotten.lapses).toBe(1);
  });

  it('is the same for the same past, also through JSON', () => {
    const ratings: ReviewRating[] = ['good', 'hard', 'again', 'good'];
    const run = (pass: (state: ReviewState) => ReviewState) =>
      ratings.reduce<ReviewState | null>(
        (state, rating, index) => pass(review(state, rating, start + index * 4 * day)),
        null,
      );
    expect(run((state) => JSON.parse(JSON.stringify(state)) as ReviewState)).toEqual(run((state) => state));
  });

  it('never runs backwards when the clock does', () => {
    const state = review(null, 'good', start);
    expect(review(state, 'good', start - day).lastReview).toBe(start);
  });
});

describe('recall', () => {
  it('is certain at once, nine in ten when due, and falls from there', () => {
    const state = review(review(null, 'good', start), 'good', start + 3 * day);
    expect(recallAt(state, state.lastReview)).toBeCloseTo(1);
    expect(recallAt(state, state.due)).toBeCloseTo(0.9, 1);
    expect(recallAt(state, state.due + 100 * day)).toBeLessThan(0.75);
  });
});
