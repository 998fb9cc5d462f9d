import type { Locator, Page } from 'playwright-core';
import type { Text } from '../../../web/src/text/zh.ts';

/** The material, by what a person reads there. */
export class MaterialPage {
  readonly page: Page;
  readonly t: Text;
  readonly search: Locator;
  readonly title: Locator;

  constructor(page: Page, t: Text) {
    this.page = page;
    this.t = t;
    this.search = page.getByRole('searchbox', { name: t.material.search });
    this.title = page.locator('article.entry h1');
  }

  async visit(): Promise<void> {
    await this.page.getByRole('link', { name: this.t.places.material, exact: true }).click();
    await this.search.waitFor();
  }

  /** Searches, and opens the first hit. */
  async openFirst(words: string): Promise<void> {
    // The hits of an earlier search stay for a moment.
    await this.search.fill('');
    await this.page.locator('.entry-hits').waitFor({ state: 'detached' });
    await this.search.fill(words);
    await this.page.locator('.entry-hits a').first().click();
    await this.title.waitFor();
  }
}
