/** Every screen in both themes and both languages, looked over by axe; and what a screen reader is told. */
import axe from 'axe-core';
import { expect, it } from 'vitest';
import { inBrowser, setStage } from './stage.ts';
import type { Visit } from './visit.ts';
import { words } from './words.ts';

interface Finding {
  id: string;
  impact: string | null;
  nodes: { target: string[]; failureSummary?: string }[];
}

/** Serious and critical findings of the screen that shows, in light and in dark. */
async function expectAccessible({ page }: Visit, screen: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForFunction((theme) => document.documentElement.dataset['theme'] === theme, colorScheme);
    const findings = await page.evaluate<Finding[]>(
      `${axe.source}; axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`,
    );
    const grave = findings
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}\n${failureSummary ?? ''}`),
      );
    expect(grave, `${screen}, ${colorScheme}`).toEqual([]);
  }
}

inBrowser('accessibility', () => {
  const stage = setStage();

  it.each(['zh', 'en'] as const)('no screen has a serious finding (%s)', async (lang) => {
    // Without motion no colour is halfway when it is measured.
    const visit = await stage.open({ lang, reducedMotion: true });
    const { page, interview, ask, material, t } = visit;
    await page.getByText(t.topics.llm, { exact: true }).waitFor();
    await expectAccessible(visit, 'start');

    await interview.begin(words[lang].topic);
    const grade = await interview.reply(words[lang].reply);
    await expectAccessible(visit, 'follow-up');
    await interview.action('hint').click();
    await page.getByRole('heading', { name: t.conversation.hint(1) }).waitFor();
    await interview.settled();
    await interview.action('explain').click();
    await page.getByRole('heading', { name: t.conversation.reference }).waitFor();
    await interview.settled();
    for (const verdict of [t.verdicts.covered, t.verdicts.missing]) {
      await grade
        .getByRole('button', { name: new RegExp(`^${verdict} `) })
        .first()
        .click();
      await grade.getByRole('figure').first().waitFor();
      await expectAccessible(visit, `grade card, ${verdict} open`);
    }
    await grade.getByRole('button', { name: new RegExp(`^${t.dispute.open}`) }).click();
    await grade.getByRole('button', { name: t.grade.showReference }).click();
    await grade.getByText(t.grade.howItAddsUp).click();
    await grade.locator('.pane-reference mark').first().waitFor();
    await expectAccessible(visit, 'grade card, all open');
    await interview.finish();
    await page.locator('.report summary').first().click();
    await expectAccessible(visit, 'report');

    await ask.visit();
    await expectAccessible(visit, 'ask');
    const answer = await ask.ask(words[lang].free);
    await answer.getByRole('link').first().click();
    await page.getByRole('complementary', { name: t.ask.peek }).getByRole('heading').first().waitFor();
    await expectAccessible(visit, 'answer with its source');
    await ask.ask(lang === 'zh' ? '巴黎的天气怎么样？' : 'What is the weather in Paris?');
    await expectAccessible(visit, 'refusal');

    await material.visit();
    await page.locator('details.section summary').first().click();
    await expectAccessible(visit, 'material');
    await material.search.fill('zzzzqqqq');
    await page.locator('.browser [role=status]').first().waitFor();
    await material.openFirst(words[lang].topic);
    await page.locator('article.entry .katex').first().waitFor();
    await expectAccessible(visit, 'entry');
    await page.getByRole('button', { name: t.material.langs.both }).click();
    await expectAccessible(visit, 'entry in both languages');

    await page.evaluate(() => (window.location.hash = '#/trust'));
    await page.getByRole('heading', { name: t.trust.worst }).waitFor();
    await expectAccessible(visit, 'trust');
    await page.evaluate(() => (location.hash = '#/material/vision/detection/08'));
    await page.locator('.entry-figure img').waitFor();
    await expectAccessible(visit, 'entry with a figure');
  });

  it('no screen has a serious finding when things go wrong', async () => {
    const visit = await stage.open({ lang: 'en', reducedMotion: true });
    const { page, interview, t } = visit;
    visit.forgive(/ERR_CONNECTION|WebSocket|Failed to load/);
    await interview.begin(words.en.topic);
    await stage.viva.stop('SIGKILL');
    await page.getByText(t.connection.reasons.away).waitFor();
    await interview.say('written meanwhile');
    await page.getByText(t.pending.waiting).waitFor();
    await expectAccessible(visit, 'offline');
    await page.evaluate(() => (location.hash = '#/material/no/such/entry'));
    await page.getByRole('alert').first().waitFor();
    await expectAccessible(visit, 'nothing loads');
    await stage.viva.start();
    await page.getByRole('link', { name: t.places.interview, exact: true }).click();
    await page.locator('.item-pending').waitFor({ state: 'detached' });
    await interview.settled();
    await interview.field.fill('x'.repeat(20_001));
    await page.getByText(t.composer.over(1)).waitFor();
    await expectAccessible(visit, 'too long');
  });

  it.each(['zh', 'en'] as const)('a grade is announced in one sentence (%s)', async (lang) => {
    const { page, interview, t } = await stage.open({ lang });
    await interview.begin(words[lang].topic);
    await interview.reply(words[lang].reply);
    const region = page.locator('.place-interview [aria-live=polite]');
    const spoken = await region.getByRole('paragraph').allInnerTexts();
    const count = (verdict: string) => t.grade.counts([{ verdict, count: 7 }]).replace('7', '\\d+');
    expect(spoken[0]).toMatch(
      new RegExp(`^${t.grade.outOfTen(7).replace('7', '[\\d.]+')}\\. ${count(t.verdicts.covered)}`),
    );
    // And the question that follows, as words.
    const asked = await interview.questions.last().locator('.prose').innerText();
    expect(spoken.at(-1)).toBe(asked.replaceAll('\n', ' '));
    expect(spoken.join(' ')).not.toMatch(/\*\*|\$/);
  });

  it('the interview reads in order: headings, who speaks, what can be done', async () => {
    const { page, interview } = await stage.open({ lang: 'en' });
    await interview.begin(words.en.topic);
    await interview.say(words.en.free);
    await interview.answers.first().waitFor();
    await interview.settled();
    await interview.reply(words.en.reply);
    const main = page.locator('main:visible');
    expect(await main.getByRole('heading').evaluateAll((all) => all.map((one) => one.tagName))).toEqual([
      'H1',
      'H2',
      'H3',
      'H4',
      'H4',
      'H3',
    ]);
    const tree = await main.ariaSnapshot();
    const order = [
      'heading "Interview" [level=1]',
      'complementary "Progress"',
      'progressbar "Progress"',
      'list "Conversation"',
      'heading "Question 1 of 3" [level=2]',
      'You: How does GQA reduce',
      'list "Sources"',
      'link "Source 1"',
      'article "Grade"',
      'heading "Grade" [level=3]',
      'heading "Your reply" [level=4]',
      'heading "Key points" [level=4]',
      'heading "Follow-up" [level=3]',
      'group "Quick actions"',
      'textbox "Your reply"',
      'button "Send"',
    ];
    const places = order.map((piece) => tree.indexOf(piece));
    expect(places.filter((place) => place === -1)).toEqual([]);
    expect(places, tree).toEqual([...places].sort((a, b) => a - b));
  });

  it('the window says where one is', async () => {
    const { page, material, t } = await stage.open({ lang: 'en' });
    await expect.poll(async () => page.title()).toBe('Interview · Viva');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await material.visit();
    await expect.poll(async () => page.title()).toBe('Material · Viva');
    await page.getByRole('button', { name: '中文' }).click();
    await expect.poll(async () => page.title()).toBe('题库 · Viva');
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    expect(t.places.material).toBe('Material');
  });
});
