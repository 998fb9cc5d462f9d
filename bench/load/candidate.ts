/** One candidate: a session on a socket of its own, that replies to whatever question is open and notes what comes of it. */
import { WebSocket } from 'ws';
import { pick, seededRandom, type Random } from '../../src/coach/random.ts';
import { protocolVersion, type Lang, type ServerFrame } from '../../src/protocol.ts';
import type { Outcome, Reply } from './orders.ts';

/** A refused session or start is asked for again this often. */
const attempts = 40;
/** Longest wait for the answer to anything but a message, ms. */
const patienceMs = 60_000;

interface OnItsWay {
  readonly meantAt: number;
  readonly sentAt: number;
  readonly followUp: boolean;
  readonly places: number[];
  heardAt: number;
  longestSilenceMs: number;
  seq: number | null;
  graded: boolean;
  settle: (outcome: Outcome) => void;
}

export interface CandidateOptions {
  readonly url: string;
  readonly from: string;
  readonly replies: readonly Reply[];
  readonly seed: number;
  readonly number: number;
  readonly onAccident: (what: string) => void;
}

type Watcher = (frame: ServerFrame) => void;

export class Candidate {
  readonly #options: CandidateOptions;
  readonly #socket: WebSocket;
  readonly #random: Random;
  readonly #lang: Lang;
  readonly #onItsWay = new Map<string, OnItsWay>();
  readonly #turns = new Set<string>();
  readonly #watchers = new Set<Watcher>();
  #sessionId = '';
  #open: { entryId: string; followUp: boolean } | null = null;
  #ids = 0;

  private constructor(options: CandidateOptions, socket: WebSocket) {
    this.#options = options;
    this.#socket = socket;
    this.#random = seededRandom(options.seed, `candidate ${options.number}`);
    this.#lang = this.#random() < 0.5 ? 'zh' : 'en';
    socket.on('message', (data: Buffer) => this.#receive(JSON.parse(data.toString('utf8')) as ServerFrame));
    socket.on('error', (error) => options.onAccident(`socket: ${error.message}`));
    socket.on('close', (code) => {
      if (code !== 1005) options.onAccident(`closed with ${code}`);
    });
  }

  /** Connects and opens a session, with an interview when `asked`. */
  static async open(options: CandidateOptions, asked: boolean): Promise<Candidate> {
    const socket = new WebSocket(options.url, { localAddress: options.from });
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    const candidate = new Candidate(options, socket);
    await candidate.#persist(async () => candidate.#create(asked));
    return candidate;
  }

  close(): void {
    this.#socket.close();
  }

  /** Waits for the end of the turn (a grade is not the last that comes of one), and begins an interview unless a question is open. */
  async prepare(): Promise<void> {
    // oxlint-disable-next-line no-await-in-loop -- frames come in between
    while (this.#turns.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    if (this.#open === null) await this.#persist(async () => this.#start());
  }

  /** Replies to the open question; settles with what came of it. @param meantAt when it was to be sent, by performance.now */
  async reply(meantAt: number): Promise<Outcome> {
    const id = this.#newId();
    const sentAt = performance.now();
    const followUp = this.#open?.followUp ?? false;
    const ended = new Promise<Outcome>((settle) => {
      this.#onItsWay.set(id, {
        meantAt,
        sentAt,
        followUp,
        places: [],
        heardAt: sentAt,
        longestSilenceMs: 0,
        seq: null,
        graded: false,
        settle,
      });
    });
    this.#turns.add(id);
    this.#send({ type: 'message.send', id, sessionId: this.#sessionId, text: this.#words() });
    return ended;
  }

