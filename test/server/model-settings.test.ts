/** The chat model set in the page: kept on the server, never sent back, for its owner alone, at work at once. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChatModelConfig } from '../../src/config.ts';
import { ModelDesk } from '../../src/llm/model-desk.ts';
import { ModelSettingsStore } from '../../src/llm/model-settings.ts';
import { UsageLedger } from '../../src/llm/usage-ledger.ts';
import { AccessKey } from '../../src/server/access-key.ts';
import { fails, startScriptedChatServer, type ScriptedChatServer } from '../llm/scripted-chat-server.ts';
import { startServer, type RawResponse, type TestServer } from './harness.ts';

const key = 'sk-very-secret-key';
let folder: string;
let chat: ScriptedChatServer;
let desk: ModelDesk;
let test: TestServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viva-model-settings-'));
  chat = await startScriptedChatServer();
});
afterEach(async () => {
  await test.stop();
  await desk.close();
  await chat.close();
  await rm(folder, { recursive: true });
});

const file = () => join(folder, 'model-settings.json');
const input = (more = {}) => ({ url: chat.url, model: 'first', fallback: null, key, ...more });

async function open(environment: ChatModelConfig | null = null): Promise<ModelSettingsStore> {
  const ledger = new UsageLedger({
    file: null,
    dayTokens: null,
    sessionTokens: null,
    priceIn: null,
    priceOut: null,
    now: Date.now,
    onFailure: () => undefined,
  });
  desk = new ModelDesk({ ledger, now: () => performance.now(), say: () => undefined });
  const use = { structured: 'auto', timeoutMs: 2_000 } as const;
  return ModelSettingsStore.open({ file: file(), desk, environment, use });
}

async function start(options: Parameters<typeof startServer>[0] = {}, environment?: ChatModelConfig) {
  const store = await open(environment ?? null);
  test = await startServer({ ...options, modelSettings: () => store });
}

async function send(method: string, path: string, body?: unknown, headers = {}): Promise<RawResponse> {
  return test.fetch(path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined || method === 'DELETE' ? {} : { body: JSON.stringify(body) }),
  });
}

describe('a chat model set in the page', () => {
  it('is at work at once, and again after a restart, with its key on the disk alone', async () => {
    await start();
    expect((await send('GET', '/api/model')).json()).toMatchObject({ source: 'none', editable: true });
    const saved = await send('PUT', '/api/model', input({ fallback: 'second' }));
    expect(saved.json()).toMatchObject({
      source: 'page',
      url: chat.url,
      model: 'first',
      fallback: 'second',
      keySet: true,
    });
    expect(desk.model?.id).toBe('first');
    await vi.waitFor(() => expect(desk.report().map(({ state }) => state)).toEqual(['known', 'known']), {
      timeout: 20_000,
    });
    expect(chat.probes[0]!.headers.authorization).toBe(`Bearer ${key}`);
    const shown = await send('GET', '/api/model');
    expect(shown.json()).toMatchObject({ endpoints: [{ capabilities: { jsonSchema: true } }, {}] });
    expect(saved.text + shown.text).not.toContain(key);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect(await readFile(file(), 'utf8')).toContain(key);
    const again = await open();
    expect(again.show(false)).toMatchObject({ source: 'page', model: 'first', keySet: true });
    expect(desk.model?.id).toBe('first');
  });

  it('keeps its key for its server, and for no other one', async () => {
    await start();
    await send('PUT', '/api/model', input());
    const renamed = await send('PUT', '/api/model', input({ model: 'other', key: null }));
    expect(renamed.json()).toMatchObject({ model: 'other', keySet: true });
    const thief = await startScriptedChatServer();
    try {
      expect((await send('POST', '/api/model/test', input({ url: thief.url, key: null }))).status).toBe(200);
      expect((await send('PUT', '/api/model', input({ url: thief.url, key: null }))).json()).toMatchObject({
        keySet: false,
      });
      await vi.waitFor(() => expect(desk.report()[0]!.state).toBe('known'), { timeout: 20_000 });
      expect(thief.probes.length).toBeGreaterThan(6);
      for (const { headers } of thief.probes) expect(headers.authorization).toBe('Bearer none');
    } finally {
      await thief.close();
    }
  });

  it('can be tried before it is kept', async () => {
    await start();
    const good = await send('POST', '/api/model/test', input());
    expect(good.json()).toMatchObject({ ok: true, capabilities: { streaming: true }, trouble: null });
    chat.onProbe(fails(401));
    const bad = await send('POST', '/api/model/test', input());
    expect(bad.json()).toMatchObject({ ok: false, trouble: expect.stringContaining('refused the key') });
    // The scripted server tells the key in its refusal.
    expect(bad.text).not.toContain(key);
    await expect(stat(file())).rejects.toMatchObject({ code: 'ENOENT' });
    expect(desk.model).toBeNull();
  });

  it('can be removed, with its key', async () => {
    await start();
    await send('PUT', '/api/model', input());
    expect((await send('DELETE', '/api/model')).json()).toMatchObject({ source: 'none', keySet: false });
    expect(desk.model).toBeNull();
    await expect(stat(file())).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([
    [{ url: 'file:///etc/passwd' }, /address must be an http/],
    [{ url: 'http://user:sk-very-secret-key@127.0.0.1/v1' }, /without user and password/],
    [{ model: ' ' }, /needs a name/],
    [{ key: 'a key\nX-Other: 1' }, /visible ASCII/],
    [{ key: 7 }, /look at: key/],
  ])('is refused when it cannot be right: %j', async (wrong, message) => {
    await start();
    const response = await send('PUT', '/api/model', input(wrong));
    expect(response.status).toBe(400);
    expect(response.json()).toMatchObject({ error: { message: expect.stringMatching(message) as string } });
    expect(response.text).not.toContain(key);
    expect(desk.model).toBeNull();
  });

  it('gives way to the environment, and says so', async () => {
    const environment: ChatModelConfig = {
      url: chat.url,
      model: 'of-the-environment',
      apiKey: key,
      structured: 'auto',
      timeoutMs: 2_000,
    };
    await start({}, environment);
    const shown = await send('GET', '/api/model');
    expect(shown.json()).toMatchObject({ source: 'environment', editable: false, locked: 'environment' });
    expect(shown.text).not.toContain(key);
    for (const [method, path] of [
      ['PUT', '/api/model'],
      ['POST', '/api/model/test'],
      ['DELETE', '/api/model'],
    ] as const)
      expect((await send(method, path, input())).status).toBe(400);
    expect(desk.model?.id).toBe('of-the-environment');
  });

  it('is not read from a damaged file, which is not shown', async () => {
    await start();
    await writeFile(file(), `{"format":1,"key":"${key}",`);
    const error = await open().catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: 'config-invalid' });
    expect((error as Error).message).not.toContain(key);
  });
});

describe('who may set it', () => {
  it('is nobody behind a proxy without an access key', async () => {
    await start({ policy: { origins: [], trustProxy: true } });
    expect((await send('GET', '/api/model')).json()).toMatchObject({ editable: false, locked: 'open' });
    for (const [method, path] of [
      ['PUT', '/api/model'],
      ['POST', '/api/model/test'],
      ['DELETE', '/api/model'],
    ] as const)
      expect((await send(method, path, input())).json()).toMatchObject({ error: { code: 'unauthorized' } });
    expect(chat.probes).toEqual([]);
  });

  it('is who has given the access key', async () => {
    const access = 'a-key-of-the-house-24';
    await start({
      access: new AccessKey({ key: access, now: Date.now }),
      policy: { origins: [], trustProxy: true },
    });
    expect((await send('PUT', '/api/model', input())).status).toBe(401);
    const given = { 'x-viva-access-key': access };
    expect((await send('PUT', '/api/model', input(), given)).status).toBe(200);
  });

  it('is no page of another origin', async () => {
    await start();
    const foreign = { origin: 'https://elsewhere.example' };
    expect((await send('PUT', '/api/model', input(), foreign)).status).toBe(403);
    const plain = await test.fetch('/api/model', {
      method: 'PUT',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify(input()),
    });
    expect(plain.status).toBe(400);
    expect(desk.model).toBeNull();
  });

  it('may not try servers without end', async () => {
    await start({ limits: { modelTestsPerMinute: 1 } });
    expect((await send('POST', '/api/model/test', input())).status).toBe(200);
    expect((await send('POST', '/api/model/test', input())).status).toBe(429);
  });
});
