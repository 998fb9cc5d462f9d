/** For whoever runs the server: alive, ready, measured. */
import { Router } from 'express';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { VivaError } from '../errors.ts';
import type { EventLog } from '../sessions/event-log.ts';
import type { Trouble } from '../sessions/sqlite-errors.ts';

export interface HealthDeps {
  readonly unready: () => readonly string[];
  readonly log: Pick<EventLog, 'check'>;
  readonly logger: Logger;
  readonly registry: Registry;
}

/** Nobody learns a path from these: the log has it. */
const troubles: Readonly<Record<Trouble, string>> = {
  full: 'its disk is full',
  'read-only': 'its disk or folder is read-only',
  locked: 'another process holds it',
  damaged: 'it is damaged: stop the server and restore a backup',
  gone: 'it was moved or removed: put it back, or start the server again',
  disk: 'its disk fails',
  other: 'it fails',
};

export function healthRoutes({ unready, log, logger, registry }: HealthDeps): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.setHeader('cache-control', 'no-store');
    response.json({ alive: true });
  });
  router.get('/readyz', async (_request, response) => {
    const reasons = [...unready(), ...(await storageReasons(log, logger))];
    response.setHeader('cache-control', 'no-store');
    response.status(reasons.length === 0 ? 200 : 503).json({ ready: reasons.length === 0, reasons });
  });
  router.get('/metrics', async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}

async function storageReasons(log: Pick<EventLog, 'check'>, logger: Logger): Promise<string[]> {
  try {
    await log.check();
    return [];
  } catch (error) {
    logger.warn({ err: error }, 'sessions cannot be stored');
    const trouble = error instanceof VivaError ? error.context['trouble'] : undefined;
    const known = typeof trouble === 'string' && Object.hasOwn(troubles, trouble);
    return [
      `sessions cannot be stored: the database: ${known ? troubles[trouble as Trouble] : troubles.other}`,
    ];
  }
}
