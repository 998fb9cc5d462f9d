import { z } from 'zod';
import {
  modelSettingsSchema,
  modelTestSchema,
  type ModelSettings,
  type ModelSettingsInput,
  type ModelTest,
} from '../../../src/protocol.ts';
import { answerTo, ApiError } from '../connection/api.ts';

export async function fetchModelSettings(signal: AbortSignal): Promise<ModelSettings> {
  return ask('/api/model', { signal }, modelSettingsSchema);
}

export async function saveModel(input: ModelSettingsInput): Promise<ModelSettings> {
  return ask('/api/model', withBody('PUT', input), modelSettingsSchema);
}

export async function removeModel(): Promise<ModelSettings> {
  return ask('/api/model', { method: 'DELETE' }, modelSettingsSchema);
}

/** Tries a model out; nothing is kept. */
export async function tryModel(input: ModelSettingsInput): Promise<ModelTest> {
  return ask('/api/model/test', withBody('POST', input), modelTestSchema);
}

function withBody(method: string, body: ModelSettingsInput): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

async function ask<T>(path: string, init: RequestInit, schema: z.ZodType<T>): Promise<T> {
  const response = await answerTo(path, init);
  const parsed = schema.safeParse(await response.json().catch(() => null));
  if (!parsed.success) throw new ApiError('unreadable', `${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
