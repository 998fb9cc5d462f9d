/** The only reader of `process.env`: everything settable, parsed once into one frozen object. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { VivaError } from './errors.ts';

/** The folder that holds package.json, whether this runs from src/ or from dist/. */
export const packageRoot = findPackageRoot(dirname(fileURLToPath(import.meta.url)));

function findPackageRoot(start: string): string {
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  throw new VivaError('config-invalid', `No package.json above ${start}: reinstall viva.`);
}

const flag = z
  .enum(['1', '0', 'true', 'false', 'yes', 'no', 'on', 'off'])
  .transform((text) => ['1', 'true', 'yes', 'on'].includes(text));

const integer = (min: number, max: number) => {
  const taken = `a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d+$/, taken)
    .transform(Number)
    .refine((value) => value >= min && value <= max, taken);
};

// `fetch` takes no address with a password in it, and its error would print it.
const url = z
  .url({ protocol: /^https?$/, error: 'an http(s) address', abort: true })
  .refine((address) => !/^https?:\/*[^/]*@/i.test(address), {
    error: 'an http(s) address without user and password; a key has a setting of its own',
  });

/** Every setting: its environment variable, and how its text is read. `.env.example` lists the same. */
const environmentSchema = z.object({
  PORT: integer(0, 65_535).default(8787),
  HOST: z.string().default('127.0.0.1'),
  VIVA_LANG: z.enum(['zh', 'en']).default('zh'),
  VIVA_CORPUS: z.string().default('corpus'),
  VIVA_INDEX: z.string().default('index'),
  VIVA_DATA: z.string().default('data'),
  VIVA_MODELS: z.string().default('models'),
  VIVA_LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
  VIVA_THREADS: integer(1, 64).default(2),
  VIVA_VECTOR_STORE: z.enum(['auto', 'hnsw', 'exact']).default('auto'),
  VIVA_EMBEDDING: z.enum(['bundled', 'openai-compatible']).default('bundled'),
  VIVA_EMBEDDING_URL: url.optional(),
  VIVA_EMBEDDING_MODEL: z.string().optional(),
  VIVA_EMBEDDING_API_KEY: z.string().optional(),
  VIVA_EMBEDDING_DIMS: integer(1, 8192).optional(),
  VIVA_EMBEDDING_BATCH: integer(1, 2048).default(16),
  VIVA_LLM_URL: url.optional(),
  VIVA_LLM_MODEL: z.string().optional(),
  VIVA_LLM_API_KEY: z.string().optional(),
  VIVA_LLM_STRUCTURED: z.enum(['json-schema', 'json-mode', 'tool']).default('json-mode'),
  VIVA_LLM_TIMEOUT_MS: integer(1_000, 600_000).default(60_000),
  VIVA_ORIGINS: z.string().default(''),
  VIVA_TRUST_PROXY: flag.default(false),
  VIVA_ACCESS_KEY: z
    .string()
    .regex(
      /^[\x21-\x7e]{16,256}$/,
      '16 to 256 visible ASCII characters, like the output of: openssl rand -base64 24',
    )
    .optional(),
  VIVA_MAX_SESSIONS: integer(1, 1_000_000).default(2_000),
  VIVA_MESSAGES_PER_MINUTE: integer(1, 10_000).default(40),
  VIVA_KEEP_DAYS: integer(0, 36_500).default(0),
  VIVA_ADDRESS_MESSAGES_PER_MINUTE: integer(1, 1_000_000).optional(),
  VIVA_ADDRESS_SESSIONS_PER_MINUTE: integer(1, 1_000_000).default(30),
  VIVA_ADDRESS_SOCKETS: integer(1, 1_000_000).default(50),
  VIVA_ADDRESS_REQUESTS_PER_MINUTE: integer(1, 1_000_000).default(600),
  VIVA_TURNS_AT_ONCE: integer(1, 1_000).optional(),
  VIVA_TURNS_WAITING: integer(1, 100_000).default(64),
});

type Environment = z.infer<typeof environmentSchema>;

/** The name of every setting. */
export const settingNames: readonly string[] = Object.keys(environmentSchema.shape);

export interface EmbeddingConfig {
  readonly provider: 'bundled' | 'openai-compatible';
  readonly url: string | undefined;
  readonly model: string | undefined;
  readonly apiKey: string | undefined;
  readonly dims: number | undefined;
  readonly batchSize: number;
  readonly threads: number;
}

export interface LlmConfig {
  readonly url: string;
  readonly model: string;
  readonly apiKey: string;
  readonly structured: 'json-schema' | 'json-mode' | 'tool';
  readonly timeoutMs: number;
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
  readonly llm: LlmConfig | null;
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

/** Reads `NAME=value` lines of a `.env` file; comments and blank lines are skipped, quotes are stripped. */
function readEnvFile(path: string): Record<string, string> {
  if (!existsSync(path)) return {};
  const found: Record<string, string> = {};
  for (const [index, line] of readFileSync(path, 'utf8').split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const match = /^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line);
    if (!match?.[1]) {
      throw new VivaError(
        'config-invalid',
        `${path}:${index + 1}: cannot read this line; write NAME=value, or start the line with # to comment it out.`,
      );
    }
    found[match[1]] = (match[2] ?? '').replace(/^(["'])(.*)\1$/, '$2');
  }
  return found;
}

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

  const unknown = Object.keys({ ...readEnvFile(envFile), ...pickViva(env) }).filter(
    (name) => !(name in environmentSchema.shape) && name.startsWith('VIVA_'),
  );
  if (unknown.length > 0) {
    throw new VivaError(
      'config-invalid',
      `Unknown setting ${unknown.join(', ')}: see .env.example for the names that exist.`,
    );
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
  if (Boolean(env.VIVA_LLM_URL) !== Boolean(env.VIVA_LLM_MODEL)) {
    throw new VivaError(
      'config-invalid',
      'VIVA_LLM_URL and VIVA_LLM_MODEL belong together: set both to use a chat model, or neither to run locally.',
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
    llm:
      env.VIVA_LLM_URL && env.VIVA_LLM_MODEL
        ? Object.freeze({
            url: env.VIVA_LLM_URL,
            model: env.VIVA_LLM_MODEL,
            // Local servers take any key; the client library insists on one.
            apiKey: env.VIVA_LLM_API_KEY ?? 'none',
            structured: env.VIVA_LLM_STRUCTURED,
            timeoutMs: env.VIVA_LLM_TIMEOUT_MS,
          })
        : null,
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
    turnsAtOnce: env.VIVA_TURNS_AT_ONCE ?? (env.VIVA_LLM_URL ? turnsAtOnce.chatModel : turnsAtOnce.local),
    turnsWaiting: env.VIVA_TURNS_WAITING,
  });
}