  /** Ends what is still on its way as `silent`. */
  giveUp(): void {
    for (const [id, one] of this.#onItsWay) this.#end(id, one, 'silent');
  }

  #words(): string {
    const { replies } = this.#options;
    const own = replies.filter(({ id, lang }) => id === this.#open?.entryId && lang === this.#lang);
    const fitting = own.length > 0 ? own : replies.filter(({ lang }) => lang === this.#lang);
    const [first, ...others] = fitting.length > 0 ? fitting : replies;
    if (!first) throw new Error('there are no replies');
    return pick([first, ...others], this.#random).answer;
  }

  #plan() {
    // One question that there are replies to, so that what is graded is what people wrote to it.
    const own = this.#options.replies.filter(({ lang }) => lang === this.#lang);
    const [first, ...others] = own.length > 0 ? own : this.#options.replies;
    if (!first) throw new Error('there are no replies');
    return { entryId: pick([first, ...others], this.#random).id, questions: 1 };
  }

  async #create(asked: boolean): Promise<void> {
    const id = this.#newId();
    const plan = asked ? { plan: this.#plan() } : {};
    const done = this.#until(id, (frame) => frame.type === 'session.ready' && frame.id === id);
    this.#send({ type: 'session.create', id, lang: this.#lang, mode: 'study', ...plan });
    const ready = await done;
    if (ready.type !== 'session.ready') throw new Error('no session');
    this.#sessionId = ready.sessionId;
    if (asked && this.#open === null)
      await this.#until(id, (frame) => frame.type === 'event' && frame.event.type === 'question.asked');
  }

  async #start(): Promise<void> {
    const id = this.#newId();
    const done = this.#until(id, (frame) => frame.type === 'turn.end' && frame.id === id);
    this.#send({
      type: 'interview.start',
      id,
      sessionId: this.#sessionId,
      mode: 'study',
      plan: this.#plan(),
    });
    await done;
  }

  /** Again after as long as the server says, when it refuses. */
  async #persist(work: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await work();
        return;
      } catch (error) {
        const seconds = error instanceof Refusal ? error.seconds : null;
        if (seconds === null || attempt === attempts) throw error;
        await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      }
    }
  }

  /** The first frame that `accept` takes; a refusal of `id` rejects. */
  async #until(id: string, accept: (frame: ServerFrame) => boolean): Promise<ServerFrame> {
    return new Promise((resolve, reject) => {
      const finish = () => {
        clearTimeout(timer);
        this.#watchers.delete(watch);
      };
      const watch: Watcher = (frame) => {
        if (frame.type === 'error' && frame.id === id) {
          finish();
          reject(new Refusal(frame.error.code, frame.error.retryAfterSeconds ?? null));
        } else if (accept(frame)) {
          finish();
          resolve(frame);
        }
      };
      const timer = setTimeout(() => {
        finish();
        reject(new Error(`no answer to ${id} in ${patienceMs / 1000} s`));
      }, patienceMs);
      this.#watchers.add(watch);
    });
  }

  #receive(frame: ServerFrame): void {
    if (frame.type === 'event') this.#follow(frame.event);
    for (const watch of this.#watchers) watch(frame);
    const id = 'id' in frame ? frame.id : undefined;
    const one = id === undefined ? undefined : this.#onItsWay.get(id);
    if (id !== undefined && one) this.#hear(id, one, frame);
    else if (frame.type === 'error' && id === undefined)
      this.#options.onAccident(`error: ${frame.error.code}`);
    if (id !== undefined && (frame.type === 'turn.end' || frame.type === 'error')) this.#turns.delete(id);
  }

  #follow(event: Extract<ServerFrame, { type: 'event' }>['event']): void {
    if (event.type === 'question.asked') {
      this.#open = { entryId: event.entryId, followUp: event.kind === 'follow-up' };
    }
    if (
      event.type === 'interview.ended' ||
      event.type === 'report.made' ||
      event.type === 'interview.planned'
    )
      this.#open = null;
    if (event.type !== 'reply.graded') return;
    for (const [id, one] of this.#onItsWay) {
      if (one.seq === event.replySeq) this.#end(id, one, 'graded');
    }
  }

  #hear(id: string, one: OnItsWay, frame: ServerFrame): void {
    this.#word(one);
    switch (frame.type) {
      case 'turn.queued':
        one.places.push(frame.position);
        break;
      case 'ack':
        one.seq = frame.seq;
        break;
      case 'turn.end':
        this.#end(id, one, 'other');
        break;
      case 'error':
        this.#end(id, one, 'refused', frame.error);
        break;
      default:
        break;
    }
  }

  #word(one: OnItsWay): void {
    const now = performance.now();
    one.longestSilenceMs = Math.max(one.longestSilenceMs, now - one.heardAt);
    one.heardAt = now;
  }

  #end(
    id: string,
    one: OnItsWay,
    end: Outcome['end'],
    error?: { code: string; retryAfterSeconds?: number | undefined },
  ): void {
    this.#onItsWay.delete(id);
    this.#word(one);
    one.settle({
      end,
      ms: performance.now() - one.meantAt,
      lateMs: one.sentAt - one.meantAt,
      longestSilenceMs: one.longestSilenceMs,
      places: one.places,
      followUp: one.followUp,
      ...(error ? { code: error.code } : {}),
      ...(error?.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
    });
  }

  #newId(): string {
    this.#ids += 1;
    return `s${this.#options.number}-${this.#ids}`;
  }

  #send(message: Record<string, unknown>): void {
    this.#socket.send(JSON.stringify({ v: protocolVersion, ...message }));
  }
}

class Refusal extends Error {
  readonly seconds: number | null;
  constructor(code: string, seconds: number | null) {
    super(`refused: ${code}`);
    this.seconds = seconds;
  }
}
