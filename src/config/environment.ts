/** Every setting as text: its name, and how it is read. */
import { z } from 'zod';

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
export const serverUrl = z
  .url({ protocol: /^https?$/, error: 'an http(s) address', abort: true })
  .refine((address) => !/^https?:\/*[^/]*@/i.test(address), {
    error: 'an http(s) address without user and password; a key has a setting of its own',
  });

const price = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,6})?$/, 'a price of a million tokens, like 0.5')
  .transform(Number);

/** Settings that went by another name. */
export const renamed: Readonly<Record<string, string>> = {
  VIVA_LLM_URL: 'OPENAI_BASE_URL',
  VIVA_LLM_MODEL: 'VIVA_MODEL',
  VIVA_LLM_API_KEY: 'OPENAI_API_KEY',
};

/** Where a chat model is when only a key and a name are given. */
export const openAiUrl = 'https://api.openai.com/v1';

/** Every setting: its environment variable, and how its text is read. `.env.example` lists the same. */
export const environmentSchema = z.object({
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
  VIVA_EMBEDDING_URL: serverUrl.optional(),
  VIVA_EMBEDDING_MODEL: z.string().optional(),
  VIVA_EMBEDDING_API_KEY: z.string().optional(),
  VIVA_EMBEDDING_DIMS: integer(1, 8192).optional(),
  VIVA_EMBEDDING_BATCH: integer(1, 2048).default(16),
  VIVA_MODEL: z.string().optional(),
  VIVA_MODEL_FALLBACK: z.string().optional(),
  OPENAI_BASE_URL: serverUrl.optional(),
  OPENAI_API_KEY: z.string().optional(),
  VIVA_LLM_STRUCTURED: z.enum(['auto', 'json-schema', 'json-mode', 'tool']).default('auto'),
  VIVA_LLM_TIMEOUT_MS: integer(1_000, 600_000).default(60_000),
  VIVA_MODEL_WAIT_MS: integer(0, 600_000).default(8_000),
  VIVA_MODEL_DAY_TOKENS: integer(0, 1_000_000_000_000).default(0),
  VIVA_MODEL_SESSION_TOKENS: integer(0, 1_000_000_000_000).default(0),
  VIVA_MODEL_PRICE_IN: price.optional(),
  VIVA_MODEL_PRICE_OUT: price.optional(),
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

export type Environment = z.infer<typeof environmentSchema>;

/** The name of every setting. */
export const settingNames: readonly string[] = Object.keys(environmentSchema.shape);
