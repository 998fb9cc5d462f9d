import type { ClientMessage } from '../../../src/protocol.ts';
import { parseFrame, type PublicError } from './frames.ts';
import {
  cancelFrame,
  createFrame,
  messageFrame,
  resumeFrame,
  startFrame,
  type InterviewStart,
  type OutgoingMessage,
  type SessionCreate,
  type StartRequest,
} from './outgoing.ts';
import {
  ReconnectingSocket,
  type ConnectionState,
  type SocketLike,
  type Timers,
} from './reconnecting-socket.ts';
import { opensGrades, Reread, unread } from './reread.ts';
import { emptyView, isGap, reduceView, type SessionView, type ViewAction } from './session-view.ts';
import type { SessionStorage } from './stored-session.ts';

export interface SessionStoreOptions {
  openSocket: () => SocketLike;
  storage: SessionStorage;
  timers: Timers;
  random: () => number;
  now: () => number;
  newId: () => string;
}

export interface SessionState {
  view: SessionView;
  connection: ConnectionState;
  /** A session is open, or on its way. */
  active: boolean;
}

/** Seconds before a refused create or resume is tried again, when the server does not say. */
const attachAgainSeconds = 5;

/** One session over one socket: sends, resumes and sends again, and keeps what the page shows. */
export class SessionStore {
  readonly #options: SessionStoreOptions;
  readonly #socket: ReconnectingSocket;
  readonly #listeners = new Set<() => void>();
  #state: SessionState = { view: emptyView, connection: 'off', active: false };
  #creating: SessionCreate | null = null;
  /** A start that waits for the session to be attached. */
  #starting: InterviewStart | null = null;
  #token: string | null = null;
  /** The id of the create or resume that waits for its answer. */
  #attaching: string | null = null;
  /** This connection is attached to the session: messages may go out. */
  #attached = false;
  #reread: Reread | null = null;

