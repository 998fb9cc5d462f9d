/** Fakes of everything an engine needs: they record calls, play scripts, and throw when nothing is set. */
import type { AnswerRequest, Answerer } from '../../src/answering/answerer.ts';
import type { Classification, ClassifyRequest, IntentClassifier } from '../../src/coach/intent.ts';
import { createEngine, type Engine, type EngineDeps, type TurnHooks } from '../../src/engine/engine.ts';
import { VivaError } from '../../src/errors.ts';
import { GraderAppeals } from '../../src/grading/appeals.ts';
import type { GradeRequest, Grader, Refinement, Refiner } from '../../src/grading/grader.ts';
import {
  sessionEventSchema,
  type Answer,
  type Grade,
  type Intent,
  type NewEvent,
  type Phase,
  type SessionEvent,
} from '../../src/protocol.ts';
import type { EntryHit, RetrieveOptions, Retriever } from '../../src/retrieval/retriever.ts';
import type { EventLog, SessionSummary } from '../../src/sessions/event-log.ts';
import type { Phrased, Phraser, PhraseRequest } from '../../src/talk/phraser.ts';
import type { Objection, TalkCheckRequest } from '../../src/talk/talk-check.ts';
import type { Lang, Mode, PlanRequest } from '../../src/protocol.ts';
import { material } from '../coach/fixtures.ts';

/** An event log in memory that refuses what the real ones refuse, and checks every event against the protocol. */
export class MemoryLog implements EventLog {
  readonly sessions = new Map<string, SessionEvent[]>();
  /** Runs before each append; throw to fail it, or write to the log to race it. */
  beforeAppend: ((events: readonly NewEvent[]) => void) | null = null;

  async create(
    sessionId: string,
    _tokenHash: string,
    events: readonly NewEvent[],
  ): Promise<readonly SessionEvent[]> {
    this.sessions.set(sessionId, []);
    return this.append(sessionId, 0, events);
  }

  async append(
    sessionId: string,
    expectedSeq: number,
    events: readonly NewEvent[],
  ): Promise<readonly SessionEvent[]> {
    this.beforeAppend?.(events);
    const stored = this.#session(sessionId);
    const ids = stored.flatMap((event) => (event.type === 'message.received' ? [event.clientId] : []));
    const repeated = events.some(
      (event) => event.type === 'message.received' && ids.includes(event.clientId),
    );
    if (stored.length !== expectedSeq || repeated) {
      throw new VivaError('message-conflict', `session ${sessionId} has moved past ${expectedSeq}`);
    }
    const numbered = events.map((event, index) =>
      sessionEventSchema.parse({ ...event, seq: expectedSeq + index + 1, at: 1_000 + expectedSeq + index }),
    );
    stored.push(...numbered);
    return numbered;
  }

  async read(sessionId: string, after = 0, limit = Infinity): Promise<readonly SessionEvent[]> {
    return this.#session(sessionId)
      .filter((event) => event.seq > after)
      .slice(0, limit);
  }

  async findMessage(sessionId: string, clientId: string): Promise<number | null> {
    const found = this.#session(sessionId).find(
      (event) => event.type === 'message.received' && event.clientId === clientId,
    );
    return found?.seq ?? null;
  }

  async tokenHash(): Promise<string | null> {
    throw new Error('tokenHash is not scripted');
  }
  async list(): Promise<readonly SessionSummary[]> {
    throw new Error('list is not scripted');
  }
  async waiting(): Promise<readonly string[]> {
    throw new Error('waiting is not scripted');
  }
  async remove(sessionId: string): Promise<void> {
    this.sessions.delete(sessionId);
  }
  async removeUntouched(): Promise<readonly string[]> {
    throw new Error('removeUntouched is not scripted');
  }
  async check(): Promise<void> {}
  async close(): Promise<void> {}

  #session(sessionId: string): SessionEvent[] {
    const events = this.sessions.get(sessionId);
    if (!events) throw new VivaError('session-not-found', `no session ${sessionId}`);
    return events;
  }
}

type Script<Request, Result> = (request: Request) => Result | Promise<Result>;

/** Plays one step of its script per call. */
class Scripted<Request, Result> {
  readonly calls: Request[] = [];
  readonly #steps: Script<Request, Result>[] = [];
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  next(...steps: Script<Request, Result>[]): void {
    this.#steps.push(...steps);
  }

  async play(request: Request): Promise<Result> {
    this.calls.push(request);
    const step = this.#steps.shift();
    if (!step)
      throw new Error(`${this.#name} was called without a script: ${JSON.stringify(request).slice(0, 200)}`);
    return step(request);
  }
}

/** Objects to what it is told to. */
export class ScriptedTalkCheck extends Scripted<TalkCheckRequest, Objection | null> {
  constructor() {
    super('talk check');
  }
  async objection(request: TalkCheckRequest): Promise<Objection | null> {
    return this.play(request);
  }
}

export class ScriptedGrader extends Scripted<GradeRequest, Grade> implements Grader {
  readonly id = 'scripted';
  constructor() {
    super('grader');
  }
  async grade(request: GradeRequest): Promise<Grade> {
    return this.play(request);
  }
}

/** A chat model that reads replies a second time. */
export class ScriptedRefiner
  extends Scripted<{ request: GradeRequest; local: Grade }, Refinement>
  implements Refiner
{
  readonly id = 'chat-model';
  constructor() {
    super('refiner');
  }
  async refine(request: GradeRequest, local: Grade): Promise<Refinement> {
    return this.play({ request, local });
  }
}

