/** `viva doctor --model`: what the chat model of the settings, and the one that stands in, really can. */
import { join } from 'node:path';
import type { ChatModelConfig, Config } from '../config.ts';
import { messageOf, VivaError } from '../errors.ts';
import type { Capabilities } from '../llm/capabilities.ts';
import { readModelSettings } from '../llm/model-settings.ts';
import { probeModel } from '../llm/probe-model.ts';
import type { Lang } from '../protocol.ts';
import { printJson, type Io } from './io.ts';
import { capabilityLines } from './model-text.ts';

interface Tried {
  readonly model: string;
  readonly capabilities: Capabilities | null;
  readonly trouble: string | null;
}

/**
 * Prints what was found; false when a model could not be asked.
 * @throws VivaError `config-invalid` without a chat model
 */
export async function tryModels(
  config: Config,
  flags: { readonly json?: true; readonly lang?: Lang },
  io: Io,
): Promise<boolean> {
  const lang = flags.lang ?? config.lang;
  const stored = config.llm
    ? null
    : await readModelSettings(join(config.folders.data, 'model-settings.json'));
  const llm: ChatModelConfig | null = config.llm ?? (stored && { ...stored, ...callsOf(config) });
  if (!llm) {
    throw new VivaError(
      'config-invalid',
      'No chat model is set: set VIVA_MODEL and OPENAI_BASE_URL (or OPENAI_API_KEY), or set one in the page.',
    );
  }
  const tried: Tried[] = [];
  for (const model of [llm.model, ...(llm.fallback ? [llm.fallback] : [])]) {
    if (!flags.json) io.out(`${model} · ${new URL(llm.url).host}\n`);
    const one = await tryOne({ ...llm, model });
    tried.push(one);
    if (flags.json) continue;
    const lines = one.capabilities ? capabilityLines(one.capabilities, lang) : [`✗ ${one.trouble}`];
    for (const line of lines) io.out(`${line}\n`);
  }
  const ok = tried.every(({ capabilities }) => capabilities !== null);
  if (flags.json) printJson(io, { ok, models: tried });
  return ok;
}

async function tryOne(config: ChatModelConfig): Promise<Tried> {
  try {
    return { model: config.model, capabilities: await probeModel(config), trouble: null };
  } catch (error) {
    if (!(error instanceof VivaError)) throw error;
    return { model: config.model, capabilities: null, trouble: messageOf(error) };
  }
}

function callsOf({ modelUse: { structured, timeoutMs } }: Config) {
  return { structured, timeoutMs };
}
