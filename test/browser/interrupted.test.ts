/** What a candidate has after the server died, the page was reloaded, or another tab went on. */
import { expect, it } from 'vitest';
import { z } from 'zod';
import { startScriptedChatServer, type ScriptedChatServer } from '../llm/scripted-chat-server.ts';
import { Client } from '../server/harness.ts';
import { inBrowser, setStage } from './stage.ts';
import type { Visit } from './visit.ts';
import { words } from './words.ts';

const rememberedSchema = z.object({ sessionId: z.string(), token: z.string() });

/** How often the server has stored a message with this text. */
async function storedTimes({ page }: Visit, url: string, text: string): Promise<number> {
  const remembered = await page.evaluate(() => localStorage.getItem('viva.session.interview'));
  const session = rememberedSchema.parse(JSON.parse(remembered ?? 'null'));
  const client = await Client.open(`${url.replace('http', 'ws')}/ws`);
  const { lastSeq } = await client.resume(session);
  await client.until((frame) => frame.type === 'event' && frame.event.seq === lastSeq);
  client.socket.close();
  return client.frames.filter(
    (frame) => frame.type === 'event' && frame.event.type === 'message.received' && frame.event.text === text,
  ).length;
}

const gone = [/ERR_CONNECTION/, /WebSocket/, /Failed to load resource/];

inBrowser('an interrupted interview', () => {
  const stage = setStage();

  it('goes on after the server was killed, and what was written meanwhile is sent once', async () => {
    const visit = await stage.open({ lang: 'en' });
    const { page, interview, t } = visit;
    await interview.begin(words.en.topic);
    await interview.reply(words.en.reply);
    const before = await interview.transcript();
    const untouched = async () => page.locator('.item:not(.item-grade)').allInnerTexts();
    const said = await untouched();

    visit.forgive(...gone);
    await stage.viva.stop('SIGKILL');
    await page.getByText(t.connection.reasons.away).waitFor();
    expect(await interview.transcript()).toEqual(before);
    await interview.say(words.en.followUp);
    await page.getByText(t.pending.waiting).waitFor();

    await stage.viva.start();
    await interview.grades.nth(1).waitFor();
    await interview.settled();
    // The grade has opened by now; all else is as it was.
    expect((await untouched()).slice(0, said.length)).toEqual(said);
    expect(await page.locator('.item-pending').count()).toBe(0);
    expect(await storedTimes(visit, stage.viva.url, words.en.followUp)).toBe(1);
  });

  it('keeps a message that was written without a connection over a reload', async () => {
    const visit = await stage.open({ lang: 'zh' });
    const { page, interview, t } = visit;
    let cut = false;
    await page.routeWebSocket(/\/ws$/, async (socket) => {
      if (cut) await socket.close();
      else socket.connectToServer();
    });
    await page.reload();
    await interview.begin(words.zh.topic);
    await interview.reply(words.zh.reply);

    visit.forgive(...gone);
    cut = true;
    await stage.viva.stop('SIGKILL');
    await page.getByText(t.connection.reasons.away).waitFor();
    await interview.say(words.zh.followUp);
    await page.getByText(t.pending.waiting).waitFor();
    await interview.say('这一句收回');
    const pending = page.locator('.item-pending');
    await expect.poll(async () => pending.count()).toBe(2);
    await pending.last().getByRole('button', { name: t.pending.withdraw }).click();
    await expect.poll(async () => pending.count()).toBe(1);
    await interview.field.fill('还没写完');
    await stage.viva.start();
    await page.reload();
    await pending.getByText(words.zh.followUp).waitFor();
    expect(await interview.field.inputValue()).toBe('还没写完');

    cut = false;
    await interview.grades.nth(1).waitFor({ timeout: 40_000 });
    await interview.settled();
    expect(await pending.count()).toBe(0);
    expect(await storedTimes(visit, stage.viva.url, words.zh.followUp)).toBe(1);
    expect(await storedTimes(visit, stage.viva.url, '这一句收回')).toBe(0);
    expect(await interview.field.inputValue()).toBe('还没写完');
  });

  it('is readable while the renderer of Markdown does not come, and goes on when it does', async () => {
    const visit = await stage.open({ lang: 'en' });
    const { page, interview } = visit;
    visit.forgive(...gone, /ERR_FAILED/);
    await page.route(/\/renderer-[^/]*\.js/, async (route) => route.abort());
    await page.reload();
    await interview.begin(words.en.topic);
    await interview.reply(words.en.reply);
    expect(await interview.questions.first().innerText()).toMatch(words.en.topicQuestion);
    expect(await page.locator('.place-interview .prose-plain').count()).toBeGreaterThan(0);
    await page.unroute(/\/renderer-[^/]*\.js/);
    await page.locator('.place-interview .prose-plain').first().waitFor({ state: 'detached' });
    await interview.grades.first().locator('.feedback strong').first().waitFor();
  });

  it('is in step in two tabs', async () => {
    const one = await stage.open({ lang: 'en' });
    await one.interview.begin(words.en.topic);
    const two = await stage.open({ lang: 'en', beside: one });
    await two.interview.questions.first().waitFor();

    await one.interview.reply(words.en.reply);
    await two.interview.grades.first().waitFor();
    await two.interview.settled();
    await two.interview.action('hint').click();
    await one.page.getByRole('heading', { name: one.t.conversation.hint(1) }).waitFor();
    await expect.poll(async () => two.interview.transcript()).toEqual(await one.interview.transcript());
  });
});

inBrowser('a turn under way', () => {
  let model: ScriptedChatServer;
  let release: () => void = () => undefined;
  const stage = setStage({
    env: async () => {
      const released = new Promise<void>((resolve) => (release = resolve));
      // Holds the turn until the test lets it go; then the local grade stands.
      model = await startScriptedChatServer(async (response) => {
        await released;
        response.writeHead(418).end('{}');
      });
      return { OPENAI_BASE_URL: model.url, VIVA_MODEL: 'scripted' };
    },
    after: async () => model.close(),
  });

  it('survives a reload: the grade comes, once', async () => {
    const visit = await stage.open({ lang: 'en' });
    const { page, interview, t } = visit;
    await interview.begin(words.en.topic);
    await interview.say(words.en.reply);
    await page.getByText(t.conversation.working).waitFor();
    await expect.poll(() => model.requests.length).toBe(1);
    await page.reload();
    // The local judge's grade was stored before the model was asked, and waits for it like the candidate does.
    await interview.grades.first().waitFor();
    expect(await page.getByRole('heading', { name: t.conversation.followUp }).count()).toBe(0);

    release();
    await page.getByRole('heading', { name: t.conversation.followUp }).waitFor();
    expect(await interview.grades.count()).toBe(1);
    expect(await interview.grades.first().getByText(t.grade.states.provisional).count()).toBe(1);
    expect(await storedTimes(visit, stage.viva.url, words.en.reply)).toBe(1);
  });
});
