/** Failures over HTTP: status by code, body `{ error: PublicError }`, details in the log. */
import type { ErrorRequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { toPublicError, VivaError, type ErrorCode } from '../errors.ts';
import type { Metrics } from './metrics.ts';

const statuses: Partial<Record<ErrorCode, number>> = {
  usage: 400,
  'frame-invalid': 400,
  'protocol-version': 400,
  'access-required': 401,
  unauthorized: 401,
  'forbidden-origin': 403,
  'not-found': 404,
  'entry-not-found': 404,
  'session-not-found': 404,
  'message-conflict': 409,
  'session-mismatch': 409,
  'payload-too-large': 413,
  'rate-limited': 429,
  aborted: 499,
  overloaded: 503,
  'index-missing': 503,
  'model-missing': 503,
  timeout: 504,
};

/** HTTP status of an error code; 500 for what is the server's own failure. */
export function httpStatus(code: ErrorCode): number {
  return statuses[code] ?? 500;
}

/** The id of the request that a response answers, set before anything else runs. */
function requestIdOf(response: Response): string {
  return String(response.locals['requestId'] ?? 'unknown');
}

/** The last handler: every error of every route ends here. */
export function errorHandler(logger: Logger, metrics: Metrics): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (thrown: unknown, _request, response, _next) => {
    const error = translate(thrown);
    const requestId = requestIdOf(response);
    const shown = toPublicError(error, requestId);
    const status = httpStatus(shown.code);
    metrics.error(shown.code);
    if (status === 500) logger.error({ err: error, requestId }, 'a request failed');
    else logger.debug({ code: shown.code, requestId }, 'a request was refused');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (shown.retryAfterSeconds !== undefined)
      response.setHeader('retry-after', String(shown.retryAfterSeconds));
    response.status(status).json({ error: shown });
  };
}

/** Errors of express and its parts carry a status: 4xx is the client's doing. */
function translate(thrown: unknown): unknown {
  if (thrown instanceof URIError) return unreadable(thrown);
  if (thrown instanceof VivaError || typeof thrown !== 'object' || thrown === null || !('status' in thrown)) {
    return thrown;
  }
  const { status } = thrown;
  if (status === 404 || status === 403) {
    return new VivaError('not-found', 'There is nothing here: check the address.', { cause: thrown });
  }
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return unreadable(thrown);
  }
  return thrown;
}

function unreadable(cause: unknown): VivaError {
  return new VivaError('usage', 'The request cannot be read: check its address and its encoding.', { cause });
}
