/** A whole interview, as a candidate goes through it. */
import { expect, it } from 'vitest';
import { inBrowser, setStage } from './stage.ts';
import { words } from './words.ts';

inBrowser('an interview', () => {
  const stage = setStage();

  it.each(['zh', 'en'] as const)('from the first question to the report (%s)', async (lang) => {
    const { page, interview, t } = await stage.open({ lang });
    const said = words[lang];
    await interview.begin(said.topic, { questions: 5 });
    expect(await interview.questions.first().innerText()).toMatch(said.topicQuestion);

    const grade = await interview.reply(said.reply);
    expect(await grade.getByRole('img', { name: t.grade.outOfTen(0).slice(-2) }).count()).toBe(1);
    const covered = grade.getByRole('button', { name: new RegExp(`^${t.verdicts.covered} `) }).first();
    await covered.click();
    const quoted = async (side: string) => grade.getByRole('figure', { name: side }).getByRole('blockquote');
    const own = await (await quoted(t.grade.youSaid)).innerText();
    expect(own.length).toBeGreaterThan(5);
    expect(said.reply).toContain(own);
    expect((await (await quoted(t.grade.referenceSays)).innerText()).length).toBeGreaterThan(5);
    // What the follow-up is after is not given away.
    expect(await grade.getByText(t.grade.veiledClaim).count()).toBeGreaterThan(0);
    await page.getByRole('heading', { name: t.conversation.followUp }).waitFor();

    await interview.say(said.free);
    const answer = interview.answers.first();
    const source = answer.getByRole('list', { name: t.ask.sources }).getByRole('link').first();
    await source.waitFor();
    expect(await source.getAttribute('href')).toMatch(/^#\/material\/.*\?span=/);
    expect(await interview.grades.count()).toBe(1);
    await interview.settled();

    await interview.action('hint').click();
    await page.getByRole('heading', { name: t.conversation.hint(1) }).waitFor();
    await interview.settled();
    const aided = await interview.reply(said.followUp);
    expect(await aided.getByText(t.grade.aided, { exact: true }).count()).toBe(1);

    const skipped = page.getByText(t.conversation.skipped.skip, { exact: true });
    for (let times = 0; times < 6 && (await skipped.count()) === 0; times += 1) {
      const before = await interview.items.count();
      await interview.action('skip').click();
      await expect.poll(async () => interview.items.count()).toBeGreaterThan(before + 1);
      await interview.settled();
    }
    expect(await skipped.count()).toBe(1);

    const report = await interview.finish();
    await report.getByRole('heading', { name: t.report.questions }).waitFor();
    expect(await report.getByText(said.topicQuestion).count()).toBeGreaterThan(0);
    const { finished, 'by-candidate': early } = t.conversation.ended;
    await page.getByText(finished).or(page.getByText(early)).waitFor();
  });

  it('a mock interview keeps its grades to the end', async () => {
    const { page, interview, t } = await stage.open({ lang: 'en' });
    await interview.begin(words.en.topic, { mode: 'mock' });
    await interview.say(words.en.reply);
    await page.getByText(t.grade.held).first().waitFor();
    await interview.settled();
    expect(await interview.grades.count()).toBe(0);
    await interview.action('end').click();
    await interview.reports.first().waitFor();
    await interview.grades.first().waitFor();
  });

  it('a disputed verdict is answered', async () => {
    const { page, interview, t } = await stage.open({ lang: 'en' });
    await interview.begin(words.en.topic);
    const grade = await interview.reply(words.en.reply);
    await interview.action('explain').click();
    await interview.settled();
    await grade
      .getByRole('button', { name: new RegExp(`^${t.verdicts.missing} `) })
      .first()
      .click();
    await grade.getByRole('button', { name: new RegExp(`^${t.dispute.open}`) }).click();
    await grade.getByLabel(t.dispute.why).fill('my first sentence says exactly this');
    await grade.getByRole('button', { name: t.dispute.submit, exact: true }).click();
    await page.getByRole('heading', { name: t.dispute.resolved }).waitFor();
  });

  it('the material is searched, read, and practised', async () => {
    const { page, material, interview, t } = await stage.open({ lang: 'zh' });
    await material.visit();
    await material.openFirst('LoRA 初始化');
    await expect.poll(async () => page.title()).toContain('LoRA');
    const question = await material.title.innerText();
    await page.getByRole('button', { name: t.material.langs.both }).click();
    await page.getByRole('region', { name: 'English' }).waitFor();
    await page.getByRole('button', { name: t.material.practise }).click();
    await interview.questions.first().waitFor();
    expect(await interview.questions.first().innerText()).toContain(question);
  });

  it('a section of the material stays unfolded when an entry is left', async () => {
    const visit = await stage.open({ lang: 'en' });
    await visit.material.visit();
    const section = visit.page.locator('details.section').nth(1);
    await section.locator('summary').click();
    const link = section.getByRole('link').first();
    await link.click();
    await visit.material.title.waitFor();
    await visit.page.goBack();
    await visit.material.title.waitFor({ state: 'detached' });
    expect(await section.getAttribute('open')).not.toBeNull();
    expect(await link.evaluate((one) => one === document.activeElement)).toBe(true);
  });
});
