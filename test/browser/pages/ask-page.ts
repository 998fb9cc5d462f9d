import type { Locator, Page } from 'playwright-core';
import type { Text } from '../../../web/src/text/zh.ts';

/** Free questions, by what a person reads there. */
export class AskPage {
  readonly page: Page;
  readonly t: Text;
  readonly field: Locator;
  readonly answers: Locator;

  constructor(page: Page, t: Text) {
    this.page = page;
    this.t = t;
    this.field = page.getByRole('textbox', { name: t.ask.label });
    this.answers = page.locator('.place-ask .item-answer');
  }

  async visit(): Promise<void> {
    await this.page.getByRole('link', { name: this.t.places.ask, exact: true }).click();
    await this.field.waitFor();
  }

  /** Asks, and waits for the answer. */
  async ask(text: string): Promise<Locator> {
    const before = await this.answers.count();
    await this.field.fill(text);
    await this.field.press('Enter');
    const answer = this.answers.nth(before);
    await answer.waitFor();
    return answer;
  }
}
