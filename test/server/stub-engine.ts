/** An engine without a coach: stores messages, answers with an echo, and does what its script says. */
import type { Engine, IncomingMessage, TurnHooks } from '../../src/engine/engine.ts';
import { checkText } from '../../src/engine/check-text.ts';
import type { NewEvent, Phase, PlanRequest, SessionEvent } from '../../src/protocol.ts';
import type { EventLog } from '../../src/sessions/event-log.ts';

export interface StubScript {
  /** The events that answer a message; default: an echo. */
  reply?: (message: IncomingMessage, hooks: TurnHooks) => Promise<readonly NewEvent[]> | readonly NewEvent[];
  /** The events that recovery adds; default: none. */
  recover?: (sessionId: string) => Promise<readonly NewEvent[]> | readonly NewEvent[];
  /** The events that follow a plan; default: one question. */
  plan?: (plan: PlanRequest) => Promise<readonly NewEvent[]> | readonly NewEvent[];
}

export interface StubEngine extends Engine {
  readonly calls: { name: string; sessionId?: string }[];
}

export const asked: NewEvent = {
  type: 'question.asked',
  entryId: 'llm/language/05',
  kind: 'main',
  number: 1,
  total: 3,
  text: 'How are the two matrices initialised?',
};

export function stubEngine(log: EventLog, newId: () => string, script: StubScript = {}): StubEngine {
  const calls: StubEngine['calls'] = [];
  const tails = new Map<string, Promise<unknown>>();
  const inTurn = async <T>(sessionId: string, work: () => Promise<T>): Promise<T> => {
    const run = (tails.get(sessionId) ?? Promise.resolve()).then(work, work);
    tails.set(sessionId, run);
    return run;
  };
  const append = async (sessionId: string, events: readonly NewEvent[], hooks: TurnHooks) => {
    if (events.length === 0) return [];
    const lastSeq = (await log.read(sessionId)).at(-1)?.seq ?? 0;
    const stored = await log.append(sessionId, lastSeq, events);
    for (const event of stored) hooks.onEvent?.(event);
    return stored;
  };
  const plan = script.plan ?? (() => [asked]);

  return {
    calls,
    async createSession({ sessionId = newId(), lang, mode, plan: request, tokenHash }) {
      calls.push({ name: 'createSession' });
      const first: NewEvent = { type: 'session.created', lang, mode };
      const events: readonly SessionEvent[] = await log.create(sessionId, tokenHash, [
        first,
        ...(request ? await plan(request) : []),
      ]);
      return { sessionId, events, phase: request ? 'question' : 'lobby' };
    },
    async regrade() {
      return 0;
    },
    async handleMessage(sessionId, message, hooks = {}) {
      calls.push({ name: 'handleMessage', sessionId });
      checkText(message.text);
      return inTurn<Phase>(sessionId, async () => {
        const known = await log.findMessage(sessionId, message.clientId);
        if (known !== null) {
          hooks.onAck?.(known, true);
          return 'lobby';
        }
        const { clientId, text } = message;
        const [stored] = await append(
          sessionId,
          [{ type: 'message.received', clientId, text, intent: 'reply', confidence: 1 }],
          {},
        );
        hooks.onAck?.(stored!.seq, false);
        hooks.onEvent?.(stored!);
        const echo: NewEvent = { type: 'coach.said', about: 'greeting', text: `echo: ${text}` };
        await append(sessionId, await (script.reply?.(message, hooks) ?? [echo]), hooks);
        return 'question';
      });
    },
    async startInterview(sessionId, { plan: request }, hooks = {}) {
      calls.push({ name: 'startInterview', sessionId });
      return inTurn<Phase>(sessionId, async () => {
        await append(sessionId, await plan(request), hooks);
        return 'question';
      });
    },
    async recover(sessionId, hooks = {}) {
      calls.push({ name: 'recover', sessionId });
      return inTurn<Phase>(sessionId, async () => {
        await append(sessionId, (await script.recover?.(sessionId)) ?? [], hooks);
        return 'lobby';
      });
    },
    cancel(sessionId) {
      calls.push({ name: 'cancel', sessionId });
      return true;
    },
    async idle(sessionId) {
      await tails.get(sessionId);
    },
  };
}
