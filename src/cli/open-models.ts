/** Opens the chat model of the settings, with its budget; and makes each session pay for its own calls. */
import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Engine } from '../engine/engine.ts';
import type { ModelUsage } from '../llm/chat-model.ts';
import { ModelDesk } from '../llm/model-desk.ts';
import { ModelSettingsStore } from '../llm/model-settings.ts';
import { inModelScope } from '../llm/model-scope.ts';
import type { ModelCall } from '../llm/steady-chat-model.ts';
import { UsageLedger } from '../llm/usage-ledger.ts';

export interface OpenModelsOptions {
  readonly say: (message: string) => void;
  readonly onFailure: (error: unknown, doing: string) => void;
  readonly modelFolder?: string;
  readonly onModelCall?: (call: ModelCall) => void;
  readonly onModelUsage?: (usage: ModelUsage) => void;
}

export interface OpenModels {
  readonly desk: ModelDesk;
  /** What is set in the page; null without a `modelFolder`. */
  readonly settings: ModelSettingsStore | null;
}

/** The chat model of the settings, else that of the page, else none. Its endpoint is probed while others go on. */
export async function openModels(config: Config, options: OpenModelsOptions): Promise<OpenModels> {
  const { modelFolder } = options;
  const { dayTokens, sessionTokens, priceIn, priceOut } = config.modelUse;
  const ledger = await UsageLedger.open({
    file: modelFolder === undefined ? null : join(modelFolder, 'model-usage.json'),
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
  if (modelFolder === undefined) {
    await desk.use(config.llm);
    return { desk, settings: null };
  }
  const settings = await ModelSettingsStore.open({
    file: join(modelFolder, 'model-settings.json'),
    desk,
    environment: config.llm,
    use: config.modelUse,
  });
  return { desk, settings };
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
