import type { ClientMessage, ServerFrame } from '../../../src/protocol.ts';
import type { PublicError } from './frames.ts';
import { Link, type LinkEnvironment, type LinkState } from './link.ts';
import { Observed } from './observed.ts';
import { Outbox } from './outbox.ts';
import {
  cancelFrame,
  createFrame,
  messageFrame,
  resumeFrame,
  startFrame,
  type OutgoingMessage,
  type SessionCreate,
  type StartRequest,
} from './outgoing.ts';
import { opensGrades, Reread, unread } from './reread.ts';
import { idleState, type SessionState } from './session-state.ts';
import { emptyView, isGap, reduceView, type PendingMessage, type ViewAction } from './session-view.ts';
import { StartBox } from './start-box.ts';
import type { OpenSession, SessionStorage, WaitingStart } from './stored-session.ts';

export interface SessionStoreOptions extends LinkEnvironment {
  storage: SessionStorage;
  /** 256 random bits in A–Z a–z 0–9 _ -, at least 43 characters. */
  newToken: () => string;
}

/** After these a session is no more; any other failure to resume it passes, or is somebody's to mend. */
const lost: ReadonlySet<string> = new Set(['session-not-found', 'session-mismatch', 'unauthorized']);

/** One session over one socket: sends, resumes and sends again, and keeps what the page shows. */
export class SessionStore {
  readonly #options: SessionStoreOptions;
  readonly #link: Link;
  readonly #observed: Observed<SessionState>;
  readonly #outbox: Outbox;
  readonly #start = new StartBox();
  #creating: SessionCreate | null = null;
  #token: string | null = null;
  /** The number of the last event that the server had when this connection was attached. */
  #until = 0;
  #reread: Reread | null = null;

