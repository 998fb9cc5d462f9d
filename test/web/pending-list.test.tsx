// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, describe, expect, it } from 'vitest';
import type { PendingMessage } from '../../web/src/connection/session-view.ts';
import { PendingList } from '../../web/src/interview/pending-list.tsx';
import { TextProvider } from '../../web/src/text/text-context.tsx';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

afterEach(() => document.body.replaceChildren());

function mount(lang: 'zh' | 'en') {
  const host = document.createElement('div');
  document.body.append(host);
  const root = createRoot(host);
  return (place: number | null) => {
    const message: PendingMessage = {
      id: 'm1',
      at: 0,
      text: 'two matrices',
      intent: null,
      keyPointId: null,
      kept: true,
      tried: true,
      acked: false,
      place,
      refused: null,
    };
    act(() =>
      root.render(
        <TextProvider lang={lang}>
          <PendingList pending={[message]} connected onRetry={() => undefined} onDiscard={() => undefined} />
        </TextProvider>,
      ),
    );
    return {
      seen: host.querySelector('.message-state [aria-hidden]')?.textContent,
      read: host.querySelector('[role="status"]')?.textContent,
    };
  };
}

describe('a message in the queue', () => {
  it('shows how many are before it, and reads it aloud only when the queue has about halved', () => {
    const show = mount('en');
    expect(show(null).read).toBe('Sending…');
    expect(show(7)).toEqual({
      seen: 'In the queue: 6 before yours',
      read: 'In the queue: fewer than 8 before yours',
    });
    expect(show(6)).toEqual({
      seen: 'In the queue: 5 before yours',
      read: 'In the queue: fewer than 8 before yours',
    });
    expect(show(3)).toEqual({
      seen: 'In the queue: 2 before yours',
      read: 'In the queue: fewer than 4 before yours',
    });
    expect(show(1)).toEqual({ seen: 'In the queue: next', read: 'In the queue: next' });
  });

  it('does so in Chinese', () => {
    const show = mount('zh');
    expect(show(3)).toEqual({ seen: '排队中，前面还有 2 条', read: '排队中，前面不到 4 条' });
    expect(show(1)).toEqual({ seen: '排队中，马上轮到', read: '排队中，马上轮到' });
  });
});
