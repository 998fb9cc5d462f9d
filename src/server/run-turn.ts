/** One turn of the engine as frames: its place in the queue, acknowledgement, start, events, a streamed answer, end. */
import type { Logger } from 'pino';
import { fold, phaseOf } from '../coach/state.ts';
import type { Engine, TurnHooks } from '../engine/engine.ts';
import { isAbort } from '../errors.ts';
import type { AnswerStage, Phase } from '../protocol.ts';
import type { EventLog } from '../sessions/event-log.ts';
import type { Attachment } from './attachment.ts';
import type { Hub } from './hub.ts';
import type { Metrics, TurnKind } from './metrics.ts';
import type { Turns, TurnSlot } from './turns.ts';

export interface TurnDeps {
  readonly engine: Engine;
  readonly log: EventLog;
  readonly hub: Hub;
  readonly turns: Turns;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Milliseconds; only differences count. */
  readonly now: () => number;
}

export interface TurnRequest {
  readonly sessionId: string;
  /** The network address that it came from. */
  readonly address: string;
  /** The client's id of the message. */
  readonly id: string;
  readonly kind: Exclude<TurnKind, 'create' | 'recover'>;
  /** Calls the engine. */
  readonly act: (hooks: TurnHooks) => Promise<Phase>;
  /** Acknowledges to the sender. */
  readonly onAck: (seq: number, replayed: boolean) => void;
}

/**
 * Runs a turn and tells everybody in the session of it. A candidate's stop is a normal end.
 * @throws what the engine throws, after the turn was ended for those who watch
 */
export async function runTurn(deps: TurnDeps, request: TurnRequest): Promise<void> {
  const { hub, metrics, turns } = deps;
  const { sessionId, address, id, kind } = request;
  const began = deps.now();
  const seconds = () => (deps.now() - began) / 1000;
  const stream = streamFrames(hub, sessionId, id);
  let working = false;
  const start = () => {
    if (!working) hub.send({ type: 'turn.start', sessionId, id });
    working = true;
  };
  const end = (phase: Phase) => {
    stream.end();
    if (working) hub.send({ type: 'turn.end', sessionId, id, phase });
  };
  try {
    const onPlace = (position: number) => hub.send({ type: 'turn.queued', sessionId, id, position });
    const slot: TurnSlot = { kind: 'message', session: sessionId, address, id, onPlace };
    const phase = await turns.run(slot, async (controller) => {
      if (kind === 'interview') start();
      return request.act({
        signal: controller.signal,
        onAck: (seq, replayed) => {
          request.onAck(seq, replayed);
          if (!replayed) start();
        },
        onEvent: (event) => {
          if (event.type === 'answer.given') stream.end();
          metrics.event(event);
          hub.publish(sessionId, event);
        },
        onDelta: (text) => {
          // Nobody reads on: the model need not write on. (Grading, which has no deltas, goes on.)
          if (hub.has(sessionId)) stream.delta(text);
          else controller.abort();
        },
        onStage: (stage) => {
          if (hub.has(sessionId)) stream.stage(stage);
          else controller.abort();
        },
      });
    });
    end(phase);
    metrics.turn(kind, working ? 'done' : 'replayed', seconds());
  } catch (error) {
    const stopped = working && isAbort(error);
    metrics.turn(kind, stopped ? 'stopped' : 'failed', seconds());
    if (working) end(await storedPhase(deps, sessionId));
    if (!stopped) throw error;
  }
}

/** A session to recover, and the network address of whoever it is recovered for. */
export interface Recovering {
  readonly sessionId: string;
  readonly address: string;
}

/**
 * Lets the engine finish what an earlier crash or disconnection left open. Runs beside the clients: a failure
 * is logged and given back, and the next attachment tries again. `unanswered` is the id of a message that has no answer
 * yet: `newcomer`, which saw no turn begin, is told that it is being worked on, and everybody when that is over.
 */
export async function recoverSession(
  deps: TurnDeps,
  recovering: Recovering,
  newcomer: Pick<Attachment, 'push'>,
  unanswered: string | null,
): Promise<Recovered> {
  const { sessionId } = recovering;
  if (unanswered !== null) newcomer.push({ type: 'turn.start', sessionId, id: unanswered });
  const recovered = await recover(deps, recovering, unanswered !== null);
  if (recovered === 'busy' || unanswered === null) return recovered;
  const phase = recovered.phase ?? (await storedPhase(deps, sessionId));
  deps.hub.send({ type: 'turn.end', sessionId, id: unanswered, phase });
  return recovered;
}

/** `busy` while an earlier recovery goes on; else the phase afterwards, null with what made it fail. */
export type Recovered = 'busy' | { readonly phase: Phase | null; readonly failure?: unknown };

async function recover(
  deps: TurnDeps,
  { sessionId, address }: Recovering,
  unanswered: boolean,
): Promise<Recovered> {
  const lane = { session: sessionId, address };
  const began = deps.now();
  try {
    const phase = await deps.turns.recover(lane, unanswered, async (controller) =>
      deps.engine.recover(sessionId, {
        signal: controller.signal,
        onEvent: (event) => {
          deps.metrics.event(event);
          deps.hub.publish(sessionId, event);
        },
      }),
    );
    if (phase === null) return 'busy';
    deps.metrics.turn('recover', 'done', (deps.now() - began) / 1000);
    return { phase };
  } catch (failure) {
    deps.metrics.turn('recover', isAbort(failure) ? 'stopped' : 'failed', (deps.now() - began) / 1000);
    if (!isAbort(failure)) deps.logger.warn({ err: failure, sessionId }, 'recovering a session failed');
    return { phase: null, failure };
  }
}

/** answer.start before the first piece, answer.end after the last; nothing for an answer without pieces. */
function streamFrames(hub: Hub, sessionId: string, id: string) {
  let streaming = false;
  return {
    delta(text: string): void {
      if (!streaming) hub.send({ type: 'answer.start', sessionId, id });
      streaming = true;
      hub.send({ type: 'answer.delta', sessionId, id, text });
    },
    /** Whatever was written before is ended: the next piece begins anew. */
    stage(stage: AnswerStage): void {
      this.end();
      hub.send({ type: 'answer.stage', sessionId, id, stage });
    },
    end(): void {
      if (streaming) hub.send({ type: 'answer.end', sessionId, id });
      streaming = false;
    },
  };
}

async function storedPhase(deps: TurnDeps, sessionId: string): Promise<Phase> {
  try {
    return phaseOf(fold(await deps.log.read(sessionId)));
  } catch (error) {
    // The session was removed, or storage is what failed: either way nothing is open any more.
    deps.logger.debug({ err: error, sessionId }, 'no phase after a failed turn');
    return 'lobby';
  }
}
