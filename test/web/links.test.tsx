// @vitest-environment happy-dom
/** Text of a chat model may hold any address: the page shows it, and makes no link of it. */
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Answer } from '../../src/protocol.ts';
import { AnswerView } from '../../web/src/ask/answer-view.tsx';
import type { Item } from '../../web/src/connection/items.ts';
import { ItemView } from '../../web/src/interview/item-view.tsx';
import { WritingText } from '../../web/src/interview/writing-text.tsx';
import { leadsOut } from '../../web/src/markdown/links.ts';
import { Markdown } from '../../web/src/markdown/markdown.tsx';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
// Until its renderer is there, Markdown is plain text, and every test would pass.
beforeAll(async () => {
  const host = document.createElement('div');
  document.body.append(host);
  act(() => createRoot(host).render(<Markdown text="**x**" />));
  await vi.waitFor(() => expect(host.querySelector('strong')).not.toBeNull(), 10_000);
});
afterEach(() => document.body.replaceChildren());

const evil = 'https://evil.example/x';
const text = `Read [the paper](${evil}), <${evil}>, ${evil} or write to <mailto:a@evil.example>.`;

function show(node: React.ReactNode): { text: string; out: (string | null)[] } {
  const host = document.createElement('div');
  document.body.append(host);
  act(() => createRoot(host).render(node));
  const out = [...host.querySelectorAll('a')].map((link) => link.getAttribute('href'));
  return { text: host.textContent, out: out.filter((href) => !href?.startsWith('#/')) };
}

const view = (item: object) =>
  show(
    <ItemView
      item={{ seq: 1, lang: 'en', ...item } as Item}
      disputing={new Set()}
      veiled={false}
      onDispute={() => undefined}
    />,
  );

describe('text that a model may have written', () => {
  it.each([
    ['what the coach says', { kind: 'said', text }],
    ['a hint', { kind: 'hint', level: 1, text }],
    ['a follow-up', { kind: 'question', followUp: true, number: 1, total: 1, text }],
  ])('makes no link in %s, and shows the address beside the words', (_name, item) => {
    const shown = view(item);
    expect(shown.out).toEqual([]);
    expect(shown.text).toContain(`the paper (${evil}), ${evil}, ${evil}`);
  });

  it('makes none in an answer while it is written', () => {
    expect(show(<WritingText text={text} />).out).toEqual([]);
  });

  it('links in an answer what the cited material says, and nothing else', () => {
    const known = 'https://arxiv.org/abs/2106.09685';
    const answer = {
      kind: 'answered',
      author: 'some-model',
      sentences: [
        {
          text: `${text} See ${known}, https://arxiv.org/abs/2 and https://arxiv.or`,
          citations: [
            {
              entryId: 'a/01',
              question: 'Q',
              referenceSpan: { lang: 'en', start: 0, end: 9, text: `LoRA (${known}).` },
            },
          ],
        },
      ],
    } as Answer;
    expect(show(<AnswerView answer={answer} lang="en" />).out).toEqual([known]);
  });
});

describe('text of the material', () => {
  it('keeps its links', () => {
    expect(view({ kind: 'reference', entryId: 'a/01', text: `See [it](${evil}).` }).out).toEqual([evil]);
  });
});

describe('an address in the material', () => {
  it.each([
    ['https://a.example/b', true],
    ['HTTPS://A.example/b', true],
    ['https://a.example/', false],
    ['https://a.exampl', false],
    ['https://a.example/b?x=1', false],
    ['javascript:alert(1)', false],
    ['mailto:a@a.example', false],
    ['//a.example/b', false],
  ])('of which %s is one: %s', (href, known) => {
    expect(leadsOut(href, ['see https://a.example/b, and mailto:a@a.example javascript:alert(1)'])).toBe(
      known,
    );
  });
});
