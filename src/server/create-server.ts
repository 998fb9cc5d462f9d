/** The server, put together and not started: everything it needs is handed in. */
import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express, type Request, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Material } from '../coach/effects.ts';
import type { Engine } from '../engine/engine.ts';
import { VivaError } from '../errors.ts';
import type { InferenceCounts } from '../inference/messages.ts';
import type { ModelSettingsStore } from '../llm/model-settings.ts';
import type { TalkList } from '../talk/outcomes.ts';
import type { Lang, Status } from '../protocol.ts';
import type { Retriever } from '../retrieval/retriever.ts';
import type { EventLog } from '../sessions/event-log.ts';
import { AccessGuard } from './access-guard.ts';
import type { AccessKey } from './access-key.ts';
import { Gateway } from './gateway.ts';
import { errorHandler } from './http-errors.ts';
import { Hub } from './hub.ts';
import { listenOn } from './listen.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { modelRoutes } from './model-routes.ts';
import { clientAddress, type OriginPolicy } from './origin.ts';
import { servePage } from './page.ts';
import { healthRoutes } from './health.ts';
import { limitPeers } from './peers.ts';
import { RateLimit } from './rate-limit.ts';
import { Recoveries } from './recoveries.ts';
import { WaitingGrades } from './waiting-grades.ts';
import { Removal } from './removal.ts';
import { requestScope } from './request-scope.ts';
import { restApi } from './rest-api.ts';
import { Retention } from './retention.ts';
import { securityHeaders } from './security-headers.ts';
import { defaultLimits, type ServerLimits } from './server-limits.ts';
import { socketPath, Sockets } from './sockets.ts';
import { Turns } from './turns.ts';
import { refuseUnreadable } from './unreadable-requests.ts';

export interface ServerDeps {
  readonly engine: Engine;
  /** Closed by the server's `close`. */
  readonly log: EventLog;
  readonly retriever: Retriever;
  readonly entries: () => Material;
  /** What /api/status says beside the counts. */
  readonly about: () => Pick<Status, 'judge' | 'chatModel' | 'warnings'>;
  /** Why the server is not ready to take interviews; empty when it is. */
  readonly unready: () => readonly string[];
  /** What the local model has done, for the metrics; null when there is none. */
  readonly inference?: () => InferenceCounts | null;
  /** What a chat model was asked to word or to decide, and what came of it; for the metrics. */
  readonly talk?: () => TalkList;
  /** The chat model's settings in the page; null while the server starts. */
  readonly modelSettings?: () => ModelSettingsStore | null;
  readonly logger: Logger;
  /** Takes this server's metrics, and no other server's. */
  readonly registry: Registry;
  /** Milliseconds; only differences count. */
  readonly now: () => number;
  /** Milliseconds since the epoch: how old a session is. */
  readonly wallClock: () => number;
  /** Days without a new event after which a session is removed; 0 keeps all for ever. */
  readonly keepDays: number;
  /** Ids of requests and connections. */
  readonly newId: () => string;
  readonly policy: OriginPolicy;
  /** The key of the whole server; null lets everyone in who reaches it. */
  readonly access: AccessKey | null;
  /** Language of a search that names none. */
  readonly lang: Lang;
  /** Folder of the built page. */
  readonly web: string;
  /** Differences from the default limits. */
  readonly limits?: Partial<ServerLimits>;
}

export interface VivaServer {
  /** Starts listening; port 0 takes a free one. @throws VivaError `port-in-use`, `config-invalid` */
  listen(port: number, host: string): Promise<void>;
  /** Stops gracefully: no new work, sockets told to come back, running turns finished, the log closed. Idempotent. */
  close(): Promise<void>;
  /** Where it listens, like "http://127.0.0.1:8787"; null before `listen`. */
  readonly address: string | null;
}

/** Connections that are no sockets: requests, and those that have said nothing yet. */
const connectionsBeside = 1_000;

