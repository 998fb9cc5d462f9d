/** The whole interview without a mouse, and what keys mean. */
import { expect, it } from 'vitest';
import { inBrowser, setStage } from './stage.ts';
import type { Visit } from './visit.ts';
import { words } from './words.ts';

/** Presses Tab (or Shift+Tab) until the focus is on something so named; every stop on the way must show its ring. */
async function tabTo(
  { page, focused }: { page: Visit['page']; focused: Visit['focused'] },
  name: string | RegExp,
  key = 'Tab',
) {
  const stops: string[] = [];
  for (let stop = 0; stop < 80; stop += 1) {
    await page.keyboard.press(key);
    const at = await focused();
    expect(at.ring, `a ring around ${at.role} ${at.name}`).toBe(true);
    stops.push(at.name);
    if (typeof name === 'string' ? at.name === name : name.test(at.name)) return stops;
  }
  throw new Error(`Tab never came to ${String(name)}: ${stops.join(' | ')}`);
}

inBrowser('by keyboard', () => {
  const stage = setStage();
  const seat = async (lang: 'zh' | 'en', height = 900) => {
    const visit = await stage.open({ lang, height });
    return {
      ...visit,
      visit,
      page: visit.page,
      to: async (name: string | RegExp, key?: string) =>
        tabTo({ page: visit.page, focused: async () => visit.focused() }, name, key),
    };
  };

  it('an interview is held from the skip link to the report', async () => {
    const { visit, page, to } = await seat('en');
    const { t, interview } = visit;
    await page.getByLabel(t.start.topic).waitFor();
    expect(await to(t.start.topic)).toEqual([
      t.places.skip,
      t.places.home,
      t.places.interview,
      t.places.ask,
      t.places.material,
      '中文',
      t.settings.toDark,
      t.start.topic,
    ]);
    await page.keyboard.insertText(words.en.topic);
    await to(t.start.begin);
    await page.keyboard.press('Enter');
    await interview.questions.first().waitFor();
    expect((await visit.focused()).name).toBe(t.composer.label);

    await page.keyboard.insertText(words.en.reply);
    await page.keyboard.press('Enter');
    const grade = interview.grades.first();
    await grade.waitFor();
    await interview.settled();
    expect((await visit.focused()).name).toBe(t.composer.label);

    // Back up to the first verdict: it opens and closes by Enter, and the dispute is left by Escape.
    await to(new RegExp(`^${t.verdicts.covered}`), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await grade.getByRole('figure').first().waitFor();
    await to(new RegExp(`^${t.dispute.open}`));
    await page.keyboard.press('Enter');
    expect((await visit.focused()).name).toBe(t.dispute.why);
    await page.keyboard.press('Escape');
    expect((await visit.focused()).name).toMatch(new RegExp(`^${t.verdicts.covered}`));

    await to(t.actions.hint);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: t.conversation.hint(1) }).waitFor();
    await interview.settled();
    expect((await visit.focused()).name).toBe(t.composer.label);
    await to(t.actions.end, 'Shift+Tab');
    await page.keyboard.press('Enter');
    await interview.reports.first().waitFor();
  });

  it('the line that leads to the question keeps the focus when the question comes into view', async () => {
    const { visit, page, to } = await seat('en', 560);
    const { t, interview } = visit;
    await interview.begin(words.en.topic);
    await interview.field.focus();
    await interview.reply(words.en.reply);
    const line = page.locator('.open-question');
    await line.waitFor();
    await to(new RegExp(`^${t.conversation.followUp}`), 'Shift+Tab');
    await page.keyboard.press('Enter');
    const shown = interview.questions.last();
    await expect
      .poll(async () => {
        const bar = await page.locator('.composer-bar').boundingBox();
        const box = await shown.boundingBox();
        return box !== null && bar !== null && box.y > 56 && box.y + box.height < bar.y;
      })
      .toBe(true);
    // The observer of what is in view has spoken by the second frame.
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    expect((await visit.focused()).name).toBe(t.conversation.followUp);
    await to(t.actions.hint);
    await line.waitFor({ state: 'detached' });
  });

  it('the skip link leads past the top bar', async () => {
    const { visit, page } = await seat('zh');
    const { t } = visit;
    await page.getByLabel(t.start.topic).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.getByRole('link', { name: t.places.skip }).boundingBox()).toMatchObject({
      x: expect.any(Number),
    });
    await page.keyboard.press('Enter');
    expect((await visit.focused()).role).toBe('main');
    expect(page.url()).not.toContain('#main');
    await page.keyboard.press('Tab');
    expect((await visit.focused()).name).toBe(t.start.topic);
  });

  it('Enter sends, Shift+Enter breaks the line, and an input method keeps its Enter', async () => {
    const { visit, page } = await seat('zh');
    const { interview } = visit;
    await interview.begin(words.zh.topic);
    await interview.field.focus();
    await page.keyboard.insertText('第一行');
    await page.keyboard.press('Shift+Enter');
    expect(await interview.field.inputValue()).toBe('第一行\n');

    const devtools = await visit.context.newCDPSession(page);
    await devtools.send('Input.imeSetComposition', { text: 'ni hao', selectionStart: 6, selectionEnd: 6 });
    // What a browser reports while an input method has the key.
    await devtools.send('Input.dispatchKeyEvent', {
      type: 'rawKeyDown',
      key: 'Enter',
      code: 'Enter',
      windowsVirtualKeyCode: 229,
    });
    expect(await interview.field.inputValue()).toBe('第一行\nni hao');
    await devtools.send('Input.insertText', { text: '你好' });
    expect(await interview.field.inputValue()).toBe('第一行\n你好');
    expect(await page.locator('.item-message, .item-pending').count()).toBe(0);
    await page.keyboard.press('Enter');
    await page.locator('.bubble').first().waitFor();
    expect(await interview.field.inputValue()).toBe('');
  });

  it('a citation opens beside the answer, and Escape leads back to it', async () => {
    const { visit, page, to } = await seat('en');
    const { t, ask } = visit;
    await ask.visit();
    await ask.field.focus();
    await page.keyboard.insertText(words.en.free);
    await page.keyboard.press('Enter');
    await ask.answers.first().waitFor();
    expect((await visit.focused()).name).toBe(t.ask.label);
    await to(/^Source 1/, 'Shift+Tab');
    const source = await visit.focused();
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: t.ask.peek }).getByRole('heading').waitFor();
    expect((await visit.focused()).name).toBe(t.common.close);
    await page.keyboard.press('Escape');
    expect(await visit.focused()).toEqual(source);
  });

  it('an entry is read from its heading', async () => {
    const { visit, page, to } = await seat('en');
    const { t, material } = visit;
    await material.visit();
    await material.search.focus();
    await page.keyboard.insertText('LoRA');
    await page.locator('.entry-hits a').first().waitFor();
    await to(/./);
    await page.keyboard.press('Enter');
    await material.title.waitFor();
    await expect.poll(async () => (await visit.focused()).role).toBe('h1');
    expect((await visit.focused()).name).toBe(await material.title.innerText());
    await to(t.material.practise);
    await page.keyboard.press('Enter');
    await visit.interview.questions.first().waitFor();
    expect((await visit.focused()).name).toBe(t.composer.label);
  });
});
