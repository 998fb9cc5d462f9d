/** The only reader of `process.env`: everything settable, parsed once into one frozen object. */
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEnvFile } from './config/env-file.ts';
import {
  environmentSchema,
  openAiUrl,
  renamed,
  settingNames,
  type Environment,
} from './config/environment.ts';
import { VivaError } from './errors.ts';

/** The folder that holds package.json, whether this runs from src/ or from dist/. */
export const packageRoot = findPackageRoot(dirname(fileURLToPath(import.meta.url)));

function findPackageRoot(start: string): string {
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  throw new VivaError('config-invalid', `No package.json above ${start}: reinstall viva.`);
}

export interface EmbeddingConfig {
  readonly provider: 'bundled' | 'openai-compatible';
  readonly url: string | undefined;
  readonly model: string | undefined;
  readonly apiKey: string | undefined;
  readonly dims: number | undefined;
  readonly batchSize: number;
  readonly threads: number;
}

/** One chat model at one address. */
export interface LlmConfig {
  readonly url: string;
  readonly model: string;
  readonly apiKey: string;
  /** How structured answers are asked for; `auto`: as a probe finds best. */
  readonly structured: 'auto' | 'json-schema' | 'json-mode' | 'tool';
  readonly timeoutMs: number;
}

/** The chat model of the settings, and the one at the same address that stands in for it. */
export interface ChatModelConfig extends LlmConfig {
  readonly fallback?: string | null;
}

/** What holds for any chat model, wherever its address comes from. */
export interface ModelUseConfig {
  readonly structured: LlmConfig['structured'];
  readonly timeoutMs: number;
  /** How long an interview waits for a second look at a reply before it goes on with the local grade, ms. */
  readonly waitMs: number;
  /** Most tokens of a day (UTC) and of a session, read and written together; null: no limit. */
  readonly dayTokens: number | null;
  readonly sessionTokens: number | null;
  /** Prices of a million tokens, in whatever currency; null: no cost is told. */
  readonly priceIn: number | null;
  readonly priceOut: number | null;
}

/** All settings, validated and frozen; folders are absolute. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly lang: 'zh' | 'en';
  readonly logLevel: Environment['VIVA_LOG_LEVEL'];
  readonly folders: {
    readonly corpus: string;
    readonly index: string;
    readonly data: string;
    readonly models: string;
    /** The built page. */
    readonly web: string;
  };
  readonly vectorStore: 'auto' | 'hnsw' | 'exact';
  readonly embedding: EmbeddingConfig;
  /** null when no chat model is set: everything runs locally. */
  readonly llm: ChatModelConfig | null;
  readonly modelUse: ModelUseConfig;
  /** Origins beside the server's own that may open a socket. */
  readonly origins: readonly string[];
  readonly trustProxy: boolean;
  /** The key that lets people in; null lets in everyone who reaches the server. */
  readonly accessKey: string | null;
  readonly maxSessions: number;
  readonly messagesPerMinute: number;
  /** Days without a new event after which a session is removed; 0 keeps all for ever. */
  readonly keepDays: number;
  /** What one network address may, over all its sessions. */
  readonly perAddress: {
    readonly messagesPerMinute: number;
    readonly sessionsPerMinute: number;
    readonly sockets: number;
    readonly requestsPerMinute: number;
  };
  /** Turns that run at the same time. */
  readonly turnsAtOnce: number;
  /** Messages that wait for a turn. */
  readonly turnsWaiting: number;
}

/** A local judge keeps the processor busy with a few turns; a chat model is waited for, and not worked for. */
const turnsAtOnce = { local: 4, chatModel: 32 };

/**
 * Reads the settings from the environment and, below it, from `.env` in the package root.
 * @throws VivaError `config-invalid` naming each bad setting and what it takes.
 */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
  envFile = join(packageRoot, '.env'),
): Config {
  const merged: Record<string, string> = readEnvFile(envFile);
  for (const name of settingNames) {
    const value = env[name];
    if (value !== undefined) merged[name] = value;
  }
  // An empty setting ("NAME=") means "not set", as in .env.example.
  for (const [name, value] of Object.entries(merged)) if (value === '') delete merged[name];

  const given = { ...readEnvFile(envFile), ...pickViva(env) };
  const old = Object.keys(given).filter((name) => name in renamed && given[name] !== '');
  if (old.length > 0) {
    const names = old.map((name) => `${name} is now ${renamed[name]}`).join(', ');
    throw new VivaError('config-invalid', `Renamed setting: ${names}. See .env.example.`);
  }
  const unknown = Object.keys(given).filter(
    (name) => !(name in environmentSchema.shape) && !(name in renamed) && name.startsWith('VIVA_'),
  );
  if (unknown.length > 0) {
    throw new VivaError(
      'config-invalid',
      `Unknown setting ${unknown.join(', ')}: see .env.example for the names that exist.`,
    );
  }
  // Other programs use these two: without VIVA_MODEL they say nothing to us, not even when they are wrong.
  if (!merged['VIVA_MODEL']) {
    delete merged['OPENAI_BASE_URL'];
    delete merged['OPENAI_API_KEY'];
  }
  const parsed = environmentSchema.safeParse(merged);
  if (!parsed.success) {
    const complaints = parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      const shown = /KEY/.test(name) ? '(hidden)' : JSON.stringify(withoutCredentials(merged[name] ?? ''));
      return `${name}=${shown}: ${issue.message}`;
    });
    throw new VivaError('config-invalid', `Bad setting: ${complaints.join('; ')}. See .env.example.`);
  }
  return freeze(parsed.data);
}

