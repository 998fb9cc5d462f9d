// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Grade } from '../../src/protocol.ts';
import type { GradeItem } from '../../web/src/connection/items.ts';
import { GradeCard } from '../../web/src/grade/grade-card.tsx';
import { grade, replyText } from './fixtures.ts';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

afterEach(() => document.body.replaceChildren());

function mount(change: Partial<Grade> = {}, text = replyText, veiled = false, before?: Grade) {
  const item: GradeItem = {
    kind: 'grade',
    seq: 5,
    entryId: 'a/b/01',
    replySeq: 4,
    replyText: text,
    scope: 'question',
    aided: false,
    grade: { ...grade, ...change },
    ...(before ? { before } : {}),
    feedback: '',
    lang: 'en',
    disputes: {},
    held: false,
  };
  const onDispute = vi.fn<(keyPointId: string, why: string) => void>();
  const host = document.createElement('div');
  document.body.append(host);
  const root = createRoot(host);
  act(() =>
    root.render(<GradeCard item={item} disputing={new Set()} veiled={veiled} onDispute={onDispute} />),
  );
  const rows = () => [...host.querySelectorAll<HTMLButtonElement>('.verdict-main')];
  const active = () =>
    [...host.querySelectorAll('.pane-reply mark[data-active]')].map((mark) => mark.textContent);
  return { host, rows, active, onDispute };
}

describe('a grade', () => {
  it('names each verdict in words, beside its claim and weight', () => {
    const [first, second] = mount().rows();
    expect(first?.textContent).toContain('Covered');
    expect(first?.textContent).toContain('Weight 3');
    expect(second?.textContent).toContain('Wrong');
    expect(second?.textContent).toContain('No latency after merging');
  });

  it('highlights the words in the reply that a focused row rests on', () => {
    const { rows, active } = mount();
    expect(active()).toEqual([]);
    act(() => {
      rows()[1]?.focus();
    });
    expect(active()).toEqual(['It is always slower']);
    act(() => {
      rows()[1]?.blur();
    });
    expect(active()).toEqual([]);
  });

  it('keeps a tapped row’s evidence open, from both sides', () => {
    const { host, rows, active } = mount();
    act(() => {
      rows()[1]?.click();
    });
    expect(active()).toEqual(['It is always slower']);
    expect(host.querySelector('.evidence')?.textContent).toContain('merged weights');
    expect(rows()[1]?.getAttribute('aria-expanded')).toBe('true');
  });

  it('keeps the reference closed until it is asked for', () => {
    expect(mount().host.querySelector('.pane-reference .prose')).toBeNull();
  });

  it('disputes one verdict with one line', () => {
    const { host, rows, onDispute } = mount();
    act(() => {
      rows()[1]?.click();
    });
    act(() => {
      host.querySelector<HTMLButtonElement>('.verdict-actions button')?.click();
    });
    const field = host.querySelector<HTMLInputElement>('.dispute-form input')!;
    act(() => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(field, 'I said so');
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
    act(() => {
      host.querySelector<HTMLButtonElement>('.dispute-form [type=submit]')?.click();
    });
    expect(onDispute).toHaveBeenCalledExactlyOnceWith('no-latency', 'I said so');
  });

  it('says that there is no grade, and why, instead of a number', () => {
    const { host } = mount({ state: 'ungraded', total: null, verdicts: [], reason: 'the judge is away' });
    expect(host.querySelector('.total-number')).toBeNull();
    expect(host.textContent).toContain('Not graded yet');
    expect(host.textContent).toContain('the judge is away');
  });

  it('marks a provisional grade as one', () => {
    expect(mount({ state: 'provisional', reason: 'timeout' }).host.textContent).toContain('Provisional');
  });

  it('shows the reply as plain text, whatever it holds', () => {
    const { host } = mount({ verdicts: [] }, '<b>bold</b> **stars** <script>x</script>');
    expect(host.querySelector('.pane-reply')?.textContent).toContain(
      '<b>bold</b> **stars** <script>x</script>',
    );
    expect(host.querySelector('b, script')).toBeNull();
  });

  it('does not tell what a follow-up is asking for, while it is open', () => {
    const { host, rows } = mount({}, replyText, true);
    act(() => {
      rows()[1]?.click();
    });
    expect(host.textContent).toContain('The weights are frozen');
    expect(host.textContent).toContain('Wrong');
    expect(host.textContent).toContain('It is always slower');
    expect(host.textContent).not.toContain('No latency after merging');
    expect(host.textContent).not.toContain('merged weights');
    expect(host.querySelector('.pane-reference, .arithmetic')).toBeNull();
  });

  describe('after a chat model has read the reply too', () => {
    const [frozen, latency] = grade.verdicts;
    const before: Grade = {
      ...grade,
      total: 1,
      state: 'provisional',
      verdicts: [{ ...frozen!, value: 'partial' }, latency!],
    };

    it('shows which points changed, from what to what, and why', () => {
      const explained = [
        { ...frozen!, by: 'model' as const, explanation: 'It says so, see [here](https://evil.example/x).' },
        latency!,
      ];
      const { host, rows } = mount({ verdicts: explained }, replyText, false, before);
      expect(host.textContent).toContain('1 point changed, 1 → 3');
      const [first, second] = host.querySelectorAll('.verdict-row');
      expect(first?.textContent).toContain('Was: Partial');
      expect(second?.textContent).not.toContain('Was:');
      act(() => {
        rows()[0]?.click();
      });
      expect(first?.textContent).toContain('It says so');
    });

    it('says so when nothing changed', () => {
      const { host } = mount({}, replyText, false, { ...grade, state: 'provisional' });
      expect(host.textContent).toContain('nothing changed');
      expect(host.textContent).not.toContain('Was:');
    });

    it('names both where they are far apart, and the local one where the model’s word does not count', () => {
      const { host, rows } = mount({
        verdicts: [
          { ...frozen!, value: 'partial', by: 'both', apart: { model: 'covered', local: 'missing' } },
          { ...latency!, by: 'local' },
        ],
      });
      act(() => {
        rows()[0]?.click();
      });
      expect(host.textContent).toContain('says “Covered”, the built-in judge “Missing”');
      act(() => {
        rows()[1]?.click();
      });
      expect(host.textContent).toContain('does not count');
    });

    it('tells nothing of the points that a follow-up is asking for', () => {
      const explained = [frozen!, { ...latency!, explanation: 'It is zero after merging.' }];
      const { host, rows } = mount({ verdicts: explained }, replyText, true, {
        ...before,
        verdicts: [frozen!, { ...latency!, value: 'missing' }],
      });
      act(() => {
        rows()[1]?.click();
      });
      expect(host.textContent).not.toContain('It is zero');
      expect(host.textContent).not.toContain('Was:');
    });
  });
});
