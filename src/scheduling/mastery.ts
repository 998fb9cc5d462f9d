/** What is known of a candidate's hold on each key point, read from the events of all sessions. Pure. */
import type { SessionEvent, VerdictValue } from '../protocol.ts';
import { ratingOf, recallAt, review, type ReviewState } from './review.ts';

/** One verdict on one key point, at one time. */
export interface Observation {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly value: VerdictValue;
  readonly aided: boolean;
}

/** What the observations of one kind come to. */
export interface Hold {
  readonly observations: number;
  readonly last: VerdictValue | null;
  /** 0–1: how well the point was made, recent replies counting more; 0 without observations. */
  readonly level: number;
}

export interface Mastery {
  readonly entryId: string;
  readonly keyPointId: string;
  /** The key point as it was shown last. */
  readonly claim: string;
  readonly weight: number;
  /** Replies without a hint and before the reference was shown. */
  readonly unaided: Hold;
  readonly aided: Hold;
  readonly review: ReviewState;
}

/** What one more observation changes the level by: with a half, the last three replies make up seven eighths of it. */
const recency = 0.5;

/** A contradiction is worth no less than silence here: the level says what is held, the schedule asks again in either case. */
const worth: Readonly<Record<VerdictValue, number>> = {
  covered: 1,
  partial: 0.5,
  missing: 0,
  contradicted: 0,
};

interface Seen {
  entryId: string;
  keyPointId: string;
  claim: string;
  weight: number;
  /** By the reply that they rest on: a reply that is graded again replaces its own. */
  observations: Map<string, Observation>;
}

/**
 * Mastery per key point, by `entryId#keyPointId`, over any number of sessions (each a list of events in order).
 * Ungraded replies say nothing; a reply graded again counts once, as graded last; a granted appeal replaces its verdict.
 */
export function masteryOf(sessions: readonly (readonly SessionEvent[])[]): ReadonlyMap<string, Mastery> {
  const seen = new Map<string, Seen>();
  for (const [number, events] of sessions.entries()) {
    for (const event of events) {
      if (event.type === 'reply.graded' && event.grade.state !== 'ungraded') {
        for (const verdict of event.grade.verdicts) {
          const key = `${event.entryId}#${verdict.keyPointId}`;
          const point = seen.get(key) ?? { ...verdict, entryId: event.entryId, observations: new Map() };
          seen.set(key, { ...point, claim: verdict.claim, weight: verdict.weight });
          const reply = `${number}:${event.replySeq}`;
          // Graded again later, it still was said then.
          const at = point.observations.get(reply)?.at ?? event.at;
          point.observations.set(reply, { at, value: verdict.value, aided: event.aided });
        }
      } else if (event.type === 'dispute.resolved' && event.outcome === 'changed') {
        amend(seen.get(`${event.entryId}#${event.keyPointId}`), number, event.after);
      }
    }
  }
  return new Map([...seen].flatMap(([key, point]) => masteryFrom(point).map((one) => [key, one])));
}

/** Replaces the verdict on the session's last reply to the point. */
function amend(point: Seen | undefined, session: number, value: VerdictValue): void {
  const last = [...(point?.observations ?? [])].filter(([reply]) => reply.startsWith(`${session}:`)).at(-1);
  if (last) point?.observations.set(last[0], { ...last[1], value });
}

/** A list of one; empty for a point without observations. */
function masteryFrom({ entryId, keyPointId, claim, weight, observations }: Seen): Mastery[] {
  const inOrder = [...observations.values()].sort((a, b) => a.at - b.at);
  const rate = (state: ReviewState | null, { value, aided, at }: Observation) =>
    review(state, ratingOf(value, aided), at);
  const [first, ...later] = inOrder;
  if (!first) return [];
  return [
    {
      entryId,
      keyPointId,
      claim,
      weight,
      unaided: holdOf(inOrder.filter((one) => !one.aided)),
      aided: holdOf(inOrder.filter((one) => one.aided)),
      review: later.reduce(rate, rate(null, first)),
    },
  ];
}

function holdOf(observations: readonly Observation[]): Hold {
  const [first, ...later] = observations.map((one) => worth[one.value]);
  return {
    observations: observations.length,
    last: observations.at(-1)?.value ?? null,
    level: later.reduce((level, value) => level + recency * (value - level), first ?? 0),
  };
}

export interface DueOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Most points to list; default 20. */
  readonly limit?: number;
}

/** Points whose time has come, the likeliest forgotten first, of equal ones the heaviest. */
export function duePoints(mastery: Iterable<Mastery>, { now, limit = 20 }: DueOptions): Mastery[] {
  return [...mastery]
    .filter((point) => point.review.due <= now)
    .map((point) => ({ point, recall: recallAt(point.review, now) }))
    .sort((a, b) => a.recall - b.recall || b.point.weight - a.point.weight || compareIds(a.point, b.point))
    .slice(0, limit)
    .map(({ point }) => point);
}

function compareIds(a: Mastery, b: Mastery): number {
  const [left, right] = [`${a.entryId}#${a.keyPointId}`, `${b.entryId}#${b.keyPointId}`];
  return left < right ? -1 : Number(left > right);
}
