/** Why a call to a chat model failed, as a closed set: counted, and what the breaker decides by. */
import { isAbort, VivaError } from '../errors.ts';

export const failureKinds = [
  'aborted',
  'budget',
  'resting',
  'timeout',
  'unfit',
  'unreachable',
  'refused-key',
  'not-found',
  'busy',
  'quota',
  'refused',
  'server',
  'broken',
] as const;
export type FailureKind = (typeof failureKinds)[number];

export function failureKindOf(error: unknown): FailureKind {
  if (isAbort(error)) return 'aborted';
  if (!(error instanceof VivaError)) return 'broken';
  if (error.code === 'model-budget') return 'budget';
  if (error.code === 'timeout') return 'timeout';
  if (error.code === 'llm-invalid-output') return 'unfit';
  const { status, code, quota, resting } = error.context;
  if (resting === true) return 'resting';
  if (quota === true) return 'quota';
  if (status === 401 || status === 403) return 'refused-key';
  if (status === 404) return 'not-found';
  if (status === 429) return 'busy';
  if (typeof status === 'number') return status >= 500 ? 'server' : 'refused';
  // Without status and code the server answered, and its answer was of no use.
  return typeof code === 'string' ? 'unreachable' : 'broken';
}

/** Milliseconds that a used-up quota is given before it is tried again. */
const quotaPause = 30 * 60_000;

/**
 * What a failure says of the endpoint: nothing (`null`), that it failed, or how long it will go on failing.
 * An answer that does not fit is one: who gave it is there.
 */
export function endpointFault(error: unknown): { readonly pauseMs?: number } | null {
  const kind = failureKindOf(error);
  if (kind === 'aborted' || kind === 'budget' || kind === 'unfit' || kind === 'refused') return null;
  if (kind === 'quota') return { pauseMs: quotaPause };
  const seconds = error instanceof VivaError ? error.retryAfterSeconds : undefined;
  return kind === 'busy' && seconds !== undefined ? { pauseMs: Math.min(seconds * 1000, 3_600_000) } : {};
}
