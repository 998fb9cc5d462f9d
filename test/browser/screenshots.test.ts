/// <reference types="node" />
/** The pictures of the documentation: `VIVA_SCREENSHOTS=docs/screenshots npm run test:browser -- screenshots`. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { it } from 'vitest';
import { inBrowser, setStage } from './stage.ts';
import { words } from './words.ts';

const wanted = process.env['VIVA_SCREENSHOTS'] ?? '';
const folder = resolve(wanted);

const replies = {
  zh: 'A 用高斯随机初始化，B 全部置零，这样一开始 BA 等于 0，加上 LoRA 的模型和原来的预训练模型输出完全一样。如果两个都是零，A 和 B 的梯度都是 0，永远学不动；都随机的话一开始就把预训练权重扰乱了。',
  en: 'A is drawn from a Gaussian and B is all zeros, so at the start BA is zero and the model gives exactly what the pretrained model gives. If both were zero, both gradients would be zero and nothing would ever move; if both were random, the pretrained weights would be disturbed from the first step.',
};

inBrowser('screenshots', () => {
  const stage = setStage();

  it.skipIf(wanted === '').each([
    ['zh', 'light', false],
    ['zh', 'dark', true],
    ['en', 'dark', false],
    ['en', 'light', true],
  ] as const)('%s, %s, phone: %s', async (lang, theme, phone) => {
    mkdirSync(folder, { recursive: true });
    const size = phone ? { width: 390, height: 844, touch: true } : { width: 1280, height: 860 };
    const visit = await stage.open({ lang, theme, reducedMotion: true, ...size });
    const { page, interview, ask, t } = visit;
    const shoot = async (name: string) =>
      page.screenshot({ path: join(folder, `${name}-${lang}${phone ? '-phone' : ''}-${theme}.png`) });

    await interview.begin(words[lang].topic);
    const grade = await interview.reply(replies[lang]);
    // Where a follow-up keeps the rest back, the reference opens it.
    if ((await grade.getByText(t.grade.veiledNote).count()) > 0) {
      await interview.action('explain').click();
      await page.getByRole('heading', { name: t.conversation.reference }).waitFor();
      await interview.settled();
    }
    const covered = grade.getByRole('button', { name: new RegExp(`^${t.verdicts.covered} `) }).first();
    await covered.click();
    await grade.locator('.grade-texts').evaluate((one) => one.scrollIntoView({ block: 'start' }));
    await covered.hover();
    await shoot('interview');

    const report = await interview.finish();
    await report.evaluate((one) => one.scrollIntoView({ block: 'start' }));
    await shoot('report');

    await ask.visit();
    const answer = await ask.ask(words[lang].free);
    if (!phone) {
      await answer.getByRole('link').first().click();
      await page.getByRole('complementary', { name: t.ask.peek }).locator('mark').first().waitFor();
    }
    await shoot('ask');
  });

  it.skipIf(wanted === '').each([
    ['zh', 'light'],
    ['en', 'dark'],
  ] as const)('an entry with a figure: %s, %s', async (lang, theme) => {
    mkdirSync(folder, { recursive: true });
    const hash = '#/material/vision/detection/08';
    const { page } = await stage.open({ lang, theme, hash, reducedMotion: true, width: 1280, height: 860 });
    const figure = page.locator('.entry-figure');
    await figure.waitFor();
    await page.locator('article.entry .katex').first().waitFor();
    await figure.evaluate((one) => one.scrollIntoView({ block: 'center' }));
    const image = figure.locator('img');
    await image.evaluate(async (one: HTMLImageElement) => one.decode());
    await page.screenshot({ path: join(folder, `figure-${lang}-${theme}.png`) });
  });
});
