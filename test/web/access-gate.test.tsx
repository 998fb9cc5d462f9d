// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AccessGate } from '../../web/src/access/access-gate.tsx';
import { SessionStore } from '../../web/src/connection/session-store.ts';
import { FakeBrowser } from './fake-browser.ts';
import { FakeSocket } from './fake-socket.ts';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const key = 'a-key-of-the-house-24';

/** What the server does: asks for `key` while `required`, and remembers whom it let in. */
let server: { required: boolean; granted: boolean; reachable: boolean };
let root: Root;
let sockets: FakeSocket[];
let session: SessionStore;

async function answer(path: string, init?: RequestInit): Promise<Response> {
  if (!server.reachable) throw new TypeError('unreachable');
  if (path !== '/api/access') throw new Error(`unexpected ${path}`);
  if (init?.method !== 'POST') {
    return Response.json({ required: server.required, granted: server.granted || !server.required });
  }
  if (init.body === JSON.stringify({ key })) {
    server.granted = true;
    return new Response(null, { status: 204 });
  }
  return Response.json(
    { error: { code: 'access-required', message: 'no', requestId: 'r', retryable: false } },
    { status: 401 },
  );
}

async function show() {
  const host = document.createElement('div');
  document.body.append(host);
  root = createRoot(host);
  await act(async () =>
    root.render(
      <AccessGate sessions={[session]}>
        <p id="page">the page</p>
      </AccessGate>,
    ),
  );
}

async function type(text: string) {
  const input = document.querySelector<HTMLInputElement>('#access-key')!;
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!;
  await act(async () => {
    set.call(input, text);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await act(async () => document.querySelector<HTMLButtonElement>('[type=submit]')!.click());
}

const form = () => document.querySelector('#access-key');
const pageShows = () => document.querySelector('#page')?.closest('[hidden]') === null;

beforeEach(() => {
  localStorage.clear();
  localStorage.setItem('viva.lang', 'en');
  server = { required: true, granted: false, reachable: true };
  sockets = [];
  const storage = new FakeBrowser().tab();
  storage.save({ open: { sessionId: 's', token: 't' }, creating: null, starting: null });
  session = new SessionStore({
    whyRefused: async () => null,
    openSocket: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    storage,
    timers: { set: () => 0, clear: () => undefined },
    random: () => 0,
    now: () => 0,
    newId: () => 'id',
    newToken: () => 'secret'.padEnd(43, '-'),
  });
  vi.stubGlobal('fetch', answer);
});

afterEach(async () => {
  await act(async () => root.unmount());
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

describe('the way into a server with an access key', () => {
  it('asks for the key, and opens nothing before it is given', async () => {
    await show();
    expect(form()).not.toBeNull();
    expect(document.querySelector('#page')).toBeNull();
    expect(sockets).toHaveLength(0);
    await type('a wrong key');
    expect(document.querySelector('[role=alert]')?.textContent).toContain('not the key');
    expect(sockets).toHaveLength(0);
    await type(` ${key} `);
    expect(form()).toBeNull();
    expect(pageShows()).toBe(true);
    expect(sockets).toHaveLength(1);
  });

  it('asks again when the key was changed, and keeps the page as it is', async () => {
    server.granted = true;
    await show();
    expect(pageShows()).toBe(true);
    server.granted = false;
    await act(async () => sockets[0]?.onclose?.());
    expect(form()).not.toBeNull();
    expect(pageShows()).toBe(false);
    await type(key);
    expect(form()).toBeNull();
    expect(pageShows()).toBe(true);
    expect(sockets).toHaveLength(2);
  });

  it('shows the page when the server cannot be asked', async () => {
    server.reachable = false;
    await show();
    expect(pageShows()).toBe(true);
    expect(sockets).toHaveLength(1);
  });

  it('asks for nothing where there is no key', async () => {
    server.required = false;
    await show();
    expect(form()).toBeNull();
    expect(pageShows()).toBe(true);
  });
});
