/** What each client message does: parse, check, call the engine, answer in frames. */
import { fold, pendingMessage } from '../coach/state.ts';
import { isAbort, toPublicError, VivaError } from '../errors.ts';
import { protocolVersion, type ClientMessage, type SessionEvent } from '../protocol.ts';
import { Attachment } from './attachment.ts';
import type { Connection } from './connection.ts';
import { openSession } from './open-session.ts';
import { parseFrame } from './parse-frame.ts';
import { gatewayLimits, replayCost, type GatewayLimits } from './gateway-limits.ts';
import type { Recoveries } from './recoveries.ts';
import { runTurn, type TurnDeps } from './run-turn.ts';
import type { ServerLimits } from './server-limits.ts';
import { tokenMatches } from './tokens.ts';

export interface GatewayDeps extends TurnDeps {
  readonly recoveries: Recoveries;
  readonly limits: ServerLimits;
  readonly newId: () => string;
  /** Why no session can be served yet; empty when it can. */
  readonly unready: () => readonly string[];
}

interface ReceivedFrame {
  /** Empty for what is refused anyway. */
  readonly text: string;
  readonly bytes: number;
  readonly isBinary: boolean;
}

type MessageOf<T extends ClientMessage['type']> = Extract<ClientMessage, { type: T }>;

export class Gateway {
  readonly #deps: GatewayDeps;
  readonly #limits: GatewayLimits;
  /** Frames refused in a row, by connection: a flood is cut off. */
  readonly #floods = new WeakMap<Connection, number>();
  /** The frames of a connection are taken in order; a turn goes on beside the frames after it. */
  readonly #tails = new WeakMap<Connection, Promise<void>>();

  constructor(deps: GatewayDeps) {
    this.#deps = deps;
    this.#limits = gatewayLimits(deps.limits);
  }

  /** Takes one frame, after those before it. Never rejects: every failure becomes an `error` frame. */
  async receive(connection: Connection, data: Buffer, isBinary: boolean): Promise<void> {
    const bytes = data.length;
    // What is refused for its size need not wait in memory for that.
    const text = isBinary || bytes > this.#deps.limits.frameBytes ? '' : data.toString('utf8');
    const before = this.#tails.get(connection) ?? Promise.resolve();
    const taken = before.then(async () => this.#take(connection, { text, bytes, isBinary }));
    this.#tails.set(connection, taken);
    connection.queued(1, bytes);
    await taken;
    connection.queued(-1, bytes);
  }

  /** The connection is gone. An answer that nobody reads any more stops at its next piece. */
  closed(connection: Connection): void {
    for (const [sessionId, attachment] of connection.attachments) {
      this.#deps.hub.remove(sessionId, attachment);
    }
    connection.attachments.clear();
    this.#deps.metrics.sessions(this.#deps.hub.size);
  }

  /** Checks that a token opens a session. @throws VivaError `session-not-found`, `unauthorized`, `rate-limited` */
  async authorize(sessionId: string, token: string | null, address: string): Promise<void> {
    await this.#limits.wrongTokens.check(address);
    const stored = await this.#deps.log.tokenHash(sessionId);
    if (stored !== null && token !== null && tokenMatches(token, stored)) return;
    await this.#limits.wrongTokens.take(address);
    if (stored === null)
      throw new VivaError('session-not-found', 'There is no such session: start a new one.');
    throw new VivaError(
      'unauthorized',
      'This token does not open this session: use the one that came with it.',
    );
  }

  /** The whole session, for an address that has not read too much lately. @throws VivaError `rate-limited` */
  async read(sessionId: string, address: string): Promise<readonly SessionEvent[]> {
    const { replays } = this.#limits;
    await replays.check(address);
    const events = await this.#deps.log.read(sessionId);
    await replays.take(address, replayCost(events));
    return events;
  }

  async #take(connection: Connection, frame: ReceivedFrame): Promise<void> {
    if (!connection.open) return;
    let id: string | undefined;
    try {
      await this.#admit(connection, frame);
      const parsed = parseFrame(frame.text);
      id = parsed.ok ? parsed.message.id : parsed.id;
      if (!parsed.ok) throw parsed.error;
      await this.#dispatch(connection, parsed.message);
    } catch (error) {
      this.#refuse(connection, error, id);
      this.#cutOff(connection, frame, error);
    }
  }

