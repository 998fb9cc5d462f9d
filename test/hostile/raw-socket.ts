/** A WebSocket client that keeps no rule: every bit of every frame is the caller's. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export interface RawFrame {
  /** Default true. */
  readonly fin?: boolean;
  /** The three reserved bits, 0–7. Default 0. */
  readonly rsv?: number;
  /** Default 1, text. */
  readonly opcode?: number;
  readonly payload?: string | Buffer;
  /** Default true; a client has to. */
  readonly masked?: boolean;
  /** The length that the frame claims. Default the payload's. */
  readonly length?: number | bigint;
}

/** The bytes of one frame. */
export function frameBytes(frame: RawFrame): Buffer {
  const payload = Buffer.from(frame.payload ?? '');
  const masked = frame.masked ?? true;
  const length = BigInt(frame.length ?? payload.length);
  const first = ((frame.fin ?? true) ? 0x80 : 0) | ((frame.rsv ?? 0) << 4) | (frame.opcode ?? 1);
  const bit = masked ? 0x80 : 0;
  let head: Buffer;
  if (length < 126n) head = Buffer.from([first, bit | Number(length)]);
  else if (length < 65_536n)
    head = Buffer.from([first, bit | 126, Number(length >> 8n), Number(length & 255n)]);
  else {
    head = Buffer.alloc(10);
    head.set([first, bit | 127]);
    head.writeBigUInt64BE(BigInt.asUintN(64, length), 2);
  }
  if (!masked) return Buffer.concat([head, payload]);
  const mask = Buffer.from([1, 2, 3, 4]);
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}

export class RawSocket {
  readonly socket: Socket;
  /** The answer's head, once it is there. */
  head = '';
  /** Every text frame that came. */
  readonly texts: string[] = [];
  /** How many pings came; none is answered. */
  pings = 0;
  pongs = 0;
  /** The code of the close frame; 1006 when the connection ended without one. */
  closed: number | null = null;
  #code = 1006;
  #bytes = Buffer.alloc(0);
  readonly #listeners = new Set<() => void>();

  private constructor(port: number, localAddress: string) {
    this.socket = connect({ port, host: '127.0.0.1', localAddress });
    this.socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#read();
      this.#tell();
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.closed = this.#code;
      this.#tell();
    });
  }

  /** Connects and shakes hands, with further header lines if any. */
  static async open(
    port: number,
    lines: readonly string[] = [],
    localAddress = '127.0.0.1',
  ): Promise<RawSocket> {
    const raw = new RawSocket(port, localAddress);
    const key = randomBytes(16).toString('base64');
    raw.socket.write(
      [
        'GET /ws HTTP/1.1',
        `Host: 127.0.0.1:${port}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${key}`,
        ...lines,
        '\r\n',
      ].join('\r\n'),
    );
    await raw.until(() => raw.head !== '' || raw.closed !== null);
    return raw;
  }

  send(...frames: RawFrame[]): void {
    this.socket.write(Buffer.concat(frames.map(frameBytes)));
  }

  /** Sends a message of the protocol. */
  say(message: Record<string, unknown>): void {
    this.send({ payload: JSON.stringify({ v: 1, ...message }) });
  }

  async closeCode(): Promise<number> {
    await this.until(() => this.closed !== null);
    return this.closed ?? 1006;
  }

  /** @throws after 5 s (or `ms`) */
  async until(condition: () => boolean, ms = 5_000): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const check = () => {
        if (!condition()) return;
        clearTimeout(timer);
        this.#listeners.delete(check);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#listeners.delete(check);
        reject(new Error(`waited ${ms} ms; head ${JSON.stringify(this.head)}, ${this.texts.length} texts`));
      }, ms);
      this.#listeners.add(check);
      check();
    });
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #read(): void {
    if (this.head === '') {
      const end = this.#bytes.indexOf('\r\n\r\n');
      if (end === -1) return;
      this.head = this.#bytes.subarray(0, end).toString('latin1');
      this.#bytes = this.#bytes.subarray(end + 4);
    }
    for (;;) {
      const [first = 0, second = 0] = this.#bytes;
      const wide = (second & 127) === 126 ? 2 : (second & 127) === 127 ? 8 : 0;
      if (this.#bytes.length < 2 + wide) return;
      const length =
        wide === 2
          ? this.#bytes.readUInt16BE(2)
          : wide === 8
            ? Number(this.#bytes.readBigUInt64BE(2))
            : second & 127;
      if (this.#bytes.length < 2 + wide + length) return;
      const payload = this.#bytes.subarray(2 + wide, 2 + wide + length);
      this.#bytes = this.#bytes.subarray(2 + wide + length);
      const opcode = first & 15;
      if (opcode === 1) this.texts.push(payload.toString('utf8'));
      if (opcode === 9) this.pings += 1;
      if (opcode === 10) this.pongs += 1;
      if (opcode === 8) this.#code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
    }
  }
}

/** Sends bytes as they are, the further ones each when `between` says so, and returns all that comes back. */
export async function rawExchange(port: number, bytes: string | Buffer, patienceMs = 3_000): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(patienceMs, () => socket.destroy());
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('error', (error: Error & { code?: string }) =>
      error.code === 'ECONNRESET' ? undefined : reject(error),
    );
    socket.on('close', () => resolve(answer));
  });
}
