// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Status } from '../../src/protocol.ts';
import { App } from '../../web/src/app.tsx';
import { SessionStore } from '../../web/src/connection/session-store.ts';
import { FakeBrowser } from './fake-browser.ts';
import { FakeSocket } from './fake-socket.ts';
import { asked, created, eventFrame, graded, planned, ready, received } from './fixtures.ts';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const status: Status = {
  protocol: 1,
  entries: 2,
  modules: [{ module: 'llm', section: 'language', entries: 2 }],
  judge: 'test-judge',
  chatModel: null,
  warnings: ['The index is being rebuilt.'],
};

let root: Root;
let socket: FakeSocket;

function newStore(): SessionStore {
  let ids = 0;
  return new SessionStore({
    openSocket: () => (socket = new FakeSocket()),
    storage: new FakeBrowser().tab(),
    timers: { set: () => 0, clear: () => undefined },
    random: () => 0,
    now: () => 0,
    newId: () => `id${(ids += 1)}`,
    newToken: () => 'secret'.padEnd(43, '-'),
    whyRefused: async () => null,
  });
}

async function press(selector: string, text?: string) {
  const found = [...document.querySelectorAll<HTMLElement>(selector)].find(
    (element) => text === undefined || element.textContent?.includes(text),
  );
  if (found === undefined) throw new Error(`nothing to press: ${selector} ${text ?? ''}`);
  await act(async () => found.click());
}

beforeEach(async () => {
  localStorage.clear();
  localStorage.setItem('viva.lang', 'en');
  window.location.hash = '';
  vi.stubGlobal('fetch', async () => Response.json(status));
  const host = document.createElement('div');
  document.body.append(host);
  root = createRoot(host);
  await act(async () => root.render(<App interview={newStore()} ask={newStore()} />));
});

afterEach(async () => {
  await act(async () => root.unmount());
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

async function startInterview() {
  await press('.start [type=submit]');
  await act(async () => {
    socket.onopen?.();
    socket.say(ready);
    [created, planned, asked].forEach((draft, index) => socket.say(eventFrame(draft, index + 1)));
  });
}

describe('the page', () => {
  it('says who judges, and what is amiss', () => {
    expect(document.querySelector('.status-note')?.textContent).toContain('test-judge');
    expect(document.querySelector('.status-note')?.textContent).toContain('The index is being rebuilt.');
  });

  it('starts an interview as the form says, and shows the first question', async () => {
    await press('.choice input[value], .choice', 'Mock');
    await press('.choice', '8');
    await startInterview();
    expect(socket.sent[0]).toMatchObject({ type: 'session.create', mode: 'mock', plan: { questions: 8 } });
    expect(document.querySelector('.question')?.textContent).toContain('What is LoRA?');
    expect(document.querySelector('.question')?.textContent).toContain('Question 1 of 2');
  });

  it('sends a quick action with its intent', async () => {
    await startInterview();
    await press('.chip', 'hint');
    expect(socket.sent.at(-1)).toMatchObject({ type: 'message.send', intent: 'hint' });
  });

  it('shows a grade in place of the message it is of', async () => {
    await startInterview();
    await act(async () => {
      socket.say(eventFrame(received, 4));
      socket.say(eventFrame(graded(), 5));
    });
    expect(document.querySelectorAll('.bubble')).toHaveLength(0);
    expect(document.querySelector('.grade .total-number')?.textContent).toBe('3');
  });

  it('shows what a candidate writes as text, whatever it is', async () => {
    await startInterview();
    const text = '<img src=x onerror=alert(1)> [x](javascript:alert(1))';
    await act(async () => socket.say(eventFrame({ ...received, text } as typeof received, 4)));
    expect(document.querySelector('.bubble')?.textContent).toBe(text);
    expect(document.querySelector('.bubble img, .bubble a')).toBeNull();
  });

  it('changes the language of page and session at once, and remembers it', async () => {
    await startInterview();
    expect(document.documentElement.lang).toBe('en');
    await press('.top-tools .tool', '中文');
    expect(document.documentElement.lang).toBe('zh-CN');
    expect(document.querySelector('.places')?.textContent).toContain('题库');
    expect(socket.sent.at(-1)).toMatchObject({ intent: 'change-language', text: '中文' });
    expect(localStorage.getItem('viva.lang')).toBe('zh');
  });

  it('survives a frame that it cannot read', async () => {
    await startInterview();
    await act(async () => socket.onmessage?.({ data: '{"type":"martian"}' }));
    expect(document.querySelector('.problems')?.textContent).toContain('cannot read');
    expect(document.querySelector('.question')).not.toBeNull();
    await press('.problems button');
    expect(document.querySelector('.problems')).toBeNull();
  });
});