export class ScriptedAnswerer extends Scripted<AnswerRequest, Answer> implements Answerer {
  constructor() {
    super('answerer');
  }
  async answer(request: AnswerRequest): Promise<Answer> {
    return this.play(request);
  }
}

export class ScriptedPhraser extends Scripted<PhraseRequest, Phrased | null> implements Phraser {
  constructor() {
    super('phraser');
  }
  async phrase(request: PhraseRequest): Promise<Phrased | null> {
    return this.play(request);
  }
}

interface RetrieveCall {
  query: string;
  lang: Lang;
  options: RetrieveOptions | undefined;
}

export class ScriptedRetriever extends Scripted<RetrieveCall, readonly EntryHit[]> implements Retriever {
  constructor() {
    super('retriever');
  }
  async retrieve(query: string, lang: Lang, options?: RetrieveOptions): Promise<readonly EntryHit[]> {
    return this.play({ query, lang, options });
  }
}

/** Knows the intents it was told, by the message's words. */
export class ScriptedClassifier implements IntentClassifier {
  readonly calls: ClassifyRequest[] = [];
  readonly known = new Map<string, Classification>();

  set(message: string, intent: Intent, confidence = 1, runnerUp: Intent | null = null): void {
    this.known.set(message, { intent, confidence, runnerUp });
  }

  async classify(request: ClassifyRequest): Promise<Classification> {
    this.calls.push(request);
    const found = this.known.get(request.message);
    if (!found) throw new Error(`the classifier was not told what "${request.message}" is`);
    return found;
  }
}

export function hit(entryId: string, similarity: number | null): EntryHit {
  const chunk = {
    id: `${entryId}#q`,
    entryId,
    part: 'question',
    lang: 'zh',
    text: '',
    file: '',
    start: 0,
    end: 0,
  } as const;
  return { entryId, score: 1, hits: [{ chunk, similarity }] };
}

export interface Stage {
  readonly engine: Engine;
  readonly log: MemoryLog;
  readonly grader: ScriptedGrader;
  readonly answerer: ScriptedAnswerer;
  readonly retriever: ScriptedRetriever;
  readonly classifier: ScriptedClassifier;
  readonly failures: unknown[];
  readonly sessionId: string;
  /** Sends a message of the given intent; returns the events of the turn, the message itself left out. */
  say(text: string, intent: Intent, confidence?: number, runnerUp?: Intent): Promise<readonly SessionEvent[]>;
  /** A second engine on the same log, as another server or a restarted one would be. */
  another(): Engine;
  events(): readonly SessionEvent[];
  phase(): Phase | null;
}

/** An engine on fakes with one session in it. */
export async function stage(options: {
  lang?: Lang;
  mode?: Mode;
  plan?: PlanRequest;
  entries?: EngineDeps['entries'];
  appealGrader?: Grader;
  phraser?: Phraser;
  refiner?: Refiner;
  refineWithinMs?: number;
}): Promise<Stage> {
  const log = new MemoryLog();
  const grader = new ScriptedGrader();
  const answerer = new ScriptedAnswerer();
  const retriever = new ScriptedRetriever();
  const classifier = new ScriptedClassifier();
  const failures: unknown[] = [];
  const deps: EngineDeps = {
    log,
    grader,
    answerer,
    retriever,
    classifier,
    entries: options.entries ?? (() => material),
    newId: () => 'session-1',
    seedOf: () => 7,
    onFailure: (error) => failures.push(error),
    ...(options.appealGrader ? { appeals: new GraderAppeals(options.appealGrader) } : {}),
    ...(options.phraser ? { phraser: options.phraser } : {}),
    ...(options.refiner ? { refiner: options.refiner } : {}),
    ...(options.refineWithinMs === undefined ? {} : { refineWithinMs: options.refineWithinMs }),
  };
  const engine = createEngine(deps);
  const created = await engine.createSession({
    lang: options.lang ?? 'zh',
    mode: options.mode ?? 'study',
    tokenHash: 'hash',
    ...(options.plan ? { plan: options.plan } : {}),
  });
  let count = 0;
  let phase: Phase | null = created.phase;
  return {
    engine,
    log,
    grader,
    answerer,
    retriever,
    classifier,
    failures,
    sessionId: created.sessionId,
    async say(text, intent, confidence = 1, runnerUp) {
      classifier.set(text, intent, confidence, runnerUp ?? null);
      const heard: SessionEvent[] = [];
      const hooks: TurnHooks = { onEvent: (event) => heard.push(event) };
      phase = await engine.handleMessage(created.sessionId, { clientId: `m${(count += 1)}`, text }, hooks);
      return heard.filter((event) => event.type !== 'message.received');
    },
    another: () => createEngine(deps),
    events: () => log.sessions.get(created.sessionId) ?? [],
    phase: () => phase,
  };
}

/** The one event of a type; throws when there is none or more than one. */
export function only<T extends SessionEvent['type']>(
  events: readonly SessionEvent[],
  type: T,
): Extract<SessionEvent, { type: T }> {
  const found = events.filter((event) => event.type === type);
  if (found.length !== 1)
    throw new Error(`${found.length} ${type} among ${events.map((one) => one.type).join(', ')}`);
  return found[0] as Extract<SessionEvent, { type: T }>;
}

/** The types of the events, in order. */
export function types(events: readonly SessionEvent[]): string[] {
  return events.map((event) => event.type);
}
