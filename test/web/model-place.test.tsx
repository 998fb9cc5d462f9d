// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Lang, ModelSettings } from '../../src/protocol.ts';
import { ModelPlace } from '../../web/src/model/model-place.tsx';
import { parseRoute } from '../../web/src/page/route.ts';
import { TextProvider } from '../../web/src/text/text-context.tsx';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const key = 'sk-very-secret-key';
const capabilities = {
  streaming: true,
  jsonSchema: false,
  jsonMode: true,
  toolCalls: true,
  forcedTool: true,
  usage: true,
  streamUsage: true,
  systemRole: true,
  temperature: true,
};
const none: ModelSettings = {
  source: 'none',
  editable: true,
  locked: null,
  url: null,
  model: null,
  fallback: null,
  keySet: false,
  endpoints: [],
  today: { tokens: 0, limit: null },
};
const used: ModelSettings = {
  ...none,
  source: 'page',
  url: 'http://127.0.0.1:1/v1',
  model: 'first',
  keySet: true,
  endpoints: [
    { role: 'primary', model: 'first', state: 'known', breaker: 'closed', capabilities, trouble: null },
  ],
  today: { tokens: 12_345, limit: 1_000_000 },
};

let root: Root;
let sent: { method: string; path: string; body: unknown }[];
beforeEach(() => {
  const host = document.createElement('div');
  document.body.append(host);
  root = createRoot(host);
  sent = [];
});
afterEach(async () => {
  await act(async () => root.unmount());
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

async function show(answers: Record<string, unknown>, lang: Lang = 'en'): Promise<void> {
  vi.stubGlobal('fetch', async (path: string, { method = 'GET', body }: RequestInit = {}) => {
    sent.push({ method, path, body: typeof body === 'string' ? JSON.parse(body) : null });
    return new Response(JSON.stringify(answers[`${method} ${path}`]));
  });
  await act(async () =>
    root.render(
      <TextProvider lang={lang}>
        <ModelPlace />
      </TextProvider>,
    ),
  );
}

const pageText = () => document.body.textContent ?? '';

async function type(id: string, value: string): Promise<void> {
  const field = document.querySelector<HTMLInputElement>(`#${id}`)!;
  await act(async () => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(field, value);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

async function press(text: string): Promise<void> {
  const button = [...document.querySelectorAll('button')].find((one) => one.textContent === text)!;
  await act(async () => button.click());
}

describe('the page about the model', () => {
  it('has an address', () => {
    expect(parseRoute('#/model')).toEqual({ place: 'model' });
  });

  it('tries a model, keeps it, and forgets the key that was typed', async () => {
    await show({
      'GET /api/model': none,
      'POST /api/model/test': { ok: true, capabilities, trouble: null, seconds: 2.5 },
      'PUT /api/model': used,
    });
    await type('model-url', ' http://127.0.0.1:1/v1 ');
    await type('model-name', 'first');
    await type('model-key', key);
    await press('Test');
    expect(pageText()).toContain('It works (2.5 s).');
    expect(pageText()).toContain('Cannot: JSON schema');
    const input = { url: 'http://127.0.0.1:1/v1', model: 'first', fallback: null, key };
    expect(sent.at(-1)).toEqual({ method: 'POST', path: '/api/model/test', body: input });
    await press('Save and use');
    expect(sent.at(-1)).toEqual({ method: 'PUT', path: '/api/model', body: input });
    expect(pageText()).toContain('12,345 of 1,000,000 tokens today');
    expect(document.querySelector<HTMLInputElement>('#model-key')!.value).toBe('');
    expect(pageText()).toContain('A key is set.');
    await press('Test');
    expect(sent.at(-1)!.body).toEqual({ ...input, key: null });
  });

  it('says why a model cannot be used', async () => {
    const trouble = 'Chat model first refused the key; check OPENAI_API_KEY (401).';
    await show({
      'GET /api/model': used,
      'POST /api/model/test': { ok: false, capabilities: null, trouble, seconds: 0.1 },
    });
    await press('Test');
    expect(pageText()).toContain(`It cannot be used: ${trouble}`);
  });

  it('removes it', async () => {
    await show({ 'GET /api/model': used, 'DELETE /api/model': none });
    await press('Remove model and key');
    expect(sent.at(-1)).toMatchObject({ method: 'DELETE', path: '/api/model' });
    expect(pageText()).toContain('No language model is in use.');
    expect(document.querySelector<HTMLInputElement>('#model-url')!.value).toBe('');
  });

  it.each([
    ['environment', '页面上不能修改'],
    ['open', 'VIVA_ACCESS_KEY'],
  ] as const)('has no form where it may change nothing: %s', async (locked, text) => {
    const source = locked === 'environment' ? 'environment' : 'none';
    await show({ 'GET /api/model': { ...used, source, editable: false, locked } }, 'zh');
    expect(document.querySelector('form')).toBeNull();
    expect(pageText()).toContain(text);
  });
});
