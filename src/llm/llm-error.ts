/** What went wrong with a chat model, told from properties of the error alone: never from its text. */
import { VivaError } from '../errors.ts';
import type { CallClock } from './call-clock.ts';

/** Longest `Retry-After` in seconds that is waited for; above it the caller is told instead. */
const longestWaitSeconds = 20;

interface Facts {
  /** HTTP status; null when no answer came. */
  readonly status: number | null;
  /** A code of the operating system or of the HTTP client, like ECONNREFUSED. */
  readonly code: string | null;
  readonly retryAfterSeconds: number | null;
  /** Nothing is left to pay with: waiting a little does not help. */
  readonly quota: boolean;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function factsOf(error: unknown): Facts {
  const status = property(error, 'status');
  const headers = property(error, 'headers');
  let code: string | null = null;
  let quota = status === 402;
  for (
    let cause = error, depth = 0;
    cause !== undefined && depth < 5;
    cause = property(cause, 'cause'), depth++
  ) {
    const found = property(cause, 'code');
    if (found === 'insufficient_quota' || property(cause, 'type') === 'insufficient_quota') quota = true;
    if (typeof found === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(found)) code = found;
  }
  return {
    status: typeof status === 'number' ? status : null,
    code,
    retryAfterSeconds: headers instanceof Headers ? readRetryAfter(headers.get('retry-after')) : null,
    quota,
  };
}

/** Seconds, or a date; null when absent or unreadable. */
function readRetryAfter(value: string | null): number | null {
  if (value === null) return null;
  const seconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : null;
}

/** Milliseconds to wait before the next attempt; null when another attempt makes no sense. */
export function retryDelay(error: unknown, attempt: number): number | null {
  const { status, code, retryAfterSeconds, quota } = factsOf(error);
  if (error instanceof VivaError || quota) return null;
  const passing =
    status === 408 ||
    status === 429 ||
    (status !== null && status >= 500) ||
    (status === null && code !== null);
  if (!passing) return null;
  if (retryAfterSeconds !== null)
    return retryAfterSeconds <= longestWaitSeconds ? retryAfterSeconds * 1000 : null;
  // A full bucket without a date seldom empties within a second.
  return (status === 429 ? 1_000 : 250) * 2 ** attempt;
}

/** A short name for the list of attempts: the status or the code. */
export function attemptName(error: unknown): string {
  const { status, code } = factsOf(error);
  return status === null ? (code ?? 'broken') : String(status);
}

function advice(status: number | null): string {
  if (status === 400 || status === 422) return 'refused the request; try another VIVA_LLM_STRUCTURED';
  if (status === 401 || status === 403) return 'refused the key; check OPENAI_API_KEY';
  if (status === 404) return 'was not found; check OPENAI_BASE_URL and VIVA_MODEL';
  if (status === 429) return 'is busy or out of quota; try again later';
  if (status !== null) return 'failed; try again later';
  return 'could not be reached or broke off; check OPENAI_BASE_URL and that the server runs';
}

/**
 * The error of a failed call. The vendor's error is not kept as `cause`: servers echo keys and prompts in it.
 * @param attempts names of the attempts that failed, in order
 */
export function toLlmError(
  error: unknown,
  model: string,
  clock: CallClock,
  attempts: readonly string[],
): VivaError {
  if (error instanceof VivaError) return error;
  if (clock.ended === 'aborted') return new VivaError('aborted', 'The call to the chat model was cancelled.');
  const context = { model, attempts: attempts.join(',') };
  if (clock.ended === 'timeout') {
    return new VivaError(
      'timeout',
      `Chat model ${model} took too long to answer; try again, or raise VIVA_LLM_TIMEOUT_MS.`,
      { context },
    );
  }
  const { status, code, retryAfterSeconds, quota } = factsOf(error);
  const shown = status ?? code;
  return new VivaError(
    'llm-failed',
    `Chat model ${model} ${quota ? 'has no quota left; pay for more or choose another' : advice(status)}${shown === null ? '' : ` (${shown})`}.`,
    {
      context: { ...context, status, code, quota },
      ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
    },
  );
}
