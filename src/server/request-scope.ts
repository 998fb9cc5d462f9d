/** What surrounds every request: its id, the origin check, timing. */
import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Metrics } from './metrics.ts';
import { checkOrigin, type OriginPolicy } from './origin.ts';

export interface RequestScopeDeps {
  readonly policy: OriginPolicy;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly now: () => number;
  readonly newId: () => string;
}

/** Sets `x-request-id` (the caller's own when it is a plain one) and refuses foreign hosts and origins. */
export function requestScope(deps: RequestScopeDeps): RequestHandler {
  return (request, response, next) => {
    const began = deps.now();
    const requestId = plainId(request.headers['x-request-id']) ?? deps.newId();
    response.locals['requestId'] = requestId;
    response.setHeader('x-request-id', requestId);
    response.on('finish', () => {
      const seconds = (deps.now() - began) / 1000;
      const route = routeOf(request);
      deps.metrics.request(request.method, route, response.statusCode, seconds);
      deps.logger.debug(
        { requestId, method: request.method, route, status: response.statusCode, seconds },
        'request',
      );
    });
    checkOrigin(request, deps.policy);
    next();
  };
}

function plainId(header: string | string[] | undefined): string | null {
  return typeof header === 'string' && /^[\w.:-]{1,64}$/.test(header) ? header : null;
}

/** The pattern that matched, never the address itself: addresses hold session ids, and are without number. */
function routeOf(request: Request): string {
  const route: unknown = request.route;
  if (typeof route !== 'object' || route === null || !('path' in route)) return 'other';
  if (typeof route.path !== 'string') return 'other';
  // A router's own base is forgotten when an error leaves it.
  return request.originalUrl.startsWith('/api/') ? `/api${route.path}` : route.path;
}