  constructor(options: SessionStoreOptions) {
    this.#options = options;
    this.#socket = new ReconnectingSocket({
      open: options.openSocket,
      timers: options.timers,
      random: options.random,
      onOpen: () => this.#attach(),
      onMessage: (data) => this.#receive(data),
      onState: (connection) => this.#connectionChanged(connection),
    });
  }

  readonly getState = (): SessionState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Goes on with the session that the browser remembers; false when there is none. */
  restore(): boolean {
    const stored = this.#options.storage.load();
    if (this.#state.active || stored === null) return this.#state.active;
    this.#token = stored.token;
    const pending = stored.unsent.map((message) => ({ ...message, acked: false, refused: null }));
    this.#set({ active: true, view: { ...emptyView, sessionId: stored.sessionId, pending } });
    this.#socket.start();
    return true;
  }

  /** Starts an interview in the open session (at once, or when it is connected again), or opens a session for it. */
  start(request: StartRequest): void {
    const { sessionId } = this.#state.view;
    const id = this.#options.newId();
    if (this.#state.active) {
      if (sessionId === null || request.plan === undefined) return;
      this.#starting = startFrame(id, sessionId, request.mode, request.plan);
      if (this.#attached) this.#flushStart();
      return;
    }
    this.forget();
    this.#creating = createFrame(id, request);
    this.#set({ active: true });
    this.#socket.start();
  }

  /** Queues a message; it leaves at once when the session is attached, else when it is. */
  send({ text, intent, keyPointId }: OutgoingMessage): void {
    const id = this.#options.newId();
    const message = { id, text, intent: intent ?? null, keyPointId: keyPointId ?? null };
    this.#dispatch({ type: 'message.queued', message });
    this.#flush(id);
  }

  /** Sends a refused message again, under the same id. */
  retry(id: string): void {
    this.#dispatch({ type: 'message.retried', id });
    this.#flush(id);
  }

  discard(id: string): void {
    this.#dispatch({ type: 'message.discarded', id });
  }

  /** Stops the answer that is being written. */
  cancel(): void {
    const { sessionId } = this.#state.view;
    if (sessionId !== null) this.#sendFrame(cancelFrame(this.#options.newId(), sessionId));
  }

  dismiss(problemId: string): void {
    this.#dispatch({ type: 'problem.dismissed', id: problemId });
  }

  /** Leaves the session for good on this browser. */
  forget(): void {
    this.#socket.stop();
    this.#creating = null;
    this.#starting = null;
    this.#token = null;
    this.#attaching = null;
    this.#reread = null;
    this.#options.storage.clear();
    this.#set({ view: emptyView, active: false });
  }

  /** Tries now instead of after the wait: the network is back, or somebody asked. */
  readonly reconnect = (): void => {
    if (this.#socket.state === 'waiting') this.#socket.start();
  };

  #attach(fromStart = false): void {
    this.#attached = false;
    const { view } = this.#state;
    if (fromStart || this.#reread !== null) this.#reread = new Reread(view);
    if (view.sessionId !== null && this.#token !== null) {
      this.#attaching = this.#options.newId();
      const after = this.#reread === null ? view.lastSeq : 0;
      this.#sendFrame(resumeFrame(this.#attaching, view.sessionId, this.#token, after));
    } else if (this.#creating !== null) {
      this.#attaching = this.#creating.id;
      this.#sendFrame(this.#creating);
    }
  }

  #receive(data: unknown): void {
    const frame = parseFrame(data);
    if (frame === null) {
      this.#dispatch({ type: 'frame.unreadable', id: this.#options.newId() });
      return;
    }
    if (isGap(this.#state.view, frame)) {
      if (this.#attaching === null) this.#attach();
      return;
    }
    if (frame.type === 'error' && frame.id !== undefined && frame.id === this.#attaching) {
      this.#attachFailed(frame.error);
      return;
    }
    if (frame.type === 'session.ready') this.#reread?.expect(frame.lastSeq);
    const before = this.#state.view;
    this.#dispatch({ type: 'frame', frame, at: this.#options.now() });
    if (frame.type === 'session.ready') this.#attachDone(frame.token);
    if (this.#reread === null && opensGrades(before, this.#state.view, frame)) this.#attach(true);
  }

  #attachDone(token: string | undefined): void {
    if (token !== undefined) this.#token = token;
    this.#creating = null;
    this.#attaching = null;
    this.#attached = true;
    this.#remember();
    this.#flush();
    this.#flushStart();
  }

  #attachFailed(error: PublicError): void {
    this.#attaching = null;
    if (error.code === 'session-mismatch' && this.#state.view.lastSeq > 0) {
      // the page knows more than the server, which was set back: what the page knows is void
      this.#set({ view: unread(this.#state.view) });
      this.#attach();
      return;
    }
    if (!error.retryable) {
      const lost = reduceView(this.#state.view, { type: 'session.lost', error });
      this.forget();
      this.#set({ view: lost });
      return;
    }
    this.#dispatch({ type: 'frame', frame: { type: 'error', error }, at: this.#options.now() });
    this.#options.timers.set(
      () => {
        if (this.#socket.state === 'open' && !this.#attached && this.#attaching === null) this.#attach();
      },
      (error.retryAfterSeconds ?? attachAgainSeconds) * 1000,
    );
  }

  /** Sends what waits (or the one message `id`), once the session is attached. */
  #flush(id?: string): void {
    const { sessionId, pending } = this.#state.view;
    if (sessionId === null || !this.#attached) return;
    for (const message of pending) {
      if (message.acked || message.refused !== null || (id !== undefined && message.id !== id)) continue;
      this.#sendFrame(messageFrame(sessionId, message));
    }
  }

  #flushStart(): void {
    if (this.#starting !== null) this.#sendFrame(this.#starting);
    this.#starting = null;
  }

  #sendFrame(message: ClientMessage): void {
    this.#socket.send(JSON.stringify(message));
  }

  #connectionChanged(connection: ConnectionState): void {
    this.#attaching = null;
    this.#attached = false;
    this.#set({ connection });
    if (connection === 'waiting') this.#dispatch({ type: 'connection.lost' });
  }

  #dispatch(action: ViewAction): void {
    const { view } = this.#state;
    const next = reduceView(view, action);
    const reread = this.#reread?.take(action, next) ?? null;
    if (reread !== null) this.#reread = null;
    const shown = reread ?? next;
    if (shown === view) return;
    this.#set({ view: shown });
    if (shown.pending !== view.pending) this.#remember();
  }

  #remember(): void {
    const { sessionId, pending } = this.#state.view;
    if (sessionId === null || this.#token === null) return;
    const unsent = pending
      .filter((message) => !message.acked)
      .map(({ id, text, intent, keyPointId }) => ({ id, text, intent, keyPointId }));
    this.#options.storage.save({ sessionId, token: this.#token, unsent });
  }

  #set(change: Partial<SessionState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
