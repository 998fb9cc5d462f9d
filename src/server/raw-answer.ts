/** An HTTP answer written by hand, where no response object exists: refused upgrades, and requests that cannot be read. */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { PublicError } from '../errors.ts';

/** What the error says, and nothing that a browser could take for a page. Closes the connection. */
export function answerRaw(socket: Duplex, status: number, shown: PublicError): void {
  const body = JSON.stringify({ error: shown });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    "content-security-policy: default-src 'none'; frame-ancestors 'none'",
    'referrer-policy: no-referrer',
    'x-content-type-options: nosniff',
    `x-request-id: ${shown.requestId}`,
    ...(shown.retryAfterSeconds === undefined ? [] : [`retry-after: ${shown.retryAfterSeconds}`]),
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
