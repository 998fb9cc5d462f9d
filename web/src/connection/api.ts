import { z } from 'zod';
import {
  accessStateSchema,
  entryDetailSchema,
  entrySummarySchema,
  publicErrorSchema,
  searchHitSchema,
  statusSchema,
  type AccessState,
  type EntryDetail,
  type EntrySummary,
  type Lang,
  type SearchHit,
  type Status,
} from '../../../src/protocol.ts';
import { trustCardSchema, type TrustCard } from '../trust/trust-card.ts';
import type { PublicError } from './frames.ts';

const entriesSchema = z.object({ entries: z.array(entrySummarySchema) });
const hitsSchema = z.object({ hits: z.array(searchHitSchema) });
const errorBodySchema = z.object({ error: publicErrorSchema });

/** A request that failed: `code` is the server's, `offline` without an answer, `unreadable` with an odd one. */
export class ApiError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ApiError';
    this.code = code;
  }
}

export async function fetchEntries(signal: AbortSignal): Promise<EntrySummary[]> {
  return (await get('/api/entries', entriesSchema, signal)).entries;
}

export async function fetchSearch(query: string, lang: Lang, signal: AbortSignal): Promise<SearchHit[]> {
  const search = new URLSearchParams({ q: query, lang });
  return (await get(`/api/search?${search.toString()}`, hitsSchema, signal)).hits;
}

export async function fetchStatus(signal: AbortSignal): Promise<Status> {
  return get('/api/status', statusSchema, signal);
}

export async function fetchEntry(id: string, signal: AbortSignal): Promise<EntryDetail> {
  return get(`/api/entries/${encodeURIComponent(id)}`, entryDetailSchema, signal);
}

/** How far the local judge is to be trusted: a file of the page's own, of the version that the page is of. */
export async function fetchTrustCard(signal: AbortSignal): Promise<TrustCard> {
  return get('/trust-card.json', trustCardSchema, signal);
}

/**
 * Why a socket was refused: a browser tells a page only that it was. Null when the server does not answer, or
 * would take one now.
 */
export async function fetchRefusal(): Promise<PublicError | null> {
  try {
    const response = await fetch('/ws', { headers: { accept: 'application/json' }, cache: 'no-store' });
    if (response.ok) return null;
    return errorBodySchema.parse(await response.json()).error;
  } catch {
    // no server, or one that says something else: it is away, which is shown already
    return null;
  }
}

export async function fetchAccess(signal: AbortSignal): Promise<AccessState> {
  return get('/api/access', accessStateSchema, signal);
}

/** Trades the server's access key for a cookie. @throws ApiError `access-required` for a wrong key */
export async function giveAccessKey(key: string): Promise<void> {
  await request('/api/access', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key }),
  });
}

async function get<T>(path: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
  const body = await request(path, { signal, headers: { accept: 'application/json' } });
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new ApiError('unreadable', `${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** The JSON that a request is answered with; null when it is answered without. */
async function request(path: string, init: RequestInit): Promise<unknown> {
  const response = await answerTo(path, init);
  return response.json().catch(() => null);
}

/** The answer to a request. @throws ApiError when it is a failure, or none comes */
export async function answerTo(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (cause) {
    if (init.signal?.aborted === true) throw cause;
    throw new ApiError('offline', `No answer from ${path}`, { cause });
  }
  if (response.ok) return response;
  const failure = errorBodySchema.safeParse(await response.json().catch(() => null));
  throw failure.success
    ? new ApiError(failure.data.error.code, failure.data.error.message)
    : new ApiError('unreadable', `${path} answered ${response.status}`);
}