  constructor(options: SessionStoreOptions) {
    this.#options = options;
    this.#observed = new Observed(idleState, options.timers);
    this.#link = new Link(options, {
      attachFrame: () => this.#attachFrame(),
      onAttachFailed: (error) => this.#attachFailed(error),
      onFrame: (frame) => this.#receive(frame),
      onState: (change) => this.#linkChanged(change),
    });
    this.#outbox = new Outbox({
      ...options,
      pending: () => this.#state.view.pending,
      dispatch: (action) => this.#dispatch(action),
      ready: () => this.#isCurrent(),
      post: (message) => this.#post(message),
      doubt: () => this.#link.probe(),
    });
    options.storage.watch(() => this.#follow());
  }

  /** What opens the session at the server; null before there is one. */
  get key(): OpenSession | null {
    const { sessionId } = this.#state.view;
    return sessionId === null || this.#token === null ? null : { sessionId, token: this.#token };
  }

  readonly getState = (): SessionState => this.#observed.state;

  readonly subscribe = (listener: () => void): (() => void) => this.#observed.subscribe(listener);

  /** Goes on with the session that the browser remembers; false when there is none. */
  restore(): boolean {
    const stored = this.#options.storage.load();
    if (this.#state.active || stored === null) return this.#state.active;
    this.#token = stored.open?.token ?? null;
    this.#creating = stored.open === null ? stored.creating : null;
    this.#start.set(stored.starting);
    const opened = { ...emptyView, sessionId: stored.open?.sessionId ?? null };
    const view = this.#options.storage
      .unsent()
      .reduce(
        (before, message) => reduceView(before, { type: 'message.queued', message, kept: true, tried: true }),
        opened,
      );
    this.#set({ active: true, restoring: stored.open !== null, starting: stored.starting !== null, view });
    this.#link.start();
    return true;
  }

  /** Starts an interview in the open session (at once, or when it is connected again), or opens a session for it. */
  start(request: StartRequest): void {
    const { sessionId, lastSeq } = this.#state.view;
    const id = this.#options.newId();
    if (sessionId !== null) {
      if (request.plan === undefined) return;
      this.#setStarting({ frame: startFrame(id, sessionId, request.mode, request.plan), after: lastSeq });
      this.#flush();
      return;
    }
    this.forget();
    this.#creating = createFrame(id, this.#options.newToken(), request);
    this.#set({ active: true });
    this.#remember();
    this.#link.start();
  }

  /** Queues a message, which leaves when the session is attached; false when too many wait already. */
  send(message: OutgoingMessage): boolean {
    return this.#outbox.add(message);
  }

  /** Sends a refused message again, under the same id. */
  retry(id: string): void {
    this.#outbox.retry(id);
  }

  /** Takes back a message that was refused, or that has never left. */
  discard(id: string): void {
    this.#dispatch({ type: 'message.discarded', id });
    this.#flush();
  }

  /** Stops the answer that is being written. */
  cancel(): void {
    const { sessionId } = this.#state.view;
    if (sessionId !== null) this.#link.send(cancelFrame(this.#options.newId(), sessionId));
  }

  dismiss(problemId: string): void {
    this.#dispatch({ type: 'problem.dismissed', id: problemId });
  }

  /** Leaves the session for good on this browser, in all its tabs. */
  forget(): void {
    this.#leave();
    this.#options.storage.clear();
  }

  /** Tries now instead of after the wait: the network is back, or somebody asked or looks at the page again. */
  readonly reconnect = (): void => this.#link.reconnect();

  /** Asks the server for a sign of life, and replaces a connection that gives none. */
  readonly probe = (): void => this.#link.probe();

  get #state(): SessionState {
    return this.#observed.state;
  }

  #leave(): void {
    this.#link.stop();
    this.#creating = null;
    this.#start.set(null);
    this.#token = null;
    this.#reread = null;
    this.#until = 0;
    this.#set(idleState);
  }

  /** Another tab changed what the browser remembers: goes along. */
  #follow(): void {
    const stored = this.#options.storage.load();
    const { sessionId } = this.#state.view;
    const other = stored?.open?.sessionId ?? null;
    if (other !== null && other !== sessionId) {
      this.#leave();
      this.restore();
      return;
    }
    if (stored === null && sessionId !== null) this.#leave();
    if (this.#state.active) this.#outbox.follow();
  }

  #attachFrame(): ClientMessage | null {
    const { view } = this.#state;
    if (this.#reread !== null) this.#reread = new Reread(view);
    if (view.sessionId === null || this.#token === null) return this.#creating;
    const after = this.#reread === null ? view.lastSeq : 0;
    return resumeFrame(this.#options.newId(), view.sessionId, this.#token, after);
  }

  #receive(frame: ServerFrame | null): void {
    if (frame === null) {
      this.#dispatch({ type: 'frame.unreadable', id: this.#options.newId() });
      return;
    }
    if (isGap(this.#state.view, frame)) {
      this.#link.attachAgain();
      return;
    }
    if (frame.type === 'error' && frame.id !== undefined && this.#takesError(frame.id, frame.error)) return;
    if (frame.type === 'session.ready') this.#reread?.expect(frame.lastSeq);
    const before = this.#state.view;
    this.#dispatch({ type: 'frame', frame, at: this.#options.now() });
    if (frame.type === 'session.ready') this.#attachDone(frame.lastSeq, frame.token);
    if (this.#start.isSettledBy(frame)) this.#setStarting(null);
    if (this.#reread === null && opensGrades(before, this.#state.view, frame)) {
      this.#reread = new Reread(this.#state.view);
      this.#link.attach();
    }
    this.#flush();
  }

  /** True when the error ends the session; else it belongs to the view. */
  #takesError(id: string, error: PublicError): boolean {
    if (!this.#state.view.pending.some((message) => message.id === id)) return false;
    if (error.code === 'session-not-found') {
      this.#lose(error);
      return true;
    }
    const seconds = error.retryAfterSeconds;
    if (seconds !== undefined) this.#outbox.retryLater(id, error, seconds);
    return false;
  }

  #attachDone(lastSeq: number, token: string | undefined): void {
    if (token !== undefined) this.#token = token;
    this.#creating = null;
    this.#until = lastSeq;
    this.#remember();
    this.#outbox.watch();
  }

  #attachFailed(error: PublicError): void {
    const { view } = this.#state;
    if (error.code === 'session-mismatch' && view.lastSeq > 0) {
      // the page knows more than the server, which was set back: what the page knows is void
      this.#set({ view: unread(view) });
      this.#link.attach();
    } else if (error.code === 'protocol-version') this.#link.stop(error.code);
    else if (lost.has(error.code) || (view.sessionId === null && !error.retryable)) this.#lose(error);
    else this.#link.attachLater(error);
  }

  #lose(error: PublicError): void {
    const view = reduceView(this.#state.view, { type: 'session.lost', error });
    this.forget();
    this.#set({ view });
  }

  /** Sends what may leave now: messages, then a start. */
  #flush(): void {
    if (!this.#isCurrent()) return;
    if (this.#state.restoring) this.#set({ restoring: false });
    this.#outbox.flush();
    const start = this.#outbox.idle ? this.#start.take() : null;
    if (start !== null) this.#link.send(start);
  }

  /** Attached, and everything that the server had by then is here. */
  #isCurrent(): boolean {
    const { sessionId, lastSeq } = this.#state.view;
    return sessionId !== null && this.#link.attached && this.#reread === null && lastSeq >= this.#until;
  }

  #post(message: PendingMessage): void {
    const { sessionId } = this.#state.view;
    if (sessionId !== null) this.#link.send(messageFrame(sessionId, message));
  }

  #linkChanged(change: Partial<LinkState>): void {
    if (change.connection !== undefined) {
      this.#start.reset();
      this.#outbox.reset();
    }
    this.#set(change);
    if (change.connection === 'waiting') this.#dispatch({ type: 'connection.lost' });
  }

  #setStarting(starting: WaitingStart | null): void {
    this.#start.set(starting);
    this.#set({ starting: starting !== null });
    this.#remember();
  }

  #dispatch(action: ViewAction): void {
    const { view } = this.#state;
    const next = reduceView(view, action);
    const reread = this.#reread?.take(action, next) ?? null;
    if (reread !== null) this.#reread = null;
    const shown = reread ?? next;
    if (shown === view) return;
    for (const { id } of view.pending) {
      if (!shown.pending.some((message) => message.id === id)) this.#options.storage.drop(id);
    }
    this.#set({ view: shown });
  }

  #remember(): void {
    const open = this.key;
    if (open === null && this.#creating === null) return;
    this.#options.storage.save({ open, creating: this.#creating, starting: this.#start.waiting });
  }

  #set(change: Partial<SessionState>): void {
    const state = { ...this.#state, ...change };
    // a long session comes as hundreds of frames: showing each would take longer than reading them
    this.#observed.set(state, this.#link.attached && state.view.lastSeq < this.#until);
  }
}
