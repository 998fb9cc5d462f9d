/** What candidates see when storage fails, and how they take their data along or have it deleted. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import Libsql from 'libsql';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { Client } from '../server/harness.ts';
import { inBrowser, setStage } from './stage.ts';
import type { Visit } from './visit.ts';
import { words } from './words.ts';

const rememberedSchema = z.object({ sessionId: z.string(), token: z.string() });

async function remembered({ page }: Visit): Promise<z.infer<typeof rememberedSchema>> {
  const text = await page.evaluate(() => localStorage.getItem('viva.session.interview'));
  return rememberedSchema.parse(JSON.parse(text ?? 'null'));
}

async function graveFindings({ page }: Visit): Promise<string[]> {
  const found = await page.evaluate<{ id: string; impact: string | null }[]>(
    `${axe.source}; axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`,
  );
  return found.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id }) => id);
}

inBrowser('one’s own data', () => {
  const stage = setStage();

  it.each(['zh', 'en'] as const)('is exported and deleted, after a second question (%s)', async (lang) => {
    const visit = await stage.open({ lang, reducedMotion: true });
    const { page, interview, t } = visit;
    await interview.begin(words[lang].topic);
    await interview.reply(words[lang].reply);
    const session = await remembered(visit);
    const other = await stage.open({ lang, beside: visit });
    await other.interview.grades.first().waitFor();

    await page.getByText(t.ownData.title, { exact: true }).click();
    await page.getByText(t.ownData.lede).waitFor();
    for (const [label, ending] of [
      [t.ownData.markdown, /\.md$/],
      [t.ownData.json, /\.json$/],
    ] as const) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: label }).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(ending);
      expect(await readFile(await download.path(), 'utf8')).toContain(words[lang].reply.slice(0, 12));
    }

    // Enter twice in a row, or Escape, keeps the session.
    const remove = page.getByRole('button', { name: t.ownData.remove });
    await remove.focus();
    await page.keyboard.press('Enter');
    await page.getByText(t.ownData.sure).waitFor();
    expect((await visit.focused()).name).toBe(t.ownData.no);
    expect(await graveFindings(visit)).toEqual([]);
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await visit.focused()).name).toBe(t.ownData.remove);
    await page.keyboard.press('Enter');
    await page.getByText(t.ownData.sure).waitFor();
    await page.keyboard.press('Escape');
    await remove.click();
    visit.forgive(/WebSocket/);
    other.forgive(/WebSocket/);
    await page.getByRole('button', { name: t.ownData.yes }).click();

    await page.getByText(t.ownData.removed).waitFor();
    await page.getByRole('button', { name: t.start.begin }).waitFor();
    expect(await page.evaluate(() => localStorage.getItem('viva.session.interview'))).toBeNull();
    await other.page.getByRole('button', { name: t.start.begin }).waitFor();
    const client = await Client.open(`${stage.viva.url.replace('http', 'ws')}/ws`);
    const id = client.send({ type: 'session.resume', ...session, after: 0 });
    expect(await client.error(id)).toMatchObject({ code: 'session-not-found' });
    client.socket.close();
    // The next interview is a new one.
    await interview.begin(words[lang].topic);
    expect((await remembered(visit)).sessionId).not.toBe(session.sessionId);
    expect(await page.getByText(t.ownData.removed).count()).toBe(0);
  });
});

inBrowser('storage that fails', () => {
  const stage = setStage();

  it.each(['zh', 'en'] as const)(
    'is said at the message, which is not lost and not doubled (%s)',
    async (lang) => {
      const visit = await stage.open({ lang });
      const { page, interview, t } = visit;
      await interview.begin(words[lang].topic);
      const session = await remembered(visit);
      const other = new Libsql(join(stage.viva.data, 'viva.db'));
      other.exec('BEGIN IMMEDIATE');
      await interview.say(words[lang].reply);
      await page.locator('.item-pending').getByText(t.pending.notStored).waitFor();
      await page.getByRole('button', { name: t.pending.retry }).waitFor();
      other.exec('ROLLBACK');
      // Nothing is pressed: it goes out by itself.
      await interview.grades.first().waitFor();
      await interview.settled();
      const types = other
        .prepare('SELECT type FROM events WHERE session_id = ?')
        .all(session.sessionId)
        .map((row) => (row as { type: string }).type);
      other.close();
      expect(types.filter((type) => type === 'message.received')).toHaveLength(1);
      expect(types.filter((type) => type === 'reply.graded')).toHaveLength(1);
      expect(await page.locator('.item-pending').count()).toBe(0);
    },
  );
});
