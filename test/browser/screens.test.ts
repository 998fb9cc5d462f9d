/** A phone, a page at 200 %, and a reader who asked for less motion. */
import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { inBrowser, setStage } from './stage.ts';
import type { Visit } from './visit.ts';
import { words } from './words.ts';

/** Inside the window, wholly. */
async function inSight({ page }: Visit, what: Locator): Promise<boolean> {
  const box = await what.boundingBox();
  const view = page.viewportSize();
  if (box === null || view === null) return false;
  return box.x >= 0 && box.y >= 0 && box.x + box.width <= view.width && box.y + box.height <= view.height;
}

/** Through every screen; nothing may scroll sideways, and what is needed must be in sight. */
async function walk(visit: Visit, lang: 'zh' | 'en', press: (what: Locator) => Promise<void>): Promise<void> {
  const { page, interview, ask, material, t } = visit;
  const steady = async (where: string) => expect(await visit.sideways(), where).toEqual([]);
  await page.getByRole('checkbox', { name: t.kinds.code }).waitFor({ state: 'attached' });
  await steady('start');
  for (const place of [t.places.interview, t.places.ask, t.places.material]) {
    expect(await inSight(visit, page.getByRole('link', { name: place, exact: true })), place).toBe(true);
  }
  for (const tool of [lang === 'zh' ? 'English' : '中文', t.settings.toDark]) {
    expect(await inSight(visit, page.getByRole('button', { name: tool })), tool).toBe(true);
  }

  await page.getByLabel(t.start.topic).fill(words[lang].topic);
  await press(page.getByRole('button', { name: t.start.begin }));
  await interview.questions.first().waitFor();
  await interview.settled();
  await steady('question');
  expect(await inSight(visit, interview.field)).toBe(true);
  expect(await inSight(visit, interview.questions.first())).toBe(true);

  await interview.field.fill(words[lang].reply);
  await press(page.getByRole('button', { name: t.composer.send, exact: true }));
  const grade = interview.grades.first();
  await grade.waitFor();
  await interview.settled();
  await press(interview.action('explain'));
  await page.getByRole('heading', { name: t.conversation.reference }).waitFor();
  await interview.settled();
  await press(grade.getByRole('button', { name: new RegExp(`^${t.verdicts.covered} `) }).first());
  await grade.getByRole('figure').first().waitFor();
  await press(grade.getByRole('button', { name: new RegExp(`^${t.dispute.open}`) }));
  await press(grade.getByRole('button', { name: t.grade.showReference }));
  await press(grade.getByText(t.grade.howItAddsUp));
  await grade.getByRole('link', { name: t.grade.openInMaterial }).waitFor();
  await steady('grade');
  expect(await inSight(visit, interview.field)).toBe(true);
  // The row of actions scrolls by itself; its last one is reached that way.
  await interview.finish(press);
  await steady('report');

  await press(page.getByRole('link', { name: t.places.ask, exact: true }));
  await steady('ask');
  const answer = await ask.ask(words[lang].free);
  await steady('answer');
  expect(await inSight(visit, ask.field)).toBe(true);
  // Without room beside the conversation a citation opens as a page, and Back leads back.
  await press(answer.getByRole('link').first());
  await material.title.waitFor();
  await page.locator('article.entry mark').first().waitFor();
  await steady('entry');
  await page.goBack();
  await ask.field.waitFor();

  await press(page.getByRole('link', { name: t.places.material, exact: true }));
  await material.search.waitFor();
  await steady('material');
  await material.openFirst('NMS');
  await press(page.getByRole('button', { name: t.material.langs.both }));
  await steady('entry in both languages');
  expect(await page.getByRole('link', { name: t.material.back }).count()).toBe(1);

  await page.evaluate(() => (window.location.hash = '#/trust'));
  await page.getByRole('heading', { name: t.trust.worst }).waitFor();
  await steady('trust');
}

inBrowser('the screen', () => {
  const stage = setStage();

  it.each(['zh', 'en'] as const)('a phone has it all within its width (%s)', async (lang) => {
    const visit = await stage.open({ lang, width: 390, height: 844, scale: 2, touch: true });
    await walk(visit, lang, async (what) => what.tap());
  });

  it.each(['zh', 'en'] as const)('a page at twice its size loses nothing (%s)', async (lang) => {
    const visit = await stage.open({ lang, width: 640, height: 400, scale: 2 });
    await walk(visit, lang, async (what) => what.click());
  });

  it('the narrowest window that counts has no sideways scrolling either', async () => {
    const visit = await stage.open({ lang: 'en', width: 320, height: 640 });
    await walk(visit, 'en', async (what) => what.click());
  });

  it('a finger leaves the keyboard of a phone closed, a mouse goes on in the field', async () => {
    const phone = await stage.open({ lang: 'en', width: 390, height: 844, touch: true });
    await phone.interview.begin(words.en.topic);
    expect((await phone.focused()).name).not.toBe(phone.t.composer.label);
    const desk = await stage.open({ lang: 'en' });
    await desk.interview.begin(words.en.topic);
    expect((await desk.focused()).name).toBe(desk.t.composer.label);
    await desk.interview.field.fill(words.en.reply);
    await desk.page.getByRole('button', { name: desk.t.composer.send, exact: true }).click();
    await desk.interview.grades.first().waitFor();
    expect((await desk.focused()).name).toBe(desk.t.composer.label);
  });

  it('says with a reader’s own colours what is chosen, where one is, and what has the focus', async () => {
    const { page, interview, t } = await stage.open({ lang: 'en', reducedMotion: true });
    await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
    const ground = async (what: Locator) => what.evaluate((one) => getComputedStyle(one).backgroundColor);
    const choice = (name: string) => page.locator('.choice', { hasText: name });
    const [study, mock] = [t.start.modes.study.name, t.start.modes.mock.name];
    expect(await ground(choice(study))).not.toBe(await ground(choice(mock)));
    const place = (name: string) => page.getByRole('link', { name, exact: true });
    expect(await ground(place(t.places.interview))).not.toBe(await ground(place(t.places.ask)));
    await interview.begin(words.en.topic);
    expect(
      await page.locator('.composer:focus-within').evaluate((one) => getComputedStyle(one).outlineStyle),
    ).toBe('solid');
  });

  it('moves nothing for who asked for less motion', async () => {
    const visit = await stage.open({ lang: 'en', reducedMotion: true });
    const { page, interview } = visit;
    await page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(window, { seen });
      for (const type of ['animationstart', 'transitionrun']) {
        addEventListener(type, (event) => seen.push(`${type} ${(event.target as Element).className}`), true);
      }
    });
    await interview.begin(words.en.topic);
    await interview.reply(words.en.reply);
    await interview.action('hint').hover();
    expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual([]);
    // The same watch sees motion where it is welcome.
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await interview.action('hint').click();
    await expect
      .poll(async () => page.evaluate(() => (window as unknown as { seen: string[] }).seen.length))
      .toBeGreaterThan(0);
  });
});
