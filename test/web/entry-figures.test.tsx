// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, describe, expect, it } from 'vitest';
import { figureViewSchema, type FigureView, type Lang } from '../../src/protocol.ts';
import { EntryFigures } from '../../web/src/material/entry-figures.tsx';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

afterEach(() => document.body.replaceChildren());

const image = (name: string, width: number) => ({
  src: `/api/figures/vision/${name}.svg?v=00ff`,
  width,
  height: 300,
});
const figure: FigureView = {
  alt: { zh: '两条路径', en: '"><img src=x onerror=1>' },
  caption: { zh: '由深到浅', en: 'Deep to shallow' },
  images: { zh: image('fpn-pan.zh', 680), en: image('fpn-pan.en', 700) },
};

function mount(figures: readonly FigureView[], lang: Lang): HTMLElement {
  const host = document.createElement('div');
  document.body.append(host);
  act(() => createRoot(host).render(<EntryFigures figures={figures} lang={lang} />));
  return host;
}

describe('the figures of an entry', () => {
  it.each(['zh', 'en'] as const)('are pictures in the language of the answer (%s)', (lang) => {
    const host = mount([figure], lang);
    const { src, width } = figure.images[lang];
    const [picture, ...others] = host.querySelectorAll('img');
    expect(others).toEqual([]);
    expect(picture?.getAttribute('src')).toBe(src);
    expect(picture?.getAttribute('alt')).toBe(figure.alt[lang]);
    expect(picture?.getAttribute('width')).toBe(String(width));
    expect(picture?.getAttribute('loading')).toBe('lazy');
    expect(host.querySelector('figcaption')?.textContent).toBe(figure.caption?.[lang]);
    const link = host.querySelector('a');
    expect(link?.getAttribute('href')).toBe(src);
    expect(link?.getAttribute('target')).toBe('_blank');
    expect(link?.getAttribute('rel')).toContain('noopener');
  });

  it('leave no trace where there are none', () => {
    expect(mount([], 'zh').innerHTML).toBe('');
  });

  it.each([
    'https://example.org/x.svg?v=00',
    '//example.org/api/figures/a/b.svg?v=00',
    'javascript:1',
    '/api/figures/../x.svg?v=00',
    '/api/figures/a/b.html?v=00',
    'data:image/svg+xml,x',
  ])('come from this server alone, not from %s', (src) => {
    const wrong = { ...figure, images: { ...figure.images, zh: { src, width: 1, height: 1 } } };
    expect(figureViewSchema.safeParse(figure).success).toBe(true);
    expect(figureViewSchema.safeParse(wrong).success).toBe(false);
  });
});
