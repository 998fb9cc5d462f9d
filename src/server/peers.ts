/** How many TCP connections one address holds, before anything was said on them. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from './origin.ts';

/**
 * Drops connections of an address that has `most` already: whoever opens thousands and sends nothing takes none from others.
 * Behind a trusted proxy every connection has the proxy's address, so there this must not be used.
 */
export function limitPeers(http: Server, most: number): void {
  const open = new Map<string, number>();
  http.on('connection', (socket: Socket) => {
    const peer = networkOf(socket.remoteAddress ?? 'unknown');
    const held = open.get(peer) ?? 0;
    if (held >= most) {
      socket.destroy();
      return;
    }
    open.set(peer, held + 1);
    socket.once('close', () => {
      const left = (open.get(peer) ?? 1) - 1;
      if (left > 0) open.set(peer, left);
      else open.delete(peer);
    });
  });
}
