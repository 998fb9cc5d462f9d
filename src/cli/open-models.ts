/** Opens the chat model of the settings, with its budget; and makes each session pay for its own calls. */
import type { Config } from '../config.ts';
import type { Engine } from '../engine/engine.ts';
import type { ModelUsage } from '../llm/chat-model.ts';
import { ModelDesk } from '../llm/model-desk.ts';
import { inModelScope } from '../llm/model-scope.ts';
import type { ModelCall } from '../llm/steady-chat-model.ts';
import { UsageLedger } from '../llm/usage-ledger.ts';

export interface OpenModelsOptions {
  readonly say: (message: string) => void;
  readonly onFailure: (error: unknown, doing: string) => void;
  readonly usageFile?: string;
  readonly onModelCall?: (call: ModelCall) => void;
  readonly onModelUsage?: (usage: ModelUsage) => void;
}

/** A desk with the chat model of the settings, or with none. Its endpoint is probed while others go on. */
export async function openModelDesk(config: Config, options: OpenModelsOptions): Promise<ModelDesk> {
  const { dayTokens, sessionTokens, priceIn, priceOut } = config.modelUse;
  const ledger = await UsageLedger.open({
    file: options.usageFile ?? null,
    dayTokens,
    sessionTokens,
    priceIn,
    priceOut,
    now: Date.now,
    onFailure: (error) => options.onFailure(error, 'model usage'),
    ...(options.onModelUsage ? { onAdd: options.onModelUsage } : {}),
  });
  const desk = new ModelDesk({
    ledger,
    now: () => performance.now(),
    say: options.say,
    ...(options.onModelCall ? { onCall: options.onModelCall } : {}),
  });
  await desk.use(config.llm);
  return desk;
}

/** Calls to the chat model count for the session whose turn makes them. */
export function withModelScope(engine: Engine): Engine {
  return {
    ...engine,
    createSession: async (options) =>
      options.sessionId === undefined
        ? engine.createSession(options)
        : inModelScope(options.sessionId, async () => engine.createSession(options)),
    handleMessage: async (sessionId, ...rest) =>
      inModelScope(sessionId, async () => engine.handleMessage(sessionId, ...rest)),
    startInterview: async (sessionId, ...rest) =>
      inModelScope(sessionId, async () => engine.startInterview(sessionId, ...rest)),
    recover: async (sessionId, ...rest) =>
      inModelScope(sessionId, async () => engine.recover(sessionId, ...rest)),
  };
}
