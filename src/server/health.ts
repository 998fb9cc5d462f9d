/** For whoever runs the server: alive, ready, measured. */
import { Router } from 'express';
import type { Registry } from 'prom-client';

export interface HealthDeps {
  readonly unready: () => readonly string[];
  readonly registry: Registry;
}

export function healthRoutes({ unready, registry }: HealthDeps): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.setHeader('cache-control', 'no-store');
    response.json({ alive: true });
  });
  router.get('/readyz', (_request, response) => {
    const reasons = unready();
    response.setHeader('cache-control', 'no-store');
    response.status(reasons.length === 0 ? 200 : 503).json({ ready: reasons.length === 0, reasons });
  });
  router.get('/metrics', async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}