/** Builds the server; nothing runs before `listen`. */
export function createServer(deps: ServerDeps): VivaServer {
  const limits: ServerLimits = { ...defaultLimits, ...deps.limits };
  const metrics = createMetrics(deps.registry);
  const hub = new Hub();
  const turns = new Turns({
    perSession: limits.turnsPerSession,
    atOnce: limits.turnsAtOnce,
    waiting: limits.turnsWaiting,
    tellEveryMs: limits.placeEveryMs,
    now: deps.now,
    onStart: (waitedSeconds) => metrics.waited(waitedSeconds),
  });
  metrics.watch({
    running: () => turns.running,
    waiting: () => turns.waiting,
    inference: deps.inference ?? (() => null),
    talk: deps.talk ?? (() => []),
  });
  const recoveries = new Recoveries({ ...deps, metrics, hub, turns });
  const waitingGrades = new WaitingGrades({ ...deps, metrics, hub });
  const gateway = new Gateway({ ...deps, limits, metrics, hub, turns, recoveries });
  const removal = new Removal({ ...deps, hub, turns, metrics });
  const retention = new Retention({ ...deps, removal });
  const guard = new AccessGuard({ ...deps, wrongPerMinute: limits.wrongTokensPerMinutePerAddress });
  const sockets = new Sockets({ ...deps, limits, metrics, gateway, guard });
  const http = createHttpServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.headersTimeoutMs * 3,
      keepAliveTimeout: 5_000,
      connectionsCheckingInterval: Math.min(limits.headersTimeoutMs, 5_000),
      maxHeaderSize: 16 * 1024,
    },
    createApp(deps, limits, metrics, removal, gateway, sockets, guard),
  );
  http.maxConnections = limits.connections + connectionsBeside;
  if (!deps.policy.trustProxy) limitPeers(http, limits.connectionsPerAddress * 4);
  refuseUnreadable(http, { ...deps, metrics });
  http.on('upgrade', (request, socket, head) => void sockets.upgrade(request, socket, head));

  let closing: Promise<void> | null = null;
  async function stop(): Promise<void> {
    const closed = http.listening ? new Promise<void>((resolve) => void http.close(() => resolve())) : null;
    sockets.stop();
    recoveries.stop();
    waitingGrades.stop();
    http.closeIdleConnections();
    const finished = await turns.stop(limits.stopTimeoutMs);
    if (!finished)
      deps.logger.warn('stopped with turns unfinished; they go on when their session is resumed');
    sockets.terminate();
    http.closeAllConnections();
    await closed;
    await retention.stop();
    await deps.log.close();
  }

  return {
    async listen(port, host) {
      await listenOn(http, port, host);
      retention.start(limits.retentionEveryMs);
      waitingGrades.start();
    },
    close: async () => (closing ??= stop()),
    get address() {
      return listeningAddress(http);
    },
  };
}

function createApp(
  deps: ServerDeps,
  limits: ServerLimits,
  metrics: Metrics,
  removal: Removal,
  gateway: Gateway,
  sockets: Sockets,
  guard: AccessGuard,
): Express {
  const app = express();
  app.disable('etag');
  app.set('query parser', 'simple');
  // First of all: what is refused carries them too.
  app.use(securityHeaders());
  app.use(requestScope({ ...deps, metrics }));
  const addressOf = (request: Request) => clientAddress(request, deps.policy);
  app.use(
    '/api',
    limitRequests(
      new RateLimit('requests from this address', limits.requestsPerMinutePerAddress, 60),
      addressOf,
    ),
  );
  app.use('/api/access', guard.routes());
  app.use(['/api', '/metrics'], guard.handler);
  app.use(healthRoutes(deps));
  app.use(
    '/api/model',
    modelRoutes({
      ...deps,
      guarded: deps.access !== null,
      trustProxy: deps.policy.trustProxy,
      testsPerMinute: limits.modelTestsPerMinute,
    }),
  );
  app.use(
    '/api',
    restApi({
      ...deps,
      removal,
      gateway,
      addressOf,
    }),
  );
  // A browser does not tell a page why its socket was refused; this does.
  app.get(socketPath, guard.handler, (request, response) => {
    sockets.check(request);
    response.status(204).end();
  });
  app.use(servePage(deps.web));
  app.use((_request, _response, next) => next(new VivaError('not-found', 'There is nothing here.')));
  app.use(errorHandler(deps.logger, metrics));
  return app;
}

/** Nothing of the API is kept by a cache, and no address asks without end. */
function limitRequests(requests: RateLimit, addressOf: (request: Request) => string): RequestHandler {
  return async (request, response, next) => {
    response.setHeader('cache-control', 'no-store');
    await requests.take(addressOf(request));
    next();
  };
}

function listeningAddress(http: Server): string | null {
  const bound: AddressInfo | string | null = http.address();
  if (bound === null || typeof bound === 'string') return null;
  return `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`;
}
