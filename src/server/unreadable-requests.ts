/** Requests that are no HTTP, too large or too slow: refused before any route sees them. */
import type { Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { toPublicError, VivaError } from '../errors.ts';
import type { Metrics } from './metrics.ts';
import { answerRaw } from './raw-answer.ts';

export interface UnreadableDeps {
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly newId: () => string;
}

const refusals: Readonly<Record<string, { readonly status: number; readonly error: () => VivaError }>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    error: () => new VivaError('payload-too-large', 'The headers are too large: send less of them.'),
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    error: () => new VivaError('timeout', 'The request did not come in time: send it again.'),
  },
};

const notHttp = {
  status: 400,
  error: () => new VivaError('usage', 'This cannot be read as an HTTP request.'),
};

/** Answers what Node's parser refuses. What was sent is never logged: it may hold a token. */
export function refuseUnreadable(http: Server, { metrics, logger, newId }: UnreadableDeps): void {
  http.on('clientError', (failure: Error & { code?: string }, socket: Duplex) => {
    // Half an answer is out already, or nobody is there to read one.
    const answered = socket instanceof Socket && socket.bytesWritten > 0;
    if (!socket.writable || answered || failure.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const { status, error } = refusals[failure.code ?? ''] ?? notHttp;
    const shown = toPublicError(error(), newId());
    metrics.error(shown.code);
    logger.debug({ code: shown.code, status, requestId: shown.requestId }, 'a request cannot be read');
    answerRaw(socket, status, shown);
  });
}
