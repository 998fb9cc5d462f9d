import { clientMessageSchema, type ClientMessage, type ServerFrame } from '../../src/protocol.ts';
import type { SocketLike } from '../../web/src/connection/reconnecting-socket.ts';

/** Records what the page sends, and refuses what the protocol does not know; says what the test tells it to. */
export class FakeSocket implements SocketLike {
  readonly sent: ClientMessage[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;

  send(data: string): void {
    this.sent.push(clientMessageSchema.parse(JSON.parse(data)));
  }

  close(): void {
    this.onclose?.();
  }

  say(frame: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}