  async #admit(connection: Connection, { bytes, isBinary }: ReceivedFrame): Promise<void> {
    await this.#limits.frames.take(connection.id);
    this.#floods.delete(connection);
    if (isBinary)
      throw new VivaError('frame-invalid', 'Binary frames are not part of the protocol: send text.');
    const { frameBytes } = this.#deps.limits;
    if (bytes <= frameBytes) return;
    throw new VivaError('payload-too-large', `A frame may have ${frameBytes} bytes: send less at once.`);
  }

  /** Ends a connection that goes on after its frames were refused, or that sends what is too large. */
  #cutOff(connection: Connection, { bytes }: ReceivedFrame, error: unknown): void {
    const { frameBytes, framesPerTenSeconds } = this.#deps.limits;
    if (bytes > frameBytes) connection.close(1009, 'frame too large');
    if (!(error instanceof VivaError) || error.code !== 'rate-limited') return;
    const refused = (this.#floods.get(connection) ?? 0) + 1;
    this.#floods.set(connection, refused);
    if (refused >= framesPerTenSeconds * 9) connection.close(1008, 'too many frames');
  }

  async #dispatch(connection: Connection, message: ClientMessage): Promise<void> {
    const [missing] = this.#deps.unready();
    if (missing !== undefined) {
      throw new VivaError('overloaded', `The server is starting: ${missing}. Try again in a moment.`, {
        retryAfterSeconds: 2,
      });
    }
    switch (message.type) {
      case 'session.create':
        return this.#create(connection, message);
      case 'session.resume':
        await this.authorize(message.sessionId, message.token, connection.address);
        return this.#attach(connection, message);
      case 'message.send': {
        await this.#admitTurn(connection, message.sessionId);
        const { id: clientId, text, intent, keyPointId } = message;
        const sent = {
          clientId,
          text,
          ...(intent === undefined ? {} : { intent }),
          ...(keyPointId === undefined ? {} : { keyPointId }),
        };
        this.#runTurn(connection, message, 'message', async (hooks) =>
          this.#deps.engine.handleMessage(message.sessionId, sent, hooks),
        );
        return;
      }
      case 'interview.start': {
        await this.#admitTurn(connection, message.sessionId);
        const { id, plan, mode } = message;
        const start = { id, plan, ...(mode === undefined ? {} : { mode }) };
        this.#runTurn(connection, message, 'interview', async (hooks) =>
          this.#deps.engine.startInterview(message.sessionId, start, hooks),
        );
        return;
      }
      case 'turn.cancel':
        this.#mustBeAttached(connection, message.sessionId);
        this.#deps.engine.cancel(message.sessionId);
    }
  }

  async #create(connection: Connection, message: MessageOf<'session.create'>): Promise<void> {
    const { sessionId, token } = await openSession(this.#deps, message, async () => {
      await this.#limits.sessionsByAddress.take(connection.address);
      this.#mustHaveRoom(connection, null);
    });
    await this.#attach(connection, { id: message.id, sessionId, after: 0 }, token);
  }

  async #attach(
    connection: Connection,
    { id, sessionId, after }: Pick<MessageOf<'session.resume'>, 'id' | 'sessionId' | 'after'>,
    token?: string,
  ): Promise<void> {
    const { hub, log, logger, metrics } = this.#deps;
    this.#mustHaveRoom(connection, sessionId);
    const attachment = new Attachment({
      sessionId,
      outlet: connection,
      read: async (from, limit) => log.read(sessionId, from, limit),
      onFailure: (error) => logger.error({ err: error, sessionId }, 'reading a session again failed'),
    });
    // Attached before the log is read: what is stored meanwhile waits, and nothing falls between the two.
    this.#detach(connection, sessionId);
    connection.attachments.set(sessionId, attachment);
    hub.add(sessionId, attachment);
    metrics.sessions(hub.size);
    let unanswered: string | null;
    try {
      const past = { events: await this.read(sessionId, connection.address) };
      unanswered = pendingMessage(fold(past.events))?.clientId ?? null;
      const lastSeq = past.events.at(-1)?.seq ?? 0;
      if (after > lastSeq) {
        throw new VivaError(
          'session-mismatch',
          `The session has ${lastSeq} events, not ${after}: forget what you know of it, and resume from 0.`,
        );
      }
      connection.send({
        type: 'session.ready',
        v: protocolVersion,
        id,
        sessionId,
        lastSeq,
        ...(token === undefined ? {} : { token }),
      });
      await attachment.replay(past, after);
    } catch (error) {
      this.#detach(connection, sessionId);
      throw error;
    }
    if (connection.open)
      this.#deps.recoveries.start({ sessionId, address: connection.address }, attachment, unanswered);
    else this.closed(connection);
  }

  #detach(connection: Connection, sessionId: string): void {
    const attachment = connection.attachments.get(sessionId);
    if (!attachment) return;
    connection.attachments.delete(sessionId);
    this.#deps.hub.remove(sessionId, attachment);
    this.#deps.metrics.sessions(this.#deps.hub.size);
  }

  async #admitTurn(connection: Connection, sessionId: string): Promise<void> {
    this.#mustBeAttached(connection, sessionId);
    await this.#limits.messages.take(sessionId);
    await this.#limits.messagesByAddress.take(connection.address);
  }

  #runTurn(
    connection: Connection,
    { sessionId, id }: { readonly sessionId: string; readonly id: string },
    kind: 'message' | 'interview',
    act: Parameters<typeof runTurn>[1]['act'],
  ): void {
    const onAck = (seq: number, replayed: boolean) =>
      connection.attachments.get(sessionId)?.push({ type: 'ack', id, sessionId, seq, replayed });
    const from = { sessionId, address: connection.address };
    runTurn(this.#deps, { ...from, id, kind, act, onAck }).catch((error: unknown) => {
      this.#refuse(connection, error, id);
      this.#deps.recoveries.after(error, from);
    });
  }

  #mustBeAttached(connection: Connection, sessionId: string): void {
    if (connection.attachments.has(sessionId)) return;
    throw new VivaError(
      'unauthorized',
      'This connection is not attached to that session: send session.resume with its token first.',
    );
  }

  #mustHaveRoom(connection: Connection, sessionId: string | null): void {
    const { hub, limits } = this.#deps;
    if (sessionId !== null && connection.attachments.has(sessionId)) return;
    if (connection.attachments.size >= limits.sessionsPerConnection) {
      throw new VivaError(
        'overloaded',
        `One connection may hold ${limits.sessionsPerConnection} sessions: open another one.`,
      );
    }
    if (hub.size >= limits.sessions && (sessionId === null || !hub.has(sessionId))) {
      throw new VivaError('overloaded', 'The server holds as many sessions as it may: try again later.', {
        retryAfterSeconds: 30,
      });
    }
  }

  #refuse(connection: Connection, error: unknown, id: string | undefined): void {
    const requestId = this.#deps.newId();
    const shown = toPublicError(error, requestId);
    this.#deps.metrics.error(shown.code);
    if (shown.code === 'internal' || shown.code === 'storage-failed') {
      this.#deps.logger.error({ err: error, requestId, connection: connection.id }, 'a frame failed');
    } else if (!isAbort(error)) {
      this.#deps.logger.debug(
        { code: shown.code, requestId, connection: connection.id },
        'a frame was refused',
      );
    }
    connection.send({ type: 'error', ...(id === undefined ? {} : { id }), error: shown });
  }
}
