/** What the server counts, for Prometheus. Labels are closed sets: no session, no address, no text. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ErrorCode } from '../errors.ts';
import type { SessionEvent } from '../protocol.ts';
import type { InferenceCounts } from '../inference/messages.ts';
import type { TalkList } from '../talk/outcomes.ts';
import { measureEventLoopDelay } from './event-loop-delay.ts';

export type TurnKind = 'create' | 'message' | 'interview' | 'recover';

export interface Watched {
  /** Turns. */
  readonly running: () => number;
  readonly waiting: () => number;
  readonly inference: () => InferenceCounts | null;
  readonly talk: () => TalkList;
}

export interface Metrics {
  turn(kind: TurnKind, outcome: 'done' | 'replayed' | 'stopped' | 'failed', seconds: number): void;
  /** A turn started after so long in the queue. */
  waited(seconds: number): void;
  /** What to read when metrics are asked for. */
  watch(watched: Watched): void;
  event(event: SessionEvent): void;
  error(code: ErrorCode): void;
  request(method: string, route: string, status: number, seconds: number): void;
  socketOpened(): void;
  socketClosed(): void;
  sessions(attached: number): void;
}

/** Registers every metric, the process's own among them. One registry takes one server. */
export function createMetrics(register: Registry): Metrics {
  collectDefaultMetrics({ register });
  measureEventLoopDelay(register);
  const registers = [register];
  const turns = new Counter({
    name: 'viva_turns_total',
    help: 'Turns by kind and outcome.',
    labelNames: ['kind', 'outcome'] as const,
    registers,
  });
  const turnSeconds = new Histogram({
    name: 'viva_turn_seconds',
    help: 'Time from a message to the end of its turn.',
    labelNames: ['kind'] as const,
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100],
    registers,
  });
  const waitSeconds = new Histogram({
    name: 'viva_turn_wait_seconds',
    help: 'Time that a turn waited before it started.',
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100],
    registers,
  });
  const grades = new Counter({
    name: 'viva_grades_total',
    help: 'Grades by judge and state (graded, provisional, ungraded).',
    labelNames: ['judge', 'state'] as const,
    registers,
  });
  const answers = new Counter({
    name: 'viva_answers_total',
    help: 'Answers to free questions: answered or refused.',
    labelNames: ['kind'] as const,
    registers,
  });
  const appeals = new Counter({
    name: 'viva_appeals_total',
    help: 'Disputed verdicts by outcome (upheld, changed, unclear) and by who looked again.',
    labelNames: ['outcome', 'judge'] as const,
    registers,
  });
  const errors = new Counter({
    name: 'viva_errors_total',
    help: 'Errors told to clients, by code.',
    labelNames: ['code'] as const,
    registers,
  });
  const requests = new Histogram({
    name: 'viva_http_request_seconds',
    help: 'HTTP requests by method, route and status.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3],
    registers,
  });
  const sockets = new Gauge({ name: 'viva_sockets', help: 'Open sockets.', registers });
  const sessions = new Gauge({
    name: 'viva_sessions',
    help: 'Sessions with a connected client.',
    registers,
  });
  return {
    turn(kind, outcome, seconds) {
      turns.inc({ kind, outcome });
      turnSeconds.observe({ kind }, seconds);
    },
    waited: (seconds) => waitSeconds.observe(seconds),
    watch: (watched) => watch(watched, registers),
    event(event) {
      if (event.type === 'reply.graded') grades.inc({ judge: event.grade.judge, state: event.grade.state });
      if (event.type === 'dispute.resolved') {
        appeals.inc({ outcome: event.outcome, judge: event.by ?? 'local' });
      }
      if (event.type === 'answer.given') answers.inc({ kind: event.answer.kind });
    },
    error: (code) => errors.inc({ code }),
    request: (method, route, status, seconds) => requests.observe({ method, route, status }, seconds),
    socketOpened: () => sockets.inc(),
    socketClosed: () => sockets.dec(),
    sessions: (attached) => sessions.set(attached),
  };
}

function watch({ running, waiting, inference, talk }: Watched, registers: Registry[]): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('viva_turns_running', 'Turns at work.', running);
  gauge('viva_turns_waiting', 'Turns that wait for one to end.', waiting);
  const counter = (name: string, help: string, read: (counts: InferenceCounts) => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        const counts = inference();
        this.reset();
        if (counts) this.inc(read(counts));
      },
    });
  counter('viva_inference_batches_total', 'Runs of the local model.', ({ batches }) => batches);
  counter('viva_inference_rows_total', 'Texts that the local model read.', ({ rows }) => rows);
  counter(
    'viva_inference_shared_batches_total',
    'Runs of the local model with texts of more than one call.',
    ({ sharedBatches }) => sharedBatches,
  );
  watchTalk(talk, registers);
}

function watchTalk(talk: () => TalkList, registers: Registry[]): Counter {
  return new Counter({
    name: 'viva_model_talk_total',
    help: 'Texts and decisions asked of the chat model, by what for and what came of it; all but "used" were made locally.',
    labelNames: ['deed', 'outcome'] as const,
    registers,
    collect() {
      this.reset();
      for (const { deed, outcome, count } of talk()) this.inc({ deed, outcome }, count);
    },
  });
}
