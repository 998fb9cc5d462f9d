import { fetchRefusal } from './api.ts';
import type { SocketLike } from './reconnecting-socket.ts';
import { SessionStore } from './session-store.ts';
import { localSessionStorage } from './stored-session.ts';

/** A session of this page's own server, remembered in this browser under `key`. */
export function newSessionStore(key: string): SessionStore {
  const store = new SessionStore({
    openSocket,
    storage: localSessionStorage(key, browserStorage(), (listener) =>
      window.addEventListener('storage', (event) => listener(event.key)),
    ),
    timers: { set: (run, ms) => window.setTimeout(run, ms), clear: (id) => window.clearTimeout(id) },
    random: Math.random,
    now: Date.now,
    newId,
    newToken,
    whyRefused: fetchRefusal,
  });
  window.addEventListener('online', store.reconnect);
  // a server on this machine answers without any network: asking tells whether this one does
  window.addEventListener('offline', store.probe);
  window.addEventListener('focus', store.reconnect);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') store.reconnect();
  });
  return store;
}

/** A browser that refuses storage throws at the first touch of it: then nothing outlives the page. */
function browserStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

function openSocket(): SocketLike {
  const url = new URL('/ws', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(url);
  const adapter: SocketLike = {
    send: (data) => socket.send(data),
    close: () => socket.close(),
    onopen: null,
    onmessage: null,
    onclose: null,
  };
  socket.addEventListener('open', () => adapter.onopen?.());
  socket.addEventListener('message', (event) => adapter.onmessage?.({ data: event.data }));
  socket.addEventListener('close', () => adapter.onclose?.());
  return adapter;
}

/** 128 random bits; `crypto.randomUUID` is missing on plain-http hosts. */
function newId(): string {
  return randomHex(16);
}

function newToken(): string {
  return randomHex(32);
}

function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
