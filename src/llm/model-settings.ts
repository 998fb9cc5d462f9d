/** The chat model as its owner set it in the page: kept in a file of the server's, and put to use at once. */
import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import type { ChatModelConfig, ModelUseConfig } from '../config.ts';
import { serverUrl } from '../config/environment.ts';
import { VivaError } from '../errors.ts';
import type { ModelSettings as Shown, ModelSettingsInput, ModelTest } from '../protocol.ts';
import type { ModelDesk } from './model-desk.ts';
import { writePrivateFile } from './private-file.ts';
import { probeModel } from './probe-model.ts';

const storedSchema = z.object({
  format: z.literal(1),
  url: serverUrl,
  model: z.string().min(1),
  fallback: z.string().nullable(),
  key: z.string(),
});
type Stored = z.infer<typeof storedSchema>;

/** A header takes these, and nothing else is a key. */
const keyPattern = /^[\x21-\x7e]*$/;

export interface ModelSettingsOptions {
  readonly file: string;
  readonly desk: ModelDesk;
  /** The chat model of the environment: it wins, and nothing is changed beside it. */
  readonly environment: ChatModelConfig | null;
  readonly use: Pick<ModelUseConfig, 'structured' | 'timeoutMs'>;
}

export class ModelSettingsStore {
  readonly #options: ModelSettingsOptions;
  #stored: Stored | null = null;

  constructor(options: ModelSettingsOptions) {
    this.#options = options;
  }

  /**
   * Reads the file and puts its model to use, unless the environment has set one.
   * @throws VivaError `config-invalid` when the file cannot be read
   */
  static async open(options: ModelSettingsOptions): Promise<ModelSettingsStore> {
    const store = new ModelSettingsStore(options);
    store.#stored = await readStored(options.file);
    await options.desk.use(options.environment ?? store.#configOf(store.#stored));
    return store;
  }

  /** For the page; without the key. @param open anyone who reaches the server could change it: nobody may */
  show(open: boolean): Shown {
    const { environment, desk } = this.#options;
    const stored = this.#stored;
    const used = environment ?? stored;
    const locked = environment ? 'environment' : open ? 'open' : null;
    return {
      source: environment ? 'environment' : stored ? 'page' : 'none',
      editable: locked === null,
      locked,
      url: used?.url ?? null,
      model: used?.model ?? null,
      fallback: used?.fallback ?? null,
      keySet: environment ? environment.apiKey !== 'none' : Boolean(stored?.key),
      endpoints: desk.report().map((one) => ({ ...one })),
      today: { ...desk.today },
    };
  }

  /** @throws VivaError `usage` for what cannot be right, `data-unwritable` */
  async save(input: ModelSettingsInput): Promise<void> {
    this.#requireEditable();
    const next = this.#checked(input);
    await writePrivateFile(this.#options.file, `${JSON.stringify(next, null, 2)}\n`);
    this.#stored = next;
    await this.#options.desk.use(this.#configOf(next));
  }

  /** Tries settings out without keeping them. What a server says is not told on, only what it did. */
  async test(input: ModelSettingsInput, signal: AbortSignal): Promise<ModelTest> {
    this.#requireEditable();
    const config = this.#configOf(this.#checked(input));
    const began = performance.now();
    const seconds = () => Math.round((performance.now() - began) / 100) / 10;
    try {
      if (config === null) throw new VivaError('usage', 'There is nothing to try.');
      const capabilities = await probeModel(config, { signal });
      return { ok: true, capabilities, trouble: null, seconds: seconds() };
    } catch (error) {
      if (!(error instanceof VivaError) || error.code === 'aborted') throw error;
      return { ok: false, capabilities: null, trouble: error.message, seconds: seconds() };
    }
  }

  /** Forgets the model and its key. */
  async remove(): Promise<void> {
    this.#requireEditable();
    await rm(this.#options.file, { force: true });
    this.#stored = null;
    await this.#options.desk.use(null);
  }

  #requireEditable(): void {
    if (this.#options.environment === null) return;
    throw new VivaError(
      'usage',
      'The chat model is set by VIVA_MODEL in the environment of the server: change it there, or take it out to use the page.',
    );
  }

  #checked({ url, model, fallback, key }: ModelSettingsInput): Stored {
    const address = serverUrl.safeParse(url.trim());
    if (!address.success) {
      throw new VivaError('usage', `The address must be ${address.error.issues[0]?.message ?? 'another'}.`);
    }
    const next = {
      format: 1 as const,
      url: address.data,
      model: model.trim(),
      fallback: fallback?.trim() || null,
    };
    if (next.model === '') throw new VivaError('usage', 'The model needs a name.');
    if (key !== null) {
      if (keyPattern.test(key)) return { ...next, key };
      throw new VivaError('usage', 'The key may hold visible ASCII characters only.');
    }
    // A key goes to the server that it was given for, and to no other one.
    const kept = this.#stored && sameServer(this.#stored.url, next.url) ? this.#stored.key : '';
    return { ...next, key: kept };
  }

  #configOf(stored: Stored | null): ChatModelConfig | null {
    return stored && { ...addressOf(stored), ...this.#options.use };
  }
}

function sameServer(one: string, other: string): boolean {
  return new URL(one).origin === new URL(other).origin;
}

/** The chat model that was set in the page; null when none was. @throws VivaError `config-invalid` */
export async function readModelSettings(
  file: string,
): Promise<Pick<ChatModelConfig, 'url' | 'model' | 'fallback' | 'apiKey'> | null> {
  const stored = await readStored(file);
  return stored && addressOf(stored);
}

function addressOf({ url, model, fallback, key }: Stored) {
  return { url, model, fallback, apiKey: key === '' ? 'none' : key };
}

async function readStored(file: string): Promise<Stored | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw unreadable(file);
  }
  try {
    return storedSchema.parse(JSON.parse(text));
  } catch {
    throw unreadable(file);
  }
}

/** Without a cause: a parser's complaint may quote the key. */
function unreadable(file: string): VivaError {
  return new VivaError(
    'config-invalid',
    `${file} cannot be read: remove it and set the chat model in the page again, or set VIVA_MODEL.`,
  );
}
