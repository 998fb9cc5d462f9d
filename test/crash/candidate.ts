/** A client that does what docs/protocol.md asks of one, keeps all it was told, and notes what should not be. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { mulberry32, type Random } from '../../src/coach/random.ts';
import type { Entry } from '../../src/corpus/entry.ts';
import {
  protocolVersion,
  serverFrameSchema,
  type ClientMessage,
  type ServerFrame,
} from '../../src/protocol.ts';
import { ClientSession } from './client-session.ts';
import type { Happenings } from './happenings.ts';
import { nextMove, somePlan } from './moves.ts';

export interface CandidateOptions {
  readonly name: string;
  readonly seed: number;
  readonly url: () => string | null;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly happenings: Happenings;
  /** Told of everything that a client must never see. */
  readonly fault: (what: string) => void;
}

class Disconnected extends Error {}

/** One connection, the session that it is for, and how far that is attached. */
interface Line {
  readonly socket: WebSocket;
  readonly session: ClientSession;
  /** The id of the create or resume on its way. */
  attaching: string;
  /** The number that the replay ends with; null until the server has told it. */
  until: number | null;
  /** The message that the coach is at work on: its answer has come to its end when this is null again. */
  working: string | null;
}

export class Candidate {
  readonly sessions: ClientSession[] = [];
  readonly counts = { resumed: 0, resent: 0, replayed: 0 };
  readonly #options: CandidateOptions;
  readonly #random: Random;
  readonly #waiting = new Set<() => void>();
  #line: Line | null = null;
  #paused = false;
  #ended = false;

  constructor(options: CandidateOptions) {
    this.#options = options;
    this.#random = mulberry32(options.seed);
    this.#begin();
  }

  /** Attached, with nothing on its way in either direction. */
  get quiet(): boolean {
    return this.#line !== null && isAttached(this.#line) && isIdle(this.#line);
  }

  /** What is still on its way, in words; for whoever waits in vain. */
  get unsettled(): string {
    const { sessionId, unacknowledged, start, state } = this.#session;
    const { message, answered } = state;
    return JSON.stringify({
      name: this.#options.name,
      connected: this.#line !== null,
      until: this.#line?.until,
      working: this.#line?.working,
      sessionId,
      unacknowledged: unacknowledged.length,
      start: start?.frame.id,
      message: message?.seq,
      answered,
    });
  }

  /** While paused only what was begun is finished. */
  pause(paused: boolean): void {
    this.#paused = paused;
    this.#wake();
  }

  /** Leaves its session, unless something is on its way there, and asks for a new one. */
  startAnew(): void {
    if (!this.quiet) return;
    this.#begin();
    this.#drop();
  }

  /** Resolves when there is no connection any more: all that the server ever sent has been read. */
  async disconnected(): Promise<void> {
    while (this.#line !== null) await this.#woken();
  }

  end(): void {
    this.#ended = true;
    this.#drop();
  }

  /** Until `end`: connects, attaches, goes on, and does it all again when the connection breaks. */
  async run(): Promise<void> {
    while (!this.#ended) {
      try {
        const line = await this.#connect(this.#session);
        await this.#attach(line);
        await this.#converse(line);
      } catch (error) {
        if (!(error instanceof Disconnected)) throw error;
      }
      await sleep(30 + this.#random() * 120);
    }
  }

  get #session(): ClientSession {
    return this.sessions.at(-1)!;
  }

  #begin(): void {
    this.sessions.push(
      new ClientSession({
        lang: this.#random() < 0.5 ? 'zh' : 'en',
        mode: this.#random() < 0.2 ? 'mock' : 'study',
        ...(this.#random() < 0.8 ? { plan: somePlan(this.#random) } : {}),
      }),
    );
  }

  #drop(): void {
    this.#line?.socket.terminate();
    this.#line = null;
    this.#wake();
  }

  async #connect(session: ClientSession): Promise<Line> {
    const url = this.#options.url();
    if (url === null) throw new Disconnected();
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, localAddress(this.#options.seed));
    const line: Line = { socket, session, attaching: '', until: null, working: null };
    socket.on('message', (data) => {
      this.#receive(line, serverFrameSchema.parse(JSON.parse((data as Buffer).toString('utf8'))));
      this.#wake();
    });
    socket.on('error', () => undefined);
    const closed = new Promise<void>((resolve) => {
      socket.once('close', () => {
        if (this.#line === line) this.#line = null;
        this.#wake();
        resolve();
      });
    });
    const opened = new Promise<'open'>((resolve) => void socket.once('open', () => resolve('open')));
    if ((await Promise.race([opened, closed])) !== 'open' || this.#ended) {
      socket.terminate();
      throw new Disconnected();
    }
    this.#line = line;
    return line;
  }

  async #attach(line: Line): Promise<void> {
    const { session } = line;
    this.#sendAttach(line);
    await this.#once(line, () => isAttached(line));
    this.#options.happenings.tell('attached');
    // What was not acknowledged is sent again, and now and then what was: the server takes an id once.
    const again = session.unacknowledged;
    const last = [...session.messages.values()].at(-1);
    if (last !== undefined && last.acked !== null && this.#random() < 0.3) again.push(last);
    for (const { frame } of again) {
      this.counts.resent += 1;
      send(line, frame);
    }
    if (session.start !== null) send(line, session.start.frame);
  }

  #sendAttach(line: Line): void {
    const { sessionId, token, view, create } = line.session;
    if (sessionId === null) {
      line.attaching = create.id;
      this.#options.happenings.tell('creating');
      send(line, create);
      return;
    }
    line.attaching = randomUUID();
    send(line, {
      type: 'session.resume',
      v: protocolVersion,
      id: line.attaching,
      sessionId,
      token,
      after: view.length,
    });
  }

