import { langSchema, type Lang } from '../../../src/protocol.ts';

/** A cited piece of an entry's reference answer. */
export interface RouteSpan {
  lang: Lang;
  start: number;
  end: number;
}

export type Route =
  | { place: 'interview' }
  | { place: 'ask' }
  | { place: 'trust' }
  | { place: 'model' }
  | { place: 'material'; entryId: string | null; span: RouteSpan | null };

export type Place = Route['place'];

const spanPattern = /^(zh|en)\.(\d{1,7})\.(\d{1,7})$/;

/** Reads the part of the address after `#`; whatever is not understood is the interview. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const [, place, ...rest] = path.split('/');
  if (place === 'ask' || place === 'trust' || place === 'model') return { place };
  if (place !== 'material') return { place: 'interview' };
  const entryId = rest.map(decodePart).join('/');
  return { place, entryId: entryId === '' ? null : entryId, span: parseSpan(query) };
}

export function entryHref(entryId: string, span?: RouteSpan): string {
  // half a character cannot be encoded
  const path = entryId
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  const query = span === undefined ? '' : `?span=${span.lang}.${span.start}.${span.end}`;
  return `#/material/${path}${query}`;
}

function parseSpan(query: string): RouteSpan | null {
  const match = spanPattern.exec(new URLSearchParams(query).get('span') ?? '');
  const lang = langSchema.safeParse(match?.[1]);
  if (match === null || !lang.success) return null;
  const start = Number(match[2]);
  const end = Number(match[3]);
  return start < end ? { lang: lang.data, start, end } : null;
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // a hand-written % that encodes nothing stands for itself
    return part;
  }
}
