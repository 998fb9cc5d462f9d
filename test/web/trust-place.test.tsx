// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Lang, Status } from '../../src/protocol.ts';
import { parseRoute } from '../../web/src/page/route.ts';
import { TextProvider } from '../../web/src/text/text-context.tsx';
import { trustCardSchema } from '../../web/src/trust/trust-card.ts';
import { TrustPlace } from '../../web/src/trust/trust-place.tsx';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const text = readFileSync(join(import.meta.dirname, '../../web/public/trust-card.json'), 'utf8');
const card = trustCardSchema.parse(JSON.parse(text));
const status: Status = {
  protocol: 1,
  entries: 2,
  modules: [],
  judge: card.judge,
  chatModel: null,
  warnings: [],
};
let root: Root;

beforeEach(() => {
  const host = document.createElement('div');
  document.body.append(host);
  root = createRoot(host);
});

afterEach(async () => {
  await act(async () => root.unmount());
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

async function show(
  lang: Lang,
  answer: () => Response = () => new Response(text),
  of: Status = status,
): Promise<void> {
  vi.stubGlobal('fetch', async () => answer());
  await act(async () =>
    root.render(
      <TextProvider lang={lang}>
        <TrustPlace status={{ state: 'ready', value: of }} />
      </TextProvider>,
    ),
  );
}

const pageText = () => document.body.textContent ?? '';

describe('the page about trust', () => {
  it('has an address', () => {
    expect(parseRoute('#/trust')).toEqual({ place: 'trust' });
  });

  it.each(['zh', 'en'] as const)('shows the figures of the card (%s)', async (lang) => {
    await show(lang);
    const { all, byReplyKind } = card.withStatements;
    expect(pageText()).toContain(card.made);
    expect(pageText()).toContain(`${Math.round(100 * all.rightOrder.value!)}%`);
    const [agreement] = [...document.querySelectorAll('tbody')].slice(2);
    expect(agreement?.querySelector('tr')?.textContent).toContain(all.pearson.value!.toFixed(2));
    expect(document.querySelectorAll('.trust-worst > li')).toHaveLength(card.worst.length);
    expect(document.querySelectorAll('circle')).toHaveLength(card.withStatements.points.length);
    expect(pageText()).toContain(byReplyKind['wrong']!.total.toFixed(1));
    // every kind has a name in the page's language, and every figure is one
    const tables = [...document.querySelectorAll('table')].map((one) => one.textContent).join(' ');
    expect(tables).not.toMatch(/undefined|NaN|null|variant|gaming/);
  });

  it('shows a bank without statements when that is asked for', async () => {
    await show('en');
    const [, bare] = document.querySelectorAll<HTMLElement>('[aria-pressed]');
    await act(async () => bare!.click());
    expect(bare!.getAttribute('aria-pressed')).toBe('true');
    const agreement = document.querySelectorAll('tbody')[2];
    expect(agreement?.querySelector('tr')?.textContent).toContain(
      card.withoutStatements.all.pearson.value!.toFixed(2),
    );
  });

  it('says so when somebody else grades on this server, and only then', async () => {
    await show('en');
    expect(document.querySelector('.note')).toBeNull();
    await show('en', undefined, { ...status, chatModel: 'big-model' });
    expect(document.querySelector('.note')?.textContent).toContain('big-model');
    await show('en', undefined, { ...status, judge: 'statements/other' });
    expect(document.querySelector('.note')?.textContent).toContain('statements/other');
  });

  it('tells what went wrong instead of showing half a card', async () => {
    // an older server answers an unknown address with the page itself
    await show('en', () => new Response('<!doctype html>'));
    expect(document.querySelector('[role=alert]')).not.toBeNull();
    expect(document.querySelector('table')).toBeNull();
  });
});