  async #converse(line: Line): Promise<void> {
    const { session } = line;
    for (;;) {
      await this.#once(line, () => isIdle(line) && !this.#paused);
      await sleep(this.#random() * 150);
      if (this.#paused || this.#line !== line) continue;
      const move = nextMove(session.state, session.view, this.#options.entries, this.#random);
      if (move.type === 'new-session') {
        this.startAnew();
        continue;
      }
      const frame = session.plan(move);
      // A network that breaks before anything has left, or just after.
      const breaks = this.#random();
      if (breaks < 0.02) this.#drop();
      send(line, frame);
      if (move.type === 'message') this.#options.happenings.tell('sent');
      // An impatient click: the same frame twice.
      if (move.type === 'message' && breaks > 0.95) send(line, frame);
      if (breaks > 0.02 && breaks < 0.04) this.#drop();
    }
  }

  #receive(line: Line, frame: ServerFrame): void {
    const { session } = line;
    const { happenings, fault, name } = this.#options;
    switch (frame.type) {
      case 'session.ready':
        if (session.sessionId !== null && line.until === null) this.counts.resumed += 1;
        session.sessionId ??= frame.sessionId;
        line.until = frame.lastSeq;
        if (frame.sessionId !== session.sessionId) fault(`${name} was attached to another session`);
        if (frame.lastSeq < session.view.length) {
          fault(`${name}: the server has ${frame.lastSeq} events, ${session.view.length} had been sent`);
        }
        break;
      case 'event': {
        const wrong = session.take(frame.event);
        if (wrong !== null) fault(`${name}: ${wrong}`);
        happenings.tell('event');
        break;
      }
      case 'ack': {
        const message = session.messages.get(frame.id);
        if (message === undefined) {
          fault(`${name}: an acknowledgement of nothing that was sent`);
          break;
        }
        if (message.acked !== null && message.acked !== frame.seq) {
          fault(`${name}: message ${frame.id} acknowledged as ${message.acked} and as ${frame.seq}`);
        }
        message.acked = frame.seq;
        if (frame.replayed) this.counts.replayed += 1;
        happenings.tell('acked');
        break;
      }
      case 'turn.start':
        line.working = frame.id;
        break;
      case 'turn.end':
        line.working = null;
        if (frame.id === session.start?.frame.id) session.start = null;
        break;
      case 'error':
        this.#refused(line, frame);
        break;
      default:
    }
  }

  #refused(line: Line, { id, error }: Extract<ServerFrame, { type: 'error' }>): void {
    if (!error.retryable) this.#options.fault(`${this.#options.name}: ${error.code}: ${error.message}`);
    const { session } = line;
    setTimeout(() => {
      if (this.#line !== line) return;
      if (id === line.attaching) this.#sendAttach(line);
      const message = session.messages.get(id ?? '');
      if (message?.acked === null) send(line, message.frame);
      if (session.start !== null && session.start.frame.id === id) send(line, session.start.frame);
    }, 200);
  }

  /** @throws Disconnected when the connection breaks before the condition holds */
  async #once(line: Line, condition: () => boolean): Promise<void> {
    while (this.#line === line) {
      if (condition()) return;
      await this.#woken();
    }
    throw new Disconnected();
  }

  async #woken(): Promise<void> {
    await new Promise<void>((resolve) => void this.#waiting.add(resolve));
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}

function isAttached({ until, session }: Line): boolean {
  return until !== null && session.view.length >= until;
}

function isIdle({ working, session }: Line): boolean {
  return working === null && session.settled;
}

function send({ socket }: Line, frame: ClientMessage): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}

/**
 * Every client has an address of its own, as in life: limits by address stay as they are, and nobody who tries the port
 * of a dead server takes it away (a connection to a free port can meet itself).
 */
function localAddress(seed: number): { localAddress?: string } {
  return process.platform === 'linux'
    ? { localAddress: `127.0.${1 + (seed % 200)}.${1 + (seed % 250)}` }
    : {};
}
