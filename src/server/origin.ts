/** Which hosts and origins a request may come with, and whose address it has. */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { VivaError } from '../errors.ts';

export interface OriginPolicy {
  /** Origins beside the server's own, like "https://viva.example.org". */
  readonly origins: readonly string[];
  /** A reverse proxy stands in front: its forwarding headers are believed, and it vouches for the host. */
  readonly trustProxy: boolean;
}

type Head = Pick<IncomingMessage, 'headers'> & {
  readonly socket: Pick<IncomingMessage['socket'], 'localAddress' | 'remoteAddress'>;
};

/**
 * Refuses a foreign page's requests. A connection that reaches this machine through loopback must name a
 * loopback host (or one of `origins`): another name there is a page that had its own name resolved to us
 * (DNS rebinding). A missing Origin is a client that is no browser.
 * @throws VivaError `forbidden-origin`
 */
export function checkOrigin(request: Head, policy: OriginPolicy): void {
  const host = normalHost(request.headers.host);
  if (host === null) {
    throw new VivaError(
      'forbidden-origin',
      'The Host header is missing or malformed: address the server by its name.',
    );
  }
  const known = policy.origins.flatMap((origin) => originHost(origin) ?? []);
  if (
    isLoopbackAddress(request.socket.localAddress ?? '') &&
    !policy.trustProxy &&
    !isLoopbackName(host) &&
    !known.includes(host)
  ) {
    throw new VivaError(
      'forbidden-origin',
      `The host "${host}" is not one this server answers to: add its origin to VIVA_ORIGINS, or set VIVA_TRUST_PROXY=1 behind a proxy.`,
    );
  }
  const { origin } = request.headers;
  if (origin === undefined || policy.origins.includes(origin) || originHost(origin) === host) return;
  throw new VivaError(
    'forbidden-origin',
    'Pages of this origin may not use this server: open it under its own address, or add the origin to VIVA_ORIGINS.',
  );
}

/** The client's address (see `networkOf`): the peer's, or what the trusted proxy nearest to us says. */
export function clientAddress(request: Head, policy: OriginPolicy): string {
  const peer = networkOf(request.socket.remoteAddress ?? 'unknown');
  if (!policy.trustProxy) return peer;
  // The last entry is the one that our own proxy wrote; those before it are the client's word.
  const forwarded =
    [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',').at(-1)?.trim() ?? '';
  return isIP(forwarded) ? networkOf(forwarded) : peer;
}

/**
 * What limits count by: an IPv4 address, or the /64 of an IPv6 one, which a single subscriber has all of.
 * IPv4 in IPv6's clothes is IPv4.
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || isIP(address) !== 6) return mapped ?? address;
  const [front = '', back] = address.toLowerCase().replace(/%.*$/, '').split('::');
  const head = front === '' ? [] : front.split(':');
  // An IPv4 tail, as in 64:ff9b::192.0.2.1, stands for two groups.
  const tail = (back ?? '')
    .split(':')
    .reduce((sum, group) => sum + (group === '' ? 0 : group.includes('.') ? 2 : 1), 0);
  const zeros = back === undefined ? 0 : 8 - head.length - tail;
  const groups = [...head, ...Array.from({ length: zeros }, () => '0'), ...(back ?? '').split(':')];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

/** `host[:port]` in its normal form (lower case, no default port); null when it is none. */
export function normalHost(host: string | undefined): string | null {
  if (host === undefined || !/^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(host)) return null;
  return originHost(`http://${host}`);
}

function originHost(origin: string): string | null {
  if (!URL.canParse(origin)) return null;
  const url = new URL(origin);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.host : null;
}

/** True for an address (or "localhost") that only this machine reaches. */
export function isLoopbackAddress(address: string): boolean {
  return /^(?:localhost|::1|(?:::ffff:)?127(?:\.\d{1,3}){1,3})$/i.test(address);
}

function isLoopbackName(host: string): boolean {
  return /^(?:localhost|[\w-]+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(host);
}
