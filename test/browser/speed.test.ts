/** How quick it feels. Prints its figures; fails only where something hangs. */
import { expect, it } from 'vitest';
import { inBrowser, setStage } from './stage.ts';
import { interviewOf, storeSession, type RememberedSession } from './stored-sessions.ts';
import { words } from './words.ts';

const turns = 200;

/** The value below which `share` of the samples lie. */
function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

const ms = (value: number) => `${value.toFixed(0)} ms`;

inBrowser('speed', () => {
  let long: RememberedSession;
  const stage = setStage({
    prepare: async ({ data }) => {
      long = await storeSession(
        data,
        interviewOf(turns, (turn) => ({
          question: `Question ${String(turn)}: why is $W_0 + BA$ the same as $W_0$ at the start of training?`,
          reply: `${words.en.reply} Reply number ${String(turn)}.`,
          claim: `Claim ${String(turn)}: A is random and B is all zeros`,
          reference:
            'the down-projection $A$ is drawn at random and the up-projection $B$ is filled with zeros',
          said: `**Good.** Point ${String(turn)}: the product $BA$ is zero, so training departs from there.`,
        })),
      );
    },
  });

  it('the first question comes at once', async () => {
    const samples: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const { page, interview, t } = await stage.open({ lang: 'en' });
      await page.getByLabel(t.start.topic).fill(words.en.topic);
      samples.push(
        await page.evaluate(
          (name) =>
            new Promise<number>((resolve) => {
              const observer = new MutationObserver(() => {
                if (document.querySelector('.place-interview .question') === null) return;
                observer.disconnect();
                requestAnimationFrame(() => resolve(performance.now() - from));
              });
              observer.observe(document.body, { childList: true, subtree: true });
              const button = [...document.querySelectorAll('button')].find((one) => one.innerText === name);
              const from = performance.now();
              button?.click();
            }),
          t.start.begin,
        ),
      );
      await interview.questions.first().waitFor();
    }
    console.log(
      `first question after the click, n=${samples.length}: p50 ${ms(quantile(samples, 0.5))}, max ${ms(Math.max(...samples))}`,
    );
    expect(Math.max(...samples)).toBeLessThan(10_000);
  });

  it(`writing is quick under a conversation of ${turns} turns`, async () => {
    const opened = Date.now();
    const { page, interview } = await stage.open({ lang: 'en', session: long });
    await expect.poll(async () => interview.grades.count(), { timeout: 30_000 }).toBe(turns);
    console.log(`a conversation of ${turns} turns is there after ${ms(Date.now() - opened)}`);
    await page.locator('.prose-plain').first().waitFor({ state: 'detached' });
    await interview.field.focus();
    await page.evaluate(() => {
      const samples: number[] = [];
      Object.assign(window, { samples });
      addEventListener(
        'keydown',
        ({ timeStamp }) =>
          requestAnimationFrame(() => {
            // A message after the frame's callbacks runs once it is painted.
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => samples.push(performance.now() - timeStamp);
            port2.postMessage(null);
          }),
        true,
      );
    });
    const text = 'the gradient of A is zero while B is zero, '.repeat(3);
    const read = async () => page.evaluate(() => (window as unknown as { samples: number[] }).samples);
    let seen = 0;
    for (const when of ['while it is still being drawn', 'afterwards']) {
      await interview.field.fill('');
      for (const key of text) await page.keyboard.press(key === ' ' ? 'Space' : key);
      await expect.poll(async () => (await read()).length).toBeGreaterThanOrEqual(seen + text.length);
      // Clearing the field may press a key too.
      const samples = (await read()).slice(-text.length);
      seen = (await read()).length;
      console.log(
        `key to paint under ${turns} turns ${when}, n=${samples.length}: p50 ${ms(quantile(samples, 0.5))}, p95 ${ms(quantile(samples, 0.95))}, max ${ms(Math.max(...samples))}`,
      );
      expect(await interview.field.inputValue()).toBe(text);
      if (when === 'afterwards') expect(quantile(samples, 0.95)).toBeLessThan(1_000);
    }
  });
});
