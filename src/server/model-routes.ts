/**
 * The chat model's settings in the page. What is set here makes the server send requests to an address: that is its owner's
 * to say, so it is refused on a server that anyone may use.
 */
import express, { Router, type Request, type RequestHandler } from 'express';
import type { z } from 'zod';
import { VivaError } from '../errors.ts';
import type { ModelSettingsStore } from '../llm/model-settings.ts';
import { modelSettingsInputSchema } from '../protocol.ts';
import { isLoopbackAddress } from './origin.ts';
import { RateLimit } from './rate-limit.ts';

export interface ModelRoutesDeps {
  /** Null while the server starts. */
  readonly modelSettings?: () => ModelSettingsStore | null;
  /** The server has a key, so who got here has given it. */
  readonly guarded: boolean;
  /** A proxy stands in front: everyone comes from its address. */
  readonly trustProxy: boolean;
  readonly testsPerMinute: number;
}

/** Routes under /api/model; whoever comes here was let in by the access guard, and by no foreign page. */
export function modelRoutes(deps: ModelRoutesDeps): Router {
  const router = Router();
  const tests = new RateLimit('tries of a chat model', deps.testsPerMinute, 60);
  const store = (): ModelSettingsStore => {
    const found = deps.modelSettings?.();
    if (found) return found;
    throw new VivaError('overloaded', 'The server is starting.', { retryAfterSeconds: 2 });
  };
  const ownersOnly: RequestHandler = (request, _response, next) => {
    if (!isOpen(request, deps)) return next();
    throw new VivaError(
      'unauthorized',
      'Anyone who reaches this server could change its chat model: set VIVA_ACCESS_KEY, or let it listen on loopback without a proxy.',
    );
  };

  router.get('/', (request, response) => {
    response.json(store().show(isOpen(request, deps)));
  });
  router.put('/', ownersOnly, express.json({ limit: '16kb' }), async (request, response) => {
    await store().save(inputOf(request));
    response.json(store().show(false));
  });
  router.post('/test', ownersOnly, express.json({ limit: '16kb' }), async (request, response) => {
    await tests.take('all');
    const closed = new AbortController();
    response.on('close', () => closed.abort());
    response.json(await store().test(inputOf(request), closed.signal));
  });
  router.delete('/', ownersOnly, async (_request, response) => {
    await store().remove();
    response.json(store().show(false));
  });
  return router;
}

function isOpen({ socket }: Request, { guarded, trustProxy }: ModelRoutesDeps): boolean {
  return !guarded && (trustProxy || !isLoopbackAddress(socket.localAddress ?? ''));
}

function inputOf(request: Request): z.infer<typeof modelSettingsInputSchema> {
  const parsed = modelSettingsInputSchema.safeParse(request.body);
  if (parsed.success) return parsed.data;
  // Names of fields alone: a value may be the key.
  const fields = parsed.error.issues.map(({ path }) => path.join('.') || 'body').join(', ');
  throw new VivaError('usage', `Send JSON with url, model, fallback and key; look at: ${fields}.`);
}
