/** One turn of the engine as frames: acknowledgement, start, events, a streamed answer, end. */
import type { Logger } from 'pino';
import { fold, phaseOf } from '../coach/state.ts';
import type { Engine, TurnHooks } from '../engine/engine.ts';
import { isAbort } from '../errors.ts';
import type { Phase } from '../protocol.ts';
import type { EventLog } from '../sessions/event-log.ts';
import type { Attachment } from './attachment.ts';
import type { Hub } from './hub.ts';
import type { Metrics, TurnKind } from './metrics.ts';
import type { Turns } from './turns.ts';

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
  const { sessionId, id, kind } = request;
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
    const phase = await turns.run(sessionId, async (controller) => {
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

/**
 * Lets the engine finish what an earlier crash or disconnection left open. Runs beside the clients: a failure
 * is logged, and the next attachment tries again. `unanswered` is the id of a message that has no answer yet: the
 * newcomer, which saw no turn begin, is told that it is being worked on, and everybody when that is over.
 */
export async function recoverSession(
  deps: TurnDeps,
  sessionId: string,
  newcomer: Pick<Attachment, 'push'>,
  unanswered: string | null,
): Promise<void> {
  if (unanswered !== null) newcomer.push({ type: 'turn.start', sessionId, id: unanswered });
  const phase = await recover(deps, sessionId);
  if (phase === 'busy' || unanswered === null) return;
  deps.hub.send({
    type: 'turn.end',
    sessionId,
    id: unanswered,
    phase: phase ?? (await storedPhase(deps, sessionId)),
  });
}

/** The phase afterwards; null when it failed, `busy` while an earlier recovery goes on. */
async function recover(deps: TurnDeps, sessionId: string): Promise<Phase | 'busy' | null> {
  const key = `recover ${sessionId}`;
  if (deps.turns.isBusy(key)) return 'busy';
  const began = deps.now();
  try {
    const phase = await deps.turns.run(key, async (controller) =>
      deps.engine.recover(sessionId, {
        signal: controller.signal,
        onEvent: (event) => {
          deps.metrics.event(event);
          deps.hub.publish(sessionId, event);
        },
      }),
    );
    deps.metrics.turn('recover', 'done', (deps.now() - began) / 1000);
    return phase;
  } catch (error) {
    deps.metrics.turn('recover', isAbort(error) ? 'stopped' : 'failed', (deps.now() - began) / 1000);
    if (!isAbort(error)) deps.logger.warn({ err: error, sessionId }, 'recovering a session failed');
    return null;
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