/** An address may carry `user:password@`, also one too malformed to be taken apart: all up to the last @ is hidden. */
function withoutCredentials(value: string): string {
  return value.replace(/^([a-z][a-z\d+.-]*:(?=\/))?(\/*).*@/is, '$1$2(hidden)@');
}

function pickViva(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (pair): pair is [string, string] => pair[0].startsWith('VIVA_') && pair[1] !== undefined,
    ),
  );
}

function freeze(env: Environment): Config {
  const folder = (path: string) => (isAbsolute(path) ? path : join(packageRoot, path));
  if (env.VIVA_EMBEDDING === 'openai-compatible' && !(env.VIVA_EMBEDDING_URL && env.VIVA_EMBEDDING_MODEL)) {
    throw new VivaError(
      'config-invalid',
      'VIVA_EMBEDDING=openai-compatible needs VIVA_EMBEDDING_URL and VIVA_EMBEDDING_MODEL; set both, or leave VIVA_EMBEDDING out to use the bundled model.',
    );
  }
  if (env.VIVA_MODEL && !env.OPENAI_BASE_URL && !env.OPENAI_API_KEY) {
    throw new VivaError(
      'config-invalid',
      'VIVA_MODEL needs OPENAI_BASE_URL (any OpenAI-compatible server) or OPENAI_API_KEY (OpenAI itself); leave all three out to run locally.',
    );
  }
  if (env.VIVA_MODEL_FALLBACK && !env.VIVA_MODEL) {
    throw new VivaError(
      'config-invalid',
      'VIVA_MODEL_FALLBACK stands in for VIVA_MODEL: set that too, or neither.',
    );
  }
  if ((env.VIVA_MODEL_PRICE_IN === undefined) !== (env.VIVA_MODEL_PRICE_OUT === undefined)) {
    throw new VivaError(
      'config-invalid',
      'VIVA_MODEL_PRICE_IN and VIVA_MODEL_PRICE_OUT belong together: set both to be told costs, or neither.',
    );
  }
  return Object.freeze({
    port: env.PORT,
    host: env.HOST,
    lang: env.VIVA_LANG,
    logLevel: env.VIVA_LOG_LEVEL,
    folders: Object.freeze({
      corpus: folder(env.VIVA_CORPUS),
      index: folder(env.VIVA_INDEX),
      data: folder(env.VIVA_DATA),
      models: folder(env.VIVA_MODELS),
      web: join(packageRoot, 'web', 'dist'),
    }),
    vectorStore: env.VIVA_VECTOR_STORE,
    embedding: Object.freeze({
      provider: env.VIVA_EMBEDDING,
      url: env.VIVA_EMBEDDING_URL,
      model: env.VIVA_EMBEDDING_MODEL,
      apiKey: env.VIVA_EMBEDDING_API_KEY,
      dims: env.VIVA_EMBEDDING_DIMS,
      batchSize: env.VIVA_EMBEDDING_BATCH,
      threads: env.VIVA_THREADS,
    }),
    llm: env.VIVA_MODEL
      ? Object.freeze({
          url: env.OPENAI_BASE_URL ?? openAiUrl,
          model: env.VIVA_MODEL,
          fallback: env.VIVA_MODEL_FALLBACK ?? null,
          // Local servers take any key; the client library insists on one.
          apiKey: env.OPENAI_API_KEY ?? 'none',
          structured: env.VIVA_LLM_STRUCTURED,
          timeoutMs: env.VIVA_LLM_TIMEOUT_MS,
        })
      : null,
    modelUse: Object.freeze({
      waitMs: env.VIVA_MODEL_WAIT_MS,
      structured: env.VIVA_LLM_STRUCTURED,
      timeoutMs: env.VIVA_LLM_TIMEOUT_MS,
      dayTokens: env.VIVA_MODEL_DAY_TOKENS || null,
      sessionTokens: env.VIVA_MODEL_SESSION_TOKENS || null,
      priceIn: env.VIVA_MODEL_PRICE_IN ?? null,
      priceOut: env.VIVA_MODEL_PRICE_OUT ?? null,
    }),
    origins: Object.freeze(
      env.VIVA_ORIGINS.split(',')
        .map((origin) => origin.trim())
        .filter(Boolean),
    ),
    trustProxy: env.VIVA_TRUST_PROXY,
    accessKey: env.VIVA_ACCESS_KEY ?? null,
    maxSessions: env.VIVA_MAX_SESSIONS,
    messagesPerMinute: env.VIVA_MESSAGES_PER_MINUTE,
    keepDays: env.VIVA_KEEP_DAYS,
    perAddress: Object.freeze({
      messagesPerMinute: env.VIVA_ADDRESS_MESSAGES_PER_MINUTE ?? env.VIVA_MESSAGES_PER_MINUTE * 5,
      sessionsPerMinute: env.VIVA_ADDRESS_SESSIONS_PER_MINUTE,
      sockets: env.VIVA_ADDRESS_SOCKETS,
      requestsPerMinute: env.VIVA_ADDRESS_REQUESTS_PER_MINUTE,
    }),
    turnsAtOnce: env.VIVA_TURNS_AT_ONCE ?? (env.VIVA_MODEL ? turnsAtOnce.chatModel : turnsAtOnce.local),
    turnsWaiting: env.VIVA_TURNS_WAITING,
  });
}
