/** Figures: seen where an answer is read, never before it, and harmless where they are opened. */
import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { inBrowser, setStage } from './stage.ts';
import type { Visit } from './visit.ts';

const hash = '#/material/vision/detection/08';
const alt = {
  zh: 'DETR 的二分图匹配：代价矩阵与一对一的最优解',
  en: "DETR's bipartite matching: cost matrix and best one-to-one assignment",
};
const topic = 'DETR 的匈牙利匹配是怎么做标签分配的';
const reply =
  'DETR 输出固定数量的预测，用匈牙利算法在代价矩阵上做一对一匹配，代价由分类概率、L1 和 GIoU 三项组成。';

/** The picture has come and can be seen. */
async function expectDrawn(image: Locator): Promise<void> {
  await image.scrollIntoViewIfNeeded();
  await expect
    .poll(async () => image.evaluate((one: HTMLImageElement) => (one.complete ? one.naturalWidth : 0)))
    .toBeGreaterThan(0);
}

/** Addresses of figures that the page asks for from now on. */
function asksFor({ page }: Visit): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/figures/')) asked.push(request.url());
  });
  return asked;
}

inBrowser('figures', () => {
  const stage = setStage();

  it.each([
    ['zh', 'light', 1280],
    ['en', 'dark', 1280],
    ['zh', 'dark', 390],
  ] as const)('stand under the answer, as wide as there is room (%s, %s, %i)', async (lang, theme, width) => {
    const visit = await stage.open({ lang, theme, width, hash });
    const image = visit.page.getByRole('img', { name: alt[lang], exact: true });
    await expectDrawn(image);
    expect(await image.getAttribute('src')).toContain(`/detr-matching.${lang}.svg?v=`);
    const [shown, section] = [
      await image.boundingBox(),
      await image.locator('xpath=ancestor::section').boundingBox(),
    ];
    expect(shown?.width).toBeCloseTo(Math.min(680, section?.width ?? 0), 0);
    expect((shown?.width ?? 0) / (shown?.height ?? 1)).toBeCloseTo(680 / 292, 1);
    expect(await visit.sideways()).toEqual([]);
    if (width > 1000) {
      await visit.page.getByRole('button', { name: visit.t.material.langs.both }).click();
      for (const one of ['zh', 'en'] as const) {
        await expectDrawn(visit.page.getByRole('img', { name: alt[one], exact: true }));
      }
    }
  });

  it('open at full size by keyboard, in a tab that can do nothing', async () => {
    const visit = await stage.open({ lang: 'en', hash });
    const { page, context } = visit;
    const link = page.getByRole('link', { name: alt.en });
    await expectDrawn(link.getByRole('img'));
    for (
      let press = 0;
      press < 200 && !(await link.evaluate((one) => one === document.activeElement));
      press += 1
    ) {
      await page.keyboard.press('Tab');
    }
    expect((await visit.focused()).ring).toBe(true);
    visit.forgive(/^a window opened: .*\/api\/figures\/vision\/detr-matching\.en\.svg/);
    const complaints: string[] = [];
    context.on('console', (message) => complaints.push(message.text()));
    const opened = context.waitForEvent('page');
    await page.keyboard.press('Enter');
    const tab = await opened;
    expect(await tab.locator('svg > title').textContent()).toBe(alt.en);
    expect((await tab.locator('svg > rect').first().boundingBox())?.width).toBeGreaterThan(700);
    // A sandbox without an origin of its own: no storage, no cookies.
    expect(await tab.evaluate(() => self.origin)).toBe('null');
    expect(complaints).toEqual([]);
  });

  it('are not asked for before the reply, and stand with the reference after it', async () => {
    const visit = await stage.open();
    const asked = asksFor(visit);
    const { interview, page, t } = visit;
    await interview.begin(topic);
    expect(await interview.questions.first().innerText()).toContain('DETR');
    await interview.action('hint').click();
    await page.getByRole('heading', { name: t.conversation.hint(1) }).waitFor();
    await interview.settled();
    const grade = await interview.reply(reply);
    expect(asked).toEqual([]);
    if ((await grade.getByText(t.grade.veiledNote).count()) > 0) {
      await interview.action('explain').click();
      await page.getByRole('heading', { name: t.conversation.reference }).waitFor();
      await interview.settled();
      await expectDrawn(page.locator('.item-reference').getByRole('img', { name: alt.zh }));
    }
    await grade.getByRole('button', { name: t.grade.showReference }).click();
    await expectDrawn(grade.getByRole('img', { name: alt.zh }));
    expect(asked).not.toEqual([]);
  });

  it('stand beside an answer that cites their entry', async () => {
    const { ask, page, t } = await stage.open();
    await ask.visit();
    const answer = await ask.ask(`${topic}？`);
    await answer.locator('.sources a').first().click();
    const peek = page.getByRole('complementary', { name: t.ask.peek });
    await expectDrawn(peek.getByRole('img', { name: alt.zh }));
  });
});
