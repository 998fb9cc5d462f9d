/** What the bench tells its generators to do, and what they answer: messages between processes. */
import type { GradingCase } from '../../src/eval/grading-eval.ts';

export type Reply = Pick<GradingCase, 'id' | 'lang' | 'answer'>;

export interface Hello {
  readonly url: string;
  readonly replies: readonly Reply[];
}

/** Opens sessions, each on a socket of its own, with an interview begun when `asked`. They stay open. */
export interface OpenOrder {
  readonly type: 'open';
  readonly sessions: number;
  readonly asked: boolean;
  readonly seed: number;
  /** Local address to connect from: another loopback address is another client to the server. */
  readonly from: string;
}

/** Messages at random times, `perSecond` on average, each by a session that waits for none; opens what sessions are missing. */
export interface LoadOrder {
  readonly type: 'load';
  readonly perSecond: number;
  readonly seconds: number;
  readonly seed: number;
  /** How long to wait, after the last message, for what is still on its way. */
  readonly drainSeconds: number;
}

/** Every open session keeps as many messages on their way as the server lets it have, and goes on at once. */
export interface ChatterOrder {
  readonly type: 'chatter';
  readonly seconds: number;
  readonly outstanding: number;
}

export type Order = OpenOrder | LoadOrder | ChatterOrder;

/** What became of one message. */
export interface Outcome {
  /** `other`: taken for something else than a reply, and answered. `silent`: no end by the end of the drain. */
  readonly end: 'graded' | 'other' | 'refused' | 'silent';
  /** From the time at which the message was meant to be sent to its end, ms. */
  readonly ms: number;
  /** How much later than meant it left, because this generator was late or had no idle session, ms. */
  readonly lateMs: number;
  /** The longest time between two words about it (its own sending, places, ack, grade, refusal), ms. */
  readonly longestSilenceMs: number;
  /** Places told while it waited. */
  readonly places: readonly number[];
  /** Of a refusal: code and seconds. */
  readonly code?: string;
  readonly retryAfterSeconds?: number;
  readonly followUp: boolean;
}

export interface OpenResult {
  readonly opened: number;
  readonly failed: number;
  readonly ms: number;
}

export interface LoadResult {
  readonly outcomes: readonly Outcome[];
  /** From the first arrival to the last end. */
  readonly ms: number;
  readonly sessions: number;
  /** Errors that belong to no message, and sockets that closed. */
  readonly accidents: readonly string[];
}

export type ResultOf<O extends Order> = O extends OpenOrder ? OpenResult : LoadResult;

export type FromGenerator =
  | { readonly type: 'ready' }
  | { readonly type: 'result'; readonly result: OpenResult | LoadResult }
  | { readonly type: 'failed'; readonly message: string };
