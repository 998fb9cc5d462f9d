/// <reference types="node" />
/** One browser window that notices everything amiss. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { Lang } from '../../src/protocol.ts';
import type { Theme } from '../../web/src/page/settings.ts';
import { en } from '../../web/src/text/en.ts';
import { zh, type Text } from '../../web/src/text/zh.ts';
import { AskPage } from './pages/ask-page.ts';
import { InterviewPage } from './pages/interview-page.ts';
import { MaterialPage } from './pages/material-page.ts';
import type { RememberedSession } from './stored-sessions.ts';

export const texts: Readonly<Record<Lang, Text>> = { zh, en };

export interface VisitOptions {
  lang?: Lang;
  theme?: Theme;
  width?: number;
  height?: number;
  /** A finger instead of a mouse. */
  touch?: boolean;
  scale?: number;
  reducedMotion?: boolean;
  /** A stored session that this browser remembers as its interview. */
  session?: RememberedSession;
  /** An address in the page. */
  hash?: string;
  /** Another tab in the same browser profile. */
  beside?: Visit;
}

/** What runs in the page before anything else: reports what no test should ever see. */
const watch = `
  addEventListener('securitypolicyviolation', (event) =>
    complain(['policy', event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber].join(' ')));
  Object.defineProperty(window, 'ran', { set: (value) => complain('a script of a stranger ran: ' + value) });
`;

/** Once: what the page stores itself later stays. */
function remember(session: RememberedSession): string {
  const stored = JSON.stringify(JSON.stringify({ ...session, unsent: [] }));
  return `if (localStorage.getItem('viva.session.interview') === null)
    localStorage.setItem('viva.session.interview', ${stored})`;
}

export class Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly t: Text;
  readonly interview: InterviewPage;
  readonly ask: AskPage;
  readonly material: MaterialPage;
  readonly #complaints: string[] = [];
  #forgiven: RegExp[] = [];

  private constructor(page: Page, context: BrowserContext, lang: Lang) {
    this.page = page;
    this.context = context;
    this.t = texts[lang];
    this.interview = new InterviewPage(page, this.t);
    this.ask = new AskPage(page, this.t);
    this.material = new MaterialPage(page, this.t);
  }

  static async open(browser: Browser, url: string, options: VisitOptions = {}): Promise<Visit> {
    const { lang = 'zh', theme = 'light', beside } = options;
    const wanted: BrowserContextOptions = {
      locale: lang === 'zh' ? 'zh-CN' : 'en-GB',
      colorScheme: theme,
      viewport: { width: options.width ?? 1280, height: options.height ?? 900 },
      deviceScaleFactor: options.scale ?? 1,
      hasTouch: options.touch === true,
      isMobile: options.touch === true,
      reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference',
    };
    const context = beside?.context ?? (await browser.newContext(wanted));
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const visit = new Visit(page, context, lang);
    await visit.#listen();
    if (options.session !== undefined) await page.addInitScript(remember(options.session));
    await page.goto(`${url}/${options.hash ?? ''}`);
    return visit;
  }

  async #listen(): Promise<void> {
    const complain = (what: string) => this.#complaints.push(what);
    const { page } = this;
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complain(message.text());
    });
    page.on('pageerror', (error) => complain(String(error)));
    page.on('dialog', (dialog) => {
      complain(`a dialog opened: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('popup', (popup) => complain(`a window opened: ${popup.url()}`));
    await page.exposeFunction('complain', complain);
    await page.addInitScript(watch);
  }

  /** Complaints that match are expected from now on. */
  forgive(...patterns: RegExp[]): void {
    this.#forgiven.push(...patterns);
  }

  /** Errors and warnings of the console, exceptions, dialogs, scripts that ran, violations of the policy. */
  get complaints(): string[] {
    return this.#complaints.filter((what) => !this.#forgiven.some((pattern) => pattern.test(what)));
  }

  /** What has the focus, by its label, name or text; and whether a ring shows on it or on what it stands for. */
  async focused(): Promise<{ name: string; role: string; ring: boolean }> {
    return this.page.evaluate(() => {
      const one = document.activeElement as HTMLElement;
      const field = one instanceof HTMLInputElement || one instanceof HTMLTextAreaElement ? one : null;
      const name = one.getAttribute('aria-label') ?? field?.labels?.[0]?.innerText ?? one.innerText;
      const ringed = [one, one.closest('label'), one.closest('.composer')].filter((it) => it !== null);
      return {
        name: name.trim().split('\n')[0] ?? '',
        role: one.getAttribute('role') ?? one.tagName.toLowerCase(),
        ring: ringed.some((it) => {
          const { outlineStyle, boxShadow } = getComputedStyle(it);
          return outlineStyle === 'solid' || boxShadow.includes('inset');
        }),
      };
    });
  }

  /** How far the page itself, or a place in it that scrolls, can be moved sideways. */
  async sideways(): Promise<string[]> {
    return this.page.evaluate(() =>
      [...document.querySelectorAll('html, body, .top-bar, .scroller, .composer-bar, main')]
        .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
        .map((one) => `${one.tagName}.${one.className}: ${one.scrollWidth} in ${one.clientWidth}`),
    );
  }
}
