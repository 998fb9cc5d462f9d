import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig, packageRoot } from '../src/config.ts';
import { settingNames } from '../src/config/environment.ts';

const folder = mkdtempSync(join(tmpdir(), 'viva-config-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const noFile = join(folder, 'none');
const example = join(packageRoot, '.env.example');

function envFile(text: string): string {
  const path = join(folder, '.env');
  writeFileSync(path, text);
  return path;
}

/** The message of the refusal that these settings meet. */
function refusal(env: Record<string, string>, file = noFile): string {
  try {
    loadConfig(env, file);
  } catch (error) {
    expect(error).toMatchObject({ name: 'VivaError', code: 'config-invalid' });
    return (error as Error).message;
  }
  throw new Error('the settings were taken');
}

describe('settings', () => {
  it('have defaults that need nothing but Node', () => {
    expect(loadConfig({}, noFile)).toEqual({
      port: 8787,
      host: '127.0.0.1',
      lang: 'zh',
      logLevel: 'info',
      folders: {
        corpus: join(packageRoot, 'corpus'),
        index: join(packageRoot, 'index'),
        data: join(packageRoot, 'data'),
        models: join(packageRoot, 'models'),
        web: join(packageRoot, 'web', 'dist'),
      },
      vectorStore: 'auto',
      embedding: {
        provider: 'bundled',
        url: undefined,
        model: undefined,
        apiKey: undefined,
        dims: undefined,
        batchSize: 16,
        threads: 2,
      },
      llm: null,
      modelUse: {
        structured: 'auto',
        timeoutMs: 60_000,
        waitMs: 8_000,
        dayTokens: null,
        sessionTokens: null,
        priceIn: null,
        priceOut: null,
      },
      origins: [],
      perAddress: { messagesPerMinute: 200, sessionsPerMinute: 30, sockets: 50, requestsPerMinute: 600 },
      turnsAtOnce: 4,
      turnsWaiting: 64,
      trustProxy: false,
      accessKey: null,
      maxSessions: 2_000,
      messagesPerMinute: 40,
      keepDays: 0,
    });
  });

  it('takes an access key that is long enough, and never shows one', () => {
    const key = 'sixteen-or-more!';
    expect(loadConfig({ VIVA_ACCESS_KEY: key }, noFile).accessKey).toBe(key);
    for (const bad of ['too-short', 'with a space in its middle', '密钥密钥密钥密钥密钥密钥密钥密钥']) {
      const load = () => loadConfig({ VIVA_ACCESS_KEY: bad }, noFile);
      expect(load).toThrow(/VIVA_ACCESS_KEY=\(hidden\): 16 to 256 visible ASCII characters/);
    }
  });

  it('are all read', () => {
    const config = loadConfig(
      {
        PORT: '0',
        HOST: '0.0.0.0',
        VIVA_LANG: 'en',
        VIVA_CORPUS: '/bank',
        VIVA_INDEX: 'some/index',
        VIVA_DATA: '/data',
        VIVA_MODELS: '/models',
        VIVA_LOG_LEVEL: 'debug',
        VIVA_THREADS: '4',
        VIVA_VECTOR_STORE: 'exact',
        VIVA_EMBEDDING: 'openai-compatible',
        VIVA_EMBEDDING_URL: 'http://127.0.0.1:1/v1',
        VIVA_EMBEDDING_MODEL: 'e',
        VIVA_EMBEDDING_API_KEY: 'k1',
        VIVA_EMBEDDING_DIMS: '512',
        VIVA_EMBEDDING_BATCH: '8',
        OPENAI_BASE_URL: 'https://models.example/v1',
        OPENAI_API_KEY: 'k2',
        VIVA_MODEL: 'm',
        VIVA_MODEL_FALLBACK: 'm2',
        VIVA_MODEL_DAY_TOKENS: '2000000',
        VIVA_MODEL_SESSION_TOKENS: '30000',
        VIVA_MODEL_PRICE_IN: '0.5',
        VIVA_MODEL_PRICE_OUT: '2',
        VIVA_LLM_STRUCTURED: 'tool',
        VIVA_LLM_TIMEOUT_MS: '5000',
        VIVA_ORIGINS: 'https://a.example, https://b.example,',
        VIVA_TRUST_PROXY: 'yes',
        VIVA_MAX_SESSIONS: '7',
        VIVA_MESSAGES_PER_MINUTE: '9',
      },
      noFile,
    );
    expect(config).toMatchObject({
      port: 0,
      host: '0.0.0.0',
      lang: 'en',
      logLevel: 'debug',
      folders: { corpus: '/bank', index: join(packageRoot, 'some/index'), data: '/data', models: '/models' },
      vectorStore: 'exact',
      embedding: {
        provider: 'openai-compatible',
        url: 'http://127.0.0.1:1/v1',
        model: 'e',
        apiKey: 'k1',
        dims: 512,
        batchSize: 8,
        threads: 4,
      },
      llm: {
        url: 'https://models.example/v1',
        model: 'm',
        fallback: 'm2',
        apiKey: 'k2',
        structured: 'tool',
        timeoutMs: 5_000,
      },
      modelUse: {
        structured: 'tool',
        timeoutMs: 5_000,
        dayTokens: 2_000_000,
        sessionTokens: 30_000,
        priceIn: 0.5,
        priceOut: 2,
      },
      origins: ['https://a.example', 'https://b.example'],
      trustProxy: true,
      maxSessions: 7,
      messagesPerMinute: 9,
    });
    expect(Object.values(config.folders).every((path) => isAbsolute(path))).toBe(true);
  });

  it('cannot be changed once they are read', () => {
    const config = loadConfig({ OPENAI_BASE_URL: 'http://127.0.0.1:1/v1', VIVA_MODEL: 'm' }, noFile);
    for (const part of [config, config.folders, config.embedding, config.llm, config.modelUse])
      expect(Object.isFrozen(part)).toBe(true);
  });

  it.each([
    ['PORT', 'http', 'a whole number from 0 to 65535'],
    ['PORT', '65536', 'a whole number from 0 to 65535'],
    ['PORT', '-1', 'a whole number from 0 to 65535'],
    ['VIVA_LANG', 'fr', '"zh"|"en"'],
    ['VIVA_LOG_LEVEL', 'loud', '"silent"|'],
    ['VIVA_THREADS', '0', 'from 1 to 64'],
    ['VIVA_THREADS', '1.5', 'from 1 to 64'],
    ['VIVA_VECTOR_STORE', 'faiss', '"auto"|"hnsw"|"exact"'],
    ['VIVA_EMBEDDING', 'mine', '"bundled"|"openai-compatible"'],
    ['VIVA_EMBEDDING_URL', 'localhost', 'an http(s) address'],
    ['VIVA_EMBEDDING_DIMS', '9000', 'from 1 to 8192'],
    ['VIVA_EMBEDDING_BATCH', 'x', 'from 1 to 2048'],
    ['OPENAI_BASE_URL', 'file:///etc/passwd', 'an http(s) address'],
    ['VIVA_MODEL_DAY_TOKENS', '-1', 'a whole number from 0'],
    ['VIVA_MODEL_PRICE_IN', 'free', 'a price of a million tokens'],
    ['VIVA_LLM_STRUCTURED', 'yaml', '"auto"|"json-schema"|"json-mode"|"tool"'],
    ['VIVA_LLM_TIMEOUT_MS', '10', 'from 1000 to 600000'],
    ['VIVA_TRUST_PROXY', 'maybe', '"1"|"true"|"false"|"yes"'],
    ['VIVA_MAX_SESSIONS', '0', 'from 1 to 1000000'],
    ['VIVA_MESSAGES_PER_MINUTE', '1e3', 'from 1 to 10000'],
  ])('refuse %s=%s and say what it takes', (name, value, takes) => {
    const message = refusal({ VIVA_MODEL: 'm', [name]: value });
    expect(message).toContain(`${name}=${JSON.stringify(value)}: `);
    expect(message).toContain(takes);
    expect(message).not.toContain('\n');
  });

  it('name every bad value at once', () => {
    const message = refusal({ PORT: 'x', VIVA_LANG: 'fr' });
    expect(message).toContain('PORT="x"');
    expect(message).toContain('VIVA_LANG="fr"');
  });

  it('refuse names that do not exist, and leave those of others alone', () => {
    expect(refusal({ VIVA_MODELL: 'x', VIVA_LLM_KEY: 'sk-very-secret' })).toMatch(
      /^Unknown setting VIVA_MODELL, VIVA_LLM_KEY: see \.env\.example/,
    );
    expect(refusal({}, envFile('VIVA_PORT=1'))).toContain('VIVA_PORT');
    expect(loadConfig({ PATH: '/bin', OPENAI_API_KEY: 'sk' }, envFile('OTHER=1')).port).toBe(8787);
  });

  it('take an empty value as not set', () => {
    const names = Object.fromEntries(settingNames.map((name) => [name, '']));
    expect(loadConfig(names, noFile)).toEqual(loadConfig({}, noFile));
  });

  it('never show a key', () => {
    const secret = 'sk-very-secret';
    const keys = { OPENAI_API_KEY: secret, VIVA_MODEL: 'm', VIVA_EMBEDDING_API_KEY: secret };
    for (const wrong of [
      { VIVA_LANG: 'fr' },
      { OPENAI_BASE_URL: 'nowhere' },
      { VIVA_LLM_API_KEY: secret },
      { VIVA_EMBEDDING: 'openai-compatible' },
    ]) {
      expect(refusal({ ...keys, ...wrong })).not.toContain(secret);
    }
    expect(refusal({}, envFile(`OPENAI_API_KEY ${secret}`))).not.toContain(secret);
  });

  it.each([
    ['http://user:s3cret@:1/v1', 'http://(hidden)@:1/v1'],
    [
      'https://user:s3cret@models.example/v1',
      'https://(hidden)@models.example/v1": an http(s) address without',
    ],
    ['ftp://user:s3cret@models.example/v1', 'ftp://(hidden)@models.example/v1'],
    ['user:s3cret@models.example', '(hidden)@models.example'],
    ['https://user:s3@cret@ models.example', 'https://(hidden)@ models.example'],
    ['https:/user:s3cret\n@models.example', 'https:/(hidden)@models.example'],
  ])('hide user and password of the address %j', (address, shown) => {
    for (const name of ['OPENAI_BASE_URL', 'VIVA_EMBEDDING_URL']) {
      const message = refusal({ VIVA_MODEL: 'm', [name]: address });
      expect(message).not.toMatch(/user:|s3|cret/);
      expect(message).toContain(shown);
    }
  });

  it('use a chat model when VIVA_MODEL names one, and not for what other programs left in the shell', () => {
    const shell = { OPENAI_API_KEY: 'sk-other', OPENAI_BASE_URL: 'not even an address' };
    expect(loadConfig(shell, noFile).llm).toBeNull();
    const local = { VIVA_MODEL: 'm', OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' };
    expect(loadConfig(local, noFile)).toMatchObject({
      llm: {
        url: 'http://127.0.0.1:1/v1',
        apiKey: 'none',
        fallback: null,
        structured: 'auto',
        timeoutMs: 60_000,
      },
      turnsAtOnce: 32,
    });
    const hosted = loadConfig({ VIVA_MODEL: 'm', OPENAI_API_KEY: 'k' }, noFile).llm;
    expect(hosted).toMatchObject({ url: 'https://api.openai.com/v1', apiKey: 'k' });
    expect(refusal({ VIVA_MODEL: 'm' })).toMatch(/needs OPENAI_BASE_URL .* or OPENAI_API_KEY/);
    expect(refusal({ VIVA_MODEL_FALLBACK: 'm' })).toMatch(/stands in for VIVA_MODEL/);
    expect(refusal({ VIVA_MODEL_PRICE_IN: '1' })).toMatch(/belong together/);
  });

  it('say the new name of a setting that was renamed', () => {
    expect(refusal({ VIVA_LLM_URL: 'http://127.0.0.1:1/v1', VIVA_LLM_MODEL: 'm' })).toMatch(
      /VIVA_LLM_URL is now OPENAI_BASE_URL, VIVA_LLM_MODEL is now VIVA_MODEL/,
    );
    expect(refusal({}, envFile('VIVA_LLM_API_KEY=sk'))).toMatch(/VIVA_LLM_API_KEY is now OPENAI_API_KEY/);
    expect(loadConfig({ VIVA_LLM_URL: '' }, envFile('')).llm).toBeNull();
  });

  it('want what belongs together', () => {
    expect(refusal({ VIVA_EMBEDDING: 'openai-compatible', VIVA_EMBEDDING_MODEL: 'e' })).toMatch(
      /needs VIVA_EMBEDDING_URL and VIVA_EMBEDDING_MODEL/,
    );
  });
});

describe('the .env file', () => {
  it('may hold comments, blank lines, quotes, spaces and export', () => {
    const file = envFile(
      '\uFEFF# mine\r\n\n  PORT = 9001  \nexport VIVA_LANG="en"\nVIVA_CORPUS=\'my bank\'\nHOST=\n',
    );
    expect(loadConfig({}, file)).toMatchObject({
      port: 9001,
      lang: 'en',
      host: '127.0.0.1',
      folders: { corpus: join(packageRoot, 'my bank') },
    });
  });

  it('gives way to the environment, where an empty value takes a setting back', () => {
    const file = envFile('PORT=9001');
    expect(loadConfig({ PORT: '9002' }, file).port).toBe(9002);
    expect(loadConfig({ PORT: '' }, file).port).toBe(8787);
  });

  it('is refused with the line that cannot be read', () => {
    expect(refusal({}, envFile('PORT=1\n\nwhat is this\n'))).toMatch(/\.env:3: .*NAME=value/);
  });
});

describe('.env.example', () => {
  it('names exactly the settings that exist', () => {
    const names = readFileSync(example, 'utf8')
      .split('\n')
      .filter((line) => !/^\s*(#|$)/.test(line))
      .map((line) => line.split('=')[0]!);
    expect([...names].sort()).toEqual([...settingNames].sort());
  });

  it('copied as it is changes nothing', () => {
    expect(loadConfig({}, example)).toEqual(loadConfig({}, noFile));
  });
});
