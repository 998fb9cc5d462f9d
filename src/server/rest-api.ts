/** The REST part: the material, the status, and a session's report and export. */
import { Router, type Request, type RequestHandler } from 'express';
import { z } from 'zod';
import type { Material } from '../coach/effects.ts';
import { VivaError } from '../errors.ts';
import { langSchema, protocolVersion, type Lang, type SearchHit, type Status } from '../protocol.ts';
import type { Retriever } from '../retrieval/retriever.ts';
import type { EventLog } from '../sessions/event-log.ts';
import { exportJson, exportMarkdown } from '../sessions/export-session.ts';
import { buildRecord } from '../sessions/read-models.ts';
import { countByModule, detailOf, summaryOf } from './entry-views.ts';
import { figureRoutes } from './figures.ts';
import type { Gateway } from './gateway.ts';
import { redactHistory } from './redact.ts';
import type { Removal } from './removal.ts';
import { bearerToken } from './tokens.ts';

export interface RestDeps {
  readonly entries: () => Material;
  readonly retriever: Retriever;
  readonly log: EventLog;
  readonly removal: Removal;
  readonly gateway: Pick<Gateway, 'authorize' | 'read'>;
  readonly addressOf: (request: Request) => string;
  readonly about: () => Pick<Status, 'judge' | 'chatModel' | 'warnings'>;
  /** Language of a search that names none. */
  readonly lang: Lang;
}

const searchQuery = z.object({
  q: z.string().max(500),
  lang: langSchema.optional(),
  limit: z.coerce.number().int().min(1).max(50).default(10),
});
const exportQuery = z.object({ format: z.enum(['json', 'markdown']).default('json') });

/** Routes under /api. Errors go to the error handler. */
export function restApi(deps: RestDeps): Router {
  const router = Router();
  router.get('/status', (_request, response) => {
    const material = deps.entries();
    response.json({
      protocol: protocolVersion,
      entries: material.size,
      modules: countByModule(material.values()),
      ...deps.about(),
    } satisfies Status);
  });

  router.get('/entries', (_request, response) => {
    response.json({ entries: Array.from(deps.entries().values(), summaryOf) });
  });

  router.get('/entries/:id', (request, response) => {
    const entry = deps.entries().get(request.params.id);
    if (!entry) throw new VivaError('entry-not-found', 'There is no entry with this id: see /api/entries.');
    response.json(detailOf(entry));
  });

  router.use(figureRoutes(deps.entries));

  router.get('/search', async (request, response) => {
    const { q, lang, limit } = parseQuery(searchQuery, request);
    const closed = new AbortController();
    response.on('close', () => closed.abort());
    const material = deps.entries();
    const found = await deps.retriever.retrieve(q, lang ?? deps.lang, { limit, signal: closed.signal });
    const hits = found.flatMap(({ entryId, score, hits: [best] }): SearchHit[] => {
      const entry = material.get(entryId);
      return entry ? [{ entry: summaryOf(entry), score, excerpt: best.chunk.text }] : [];
    });
    response.json({ hits });
  });

  router.get('/sessions/:id/report', owned(deps), async (request, response) => {
    const { report } = buildRecord(
      redactHistory(await deps.gateway.read(sessionId(request), deps.addressOf(request))),
    );
    if (!report) throw new VivaError('not-found', 'This session has no report yet: end the interview first.');
    response.json(report);
  });

  router.get('/sessions/:id/export', owned(deps), async (request, response) => {
    const { format } = parseQuery(exportQuery, request);
    const id = sessionId(request);
    const record = buildRecord(redactHistory(await deps.gateway.read(id, deps.addressOf(request))));
    const name = `viva-${id.replaceAll(/[^\w-]/g, '').slice(0, 40)}`;
    if (format === 'json') {
      response.attachment(`${name}.json`).json(exportJson(id, record));
    } else {
      response.attachment(`${name}.md`).type('text/markdown').send(exportMarkdown(record));
    }
  });

  router.delete('/sessions/:id', owned(deps), async (request, response) => {
    await deps.removal.remove(sessionId(request));
    response.status(204).end();
  });

  router.use((_request, _response, next) => {
    next(new VivaError('not-found', 'There is no such route: see docs/protocol.md.'));
  });
  return router;
}

/** Lets a request through that proves, by its bearer token, that the session is its own. */
function owned(deps: RestDeps): RequestHandler {
  return async (request, _response, next) => {
    const token = bearerToken(request.headers.authorization);
    await deps.gateway.authorize(sessionId(request), token, deps.addressOf(request));
    next();
  };
}

function sessionId(request: Request): string {
  return z.string().min(1).max(64).catch('').parse(request.params['id']);
}

function parseQuery<T>(schema: z.ZodType<T>, request: Request): T {
  const parsed = schema.safeParse(request.query);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new VivaError(
    'usage',
    `Bad query parameter ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unreadable'}.`,
  );
}
