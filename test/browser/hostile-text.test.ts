/** Markup in what people, files and models write stays text. */
import type { ServerResponse } from 'node:http';
import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { entryText } from '../corpus/entry-text.ts';
import { xssCases } from '../hostile/xss-cases.ts';
import { Bank } from '../ingest/bank.ts';
import { startScriptedChatServer, type ScriptedChatServer } from '../llm/scripted-chat-server.ts';
import { ingest, inBrowser, setStage } from './stage.ts';
import { interviewOf, storeSession, type RememberedSession } from './stored-sessions.ts';
import type { Visit } from './visit.ts';

/** Nothing in the page could run or lead anywhere but to web pages; links that are there are pressed. */
async function expectHarmless({ page }: Visit): Promise<void> {
  const found = await page.evaluate(() => {
    const wrong: string[] = [];
    for (const one of document.querySelectorAll('#root *')) {
      for (const { name, value } of one.attributes) {
        if (name.startsWith('on') || name === 'srcdoc') wrong.push(`${one.tagName} ${name}`);
        if (['href', 'src', 'action', 'formaction', 'xlink:href'].includes(name)) {
          if (!/^(#|\/icon\.svg$|https?:\/\/|mailto:)/i.test(value)) wrong.push(`${one.tagName} ${value}`);
        }
      }
      if (/^(script|iframe|object|embed|base|style|link|meta|form)$/i.test(one.tagName)) {
        if (!one.matches('form.start, form.dispute-form')) wrong.push(one.tagName);
      }
      if (one.tagName === 'IMG' && one.getAttribute('src') !== '/icon.svg') wrong.push('a picture');
    }
    return wrong;
  });
  expect(found).toEqual([]);
}

/** Presses everything of a stranger's that looks as if it could be pressed; links to the web stay alone, they are honest. */
async function pressLinks(place: Locator): Promise<void> {
  await place.evaluate((root) => {
    for (const one of root.querySelectorAll('*')) {
      const honest = one.closest('a[href^="http"], a[href^="#"]') !== null;
      if (!honest && one.children.length === 0 && one.textContent.includes('press')) {
        one.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
      }
    }
  });
}

const hostileWords = xssCases.map(({ text }) => text);

inBrowser('hostile text', () => {
  let bank: Bank;
  let stored: RememberedSession;
  let model: ScriptedChatServer;
  let letGo: () => void = () => undefined;
  // A NUL makes a file no text file: `corpus lint` refuses it.
  const all = hostileWords.join('\n\n').replaceAll('\0', '');
  const stage = setStage({
    env: async () => {
      bank = new Bank();
      bank.write(
        'llm/language/06-hostile.md',
        entryText({
          id: 'llm/language/06',
          zh: `A 用高斯随机初始化，B 置零。因此训练开始时增量为零。缩放系数是 $\\alpha/r$。合并后没有延迟。\n\n${all}`,
          en: `A starts random and B starts at zero. So the update is zero at the first step. The scale is $\\alpha/r$. Merged weights add no latency.\n\n${all}`,
        }).replaceAll('LoRA, Hu et al.', '<img src=x onerror=window.ran=1>'),
      );
      ingest({ VIVA_CORPUS: bank.corpus, VIVA_INDEX: bank.index });
      model = await startScriptedChatServer();
      return {
        VIVA_CORPUS: bank.corpus,
        VIVA_INDEX: bank.index,
        OPENAI_BASE_URL: model.url,
        VIVA_MODEL: 'scripted',
      };
    },
    prepare: async ({ data }) => {
      const words = (turn: number) => {
        const text = hostileWords[turn % hostileWords.length] ?? '';
        return { question: text, reply: text, claim: text, reference: text, said: text };
      };
      stored = await storeSession(data, [
        ...interviewOf(hostileWords.length, words),
        { type: 'hint.given', entryId: 'x', level: 1, text: all },
        { type: 'coach.said', about: 'greeting', text: all },
        { type: 'reference.shown', entryId: 'llm/language/06', text: all, lang: 'en' },
        {
          type: 'answer.given',
          question: all,
          lang: 'en',
          answer: {
            kind: 'answered',
            author: all,
            sentences: hostileWords.map((text) => ({
              text,
              citations: [
                { entryId: text, question: text, referenceSpan: { start: 0, end: 1, text, lang: 'en' } },
              ],
            })),
          },
        },
        {
          type: 'report.made',
          report: {
            lang: 'en',
            mean: 4,
            questions: [
              {
                entryId: all,
                question: all,
                module: all,
                section: all,
                total: 4,
                aided: true,
                outcome: 'graded',
                points: [{ keyPointId: 'one', claim: all, weight: 1, value: 'covered', aided: true }],
              },
            ],
            byModule: [
              { module: all, graded: 1, mean: 4 },
              { module: 'x', graded: 1, mean: 4 },
            ],
            weakest: [{ entryId: all, question: all, keyPointId: 'one', claim: all, value: 'missing' }],
            readNext: [{ entryId: all, question: all }],
            text: all,
          },
        },
      ]);
    },
    after: async () => {
      bank.remove();
      await model.close();
    },
  });

  /** Streams a text, and keeps the stream open until the test has seen it. */
  async function writeSlowly(response: ServerResponse, text: string): Promise<void> {
    const seen = new Promise<void>((resolve) => (letGo = resolve));
    const chunk = (content: string, finish: string | null) =>
      `data: ${JSON.stringify({
        id: 'c1',
        object: 'chat.completion.chunk',
        model: 'scripted',
        choices: [{ index: 0, delta: { content }, finish_reason: finish }],
      })}\n\n`;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk(text, null));
    await seen;
    response.end(`${chunk('', 'stop')}data: [DONE]\n\n`);
  }

  it('in everything that a session may hold is shown as text', async () => {
    const visit = await stage.open({ lang: 'en', session: stored });
    const { page, interview } = visit;
    await interview.reports.first().waitFor();
    expect(await interview.grades.count()).toBe(hostileWords.length);
    // The renderer of Markdown comes late: wait until nothing is shown by its stand-in.
    await page.locator('.prose-plain').first().waitFor({ state: 'detached' });
    await page
      .locator('.place-interview :is(summary, .verdict-main)')
      .evaluateAll((folds) => folds.forEach((fold) => (fold as HTMLElement).click()));
    await expect.poll(async () => page.locator('.evidence').count()).toBe(hostileWords.length);
    await expectHarmless(visit);
    await pressLinks(page.locator('.place-interview'));
    // A reply reads as it was written.
    const replies = await page
      .locator('.pane-reply p')
      .evaluateAll((all) => all.map((one) => one.textContent));
    expect(replies).toEqual(hostileWords);
  });

  it('in replies is kept as it was written', async () => {
    const visit = await stage.open({ lang: 'en' });
    const { interview, page } = visit;
    await interview.begin('lora init');
    for (const text of hostileWords.slice(0, 8)) {
      await interview.say(text);
      await expect.poll(async () => page.locator('.bubble, .pane-reply p').allTextContents()).toContain(text);
    }
    await interview.settled();
    await expectHarmless(visit);
  });

  it('in what a model writes is text, also while it writes', async () => {
    const visit = await stage.open({ lang: 'en' });
    const { page, ask } = visit;
    await ask.visit();
    model.plays(async (response) => writeSlowly(response, all));
    await ask.field.fill('How is LoRA initialised?');
    await ask.field.press('Enter');
    const writing = page.locator('.place-ask .item-writing');
    await writing.getByText('press').first().waitFor();
    await expectHarmless(visit);
    await pressLinks(writing);
    letGo();
    await ask.answers.first().waitFor();
    await expectHarmless(visit);
  });

  it('in a free question is text', async () => {
    const visit = await stage.open({ lang: 'en' });
    await visit.ask.visit();
    for (const text of hostileWords.slice(0, 6)) await visit.ask.ask(`How is LoRA initialised? ${text}`);
    await expectHarmless(visit);
  });

  it('in an entry of the material is text', async () => {
    const visit = await stage.open({ lang: 'en', hash: '#/material/llm/language/06' });
    const { page, material, t } = visit;
    await material.title.waitFor();
    await page.getByRole('button', { name: t.material.langs.both }).click();
    await page.locator('article.entry .katex').first().waitFor();
    await expectHarmless(visit);
    await pressLinks(page.locator('article.entry'));
    await material.search.fill('script onerror');
    await page.locator('.entry-hits, .browser [role=status]').first().waitFor();
    await expectHarmless(visit);
  });
});
