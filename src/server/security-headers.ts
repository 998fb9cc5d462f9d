/** Security headers that also hold on a plain-http host name. */
import type { IncomingMessage } from 'node:http';
import helmet from 'helmet';
import { normalHost } from './origin.ts';

/** Nothing foreign loads, no inline script runs; sockets go to this host alone. */
export function securityHeaders(): ReturnType<typeof helmet> {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        scriptSrcAttr: ["'none'"],
        // KaTeX positions with style attributes.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'", 'data:'],
        // Not every browser counts ws: as 'self'.
        connectSrc: ["'self'", socketSource('ws'), socketSource('wss')],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Whoever terminates TLS decides on this; forced here it breaks plain-http host names.
    strictTransportSecurity: false,
    // Both are ignored, with a warning in the console, on plain-http host names.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    referrerPolicy: { policy: 'no-referrer' },
  });
}

function socketSource(scheme: 'ws' | 'wss') {
  return (request: IncomingMessage): string => {
    const host = normalHost(request.headers.host);
    return host === null ? "'self'" : `${scheme}://${host}`;
  };
}
