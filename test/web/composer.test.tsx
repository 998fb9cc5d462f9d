// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { limits } from '../../src/protocol.ts';
import { Composer } from '../../web/src/interview/composer.tsx';
import { isSendKey } from '../../web/src/interview/send-key.ts';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

afterEach(() => document.body.replaceChildren());

function mount(busy = false) {
  const onSend = vi.fn<(text: string) => void>();
  const host = document.createElement('div');
  document.body.append(host);
  const root = createRoot(host);
  act(() => root.render(<Composer label="Reply" placeholder="" busy={busy} onSend={onSend} />));
  const field = host.querySelector('textarea')!;
  const type = (text: string) =>
    act(() => {
      const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')!.set!;
      set.call(field, text);
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
  const press = (init: KeyboardEventInit & { keyCode?: number }) =>
    act(() => {
      field.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }));
    });
  return { host, field, type, press, onSend };
}

describe('the composer', () => {
  it('sends on Enter and is empty again', () => {
    const { field, type, press, onSend } = mount();
    type('两个低秩矩阵');
    press({ key: 'Enter' });
    expect(onSend).toHaveBeenCalledExactlyOnceWith('两个低秩矩阵');
    expect(field.value).toBe('');
  });

  it('does not send on Shift+Enter', () => {
    const { type, press, onSend } = mount();
    type('line');
    press({ key: 'Enter', shiftKey: true });
    expect(onSend).not.toHaveBeenCalled();
  });

  it('does not send on the Enter that picks a Chinese candidate', () => {
    const { field, type, press, onSend } = mount();
    type('dizhi');
    press({ key: 'Enter', isComposing: true });
    press({ key: 'Enter', keyCode: 229 });
    expect(onSend).not.toHaveBeenCalled();
    expect(field.value).toBe('dizhi');
  });

  it('sends neither blanks, nor while the coach is at work, nor more than the limit', () => {
    const idle = mount();
    idle.type('  \n ');
    idle.press({ key: 'Enter' });
    idle.type('x'.repeat(limits.messageChars + 1));
    idle.press({ key: 'Enter' });
    expect(idle.onSend).not.toHaveBeenCalled();
    const busy = mount(true);
    busy.type('text');
    busy.press({ key: 'Enter' });
    expect(busy.onSend).not.toHaveBeenCalled();
    expect(busy.field.value).toBe('text');
  });

  it('counts down near the limit only', () => {
    const { host, type } = mount();
    type('short');
    expect(host.querySelector('[role=status]')).toBeNull();
    type('x'.repeat(limits.messageChars - 10));
    expect(host.querySelector('[role=status]')?.textContent).toContain('10');
  });
});

describe('the key that sends', () => {
  it('is Enter alone', () => {
    const enter = { key: 'Enter', shiftKey: false, altKey: false, isComposing: false, keyCode: 13 };
    expect(isSendKey(enter)).toBe(true);
    expect(isSendKey({ ...enter, altKey: true })).toBe(false);
    expect(isSendKey({ ...enter, key: 'a' })).toBe(false);
  });
});
