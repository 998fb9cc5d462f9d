import type { Locator, Page } from 'playwright-core';
import type { Mode } from '../../../src/protocol.ts';
import type { Text } from '../../../web/src/text/zh.ts';

export interface BeginOptions {
  questions?: 3 | 5 | 8 | 12;
  mode?: Mode;
}

export type ActionName = Exclude<keyof Text['actions'], 'label' | 'means'>;

/** The interview, by what a person reads on it. */
export class InterviewPage {
  readonly page: Page;
  readonly t: Text;
  readonly field: Locator;
  readonly grades: Locator;
  readonly answers: Locator;
  readonly reports: Locator;
  readonly questions: Locator;
  readonly items: Locator;

  constructor(page: Page, t: Text) {
    this.page = page;
    this.t = t;
    this.field = page.getByRole('textbox', { name: t.composer.label });
    this.grades = page.getByRole('article', { name: t.grade.label });
    this.reports = page.getByRole('article', { name: t.report.title });
    this.answers = page.locator('.place-interview .item-answer');
    this.questions = page.locator('.place-interview .question');
    this.items = page.locator('.place-interview .item');
  }

  /** Begins with a topic, a number of questions and a mode, and waits for the first question. */
  async begin(topic: string, { questions = 3, mode = 'study' }: BeginOptions = {}): Promise<void> {
    const { page, t } = this;
    await page.getByLabel(t.start.topic).fill(topic);
    await page.getByText(String(questions), { exact: true }).click();
    if (mode === 'mock') await page.getByText(t.start.modes.mock.name, { exact: true }).click();
    await page.getByRole('button', { name: t.start.begin }).click();
    await this.questions.first().waitFor();
  }

  /** Writes and sends by Enter, pressed again while a turn is still under way: then it does nothing. */
  async say(text: string): Promise<void> {
    await this.field.fill(text);
    for (let press = 0; press < 100 && (await this.field.inputValue()) !== ''; press += 1) {
      await this.settled();
      await this.field.press('Enter');
    }
  }

  /** Sends a reply and waits for its grade. */
  async reply(text: string): Promise<Locator> {
    const before = await this.grades.count();
    await this.say(text);
    const grade = this.grades.nth(before);
    await grade.waitFor();
    await this.settled();
    return grade;
  }

  /** A quick action, by its name. */
  action(name: ActionName): Locator {
    return this.page
      .getByRole('group', { name: this.t.actions.label })
      .getByRole('button', { name: this.t.actions[name], exact: true });
  }

  /** Ends the interview, unless it came to its end by itself, and gives the report. */
  async finish(press = async (what: Locator) => what.click()): Promise<Locator> {
    const end = this.action('end');
    await end.or(this.reports).first().waitFor();
    if ((await end.count()) > 0) await press(end);
    await this.reports.first().waitFor();
    await this.settled();
    return this.reports.first();
  }

  /** No turn is under way. */
  async settled(): Promise<void> {
    await this.page.locator('.place-interview .item-working').waitFor({ state: 'detached' });
  }

  /** Everything in the conversation, as it reads. */
  async transcript(): Promise<string[]> {
    return this.items.allInnerTexts();
  }
}
