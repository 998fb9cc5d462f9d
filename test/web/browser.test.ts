/// <reference types="node" />
/** The page in a real browser against the real server: one candidate, from the first question to a cited answer. */
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import lambdaChromium from '@sparticuz/chromium';
import { chromium, type Browser, type Page } from 'playwright-core';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBackend, type Backend } from '../../src/cli/open-backend.ts';
import { loadConfig, packageRoot } from '../../src/config.ts';
import { createServer, type VivaServer } from '../../src/server/create-server.ts';
import { createLogger } from '../../src/server/logger.ts';
import type { EventLog } from '../../src/sessions/event-log.ts';
import { openSqliteEventLog } from '../../src/sessions/sqlite-event-log.ts';

/** A browser, or why there is none here. */
async function startBrowser(): Promise<Browser | string> {
  if (!existsSync(join(packageRoot, 'web/dist/index.html'))) return 'the page is not built: npm run build';
  try {
    const executablePath = await lambdaChromium.executablePath();
    return await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  } catch (error) {
    return `no browser starts here: ${String(error).split('\n')[0]}`;
  }
}

const started = await startBrowser();
if (typeof started === 'string') console.warn(`test/web/browser.test.ts is skipped: ${started}`);

describe.skipIf(typeof started === 'string')('the page in a browser', () => {
  const browser = started as Browser;
  let folder: string;
  let log: EventLog;
  let backend: Backend;
  let server: VivaServer;
  let page: Page;
  /** Errors and warnings of the console, exceptions, violations of the content security policy, failures on the server. */
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'viva-browser-'));
    mkdirSync(join(folder, 'index'));
    // Known vectors save a minute.
    cpSync(join(packageRoot, 'index/embeddings.bin'), join(folder, 'index/embeddings.bin'));
    const config = loadConfig(
      {
        VIVA_CORPUS: join(packageRoot, 'corpus/llm/language'),
        VIVA_INDEX: join(folder, 'index'),
        VIVA_DATA: join(folder, 'data'),
      },
      join(folder, 'no.env'),
    );
    log = openSqliteEventLog({ file: join(config.folders.data, 'viva.db'), now: Date.now });
    backend = await openBackend(config, {
      log,
      say: () => undefined,
      onFailure: (error) => complaints.push(`server: ${String(error)}`),
    });
    const { engine, retriever, entries, judge, chatModel } = backend;
    server = createServer({
      engine,
      retriever,
      entries,
      about: () => ({ judge, chatModel, warnings: [] }),
      unready: () => [],
      log,
      logger: createLogger('silent'),
      registry: new Registry(),
      now: () => performance.now(),
      wallClock: Date.now,
      keepDays: 0,
      newId: randomUUID,
      policy: { origins: [], trustProxy: false },
      access: null,
      lang: 'zh',
      web: config.folders.web,
    });
    await server.listen(0, '127.0.0.1');

    const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1280, height: 900 } });
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.exposeFunction('complain', (what: string) => complaints.push(what));
    await page.addInitScript(
      `addEventListener('securitypolicyviolation', (event) => complain(['policy', event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber, event.columnNumber].join(' ')))`,
    );
    await page.goto(`${server.address ?? ''}/`);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await server.close();
    await backend.close();
    await log.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const grade = () => page.locator('article.grade').first();
  /** What has the focus: its name, and whether a ring shows around it or around what it stands for. */
  const focused = async () =>
    page.evaluate<{ name: string; ring: boolean }>(`(() => {
      const one = document.activeElement;
      const name = one.labels?.[0]?.innerText ?? one.getAttribute('aria-label') ?? one.innerText;
      const ringed = [one, one.closest('label'), one.closest('.composer')].filter(Boolean);
      const style = (it) => getComputedStyle(it);
      return {
        name: name.trim().split('\\n')[0],
        ring: ringed.some((it) => style(it).outlineStyle === 'solid' || style(it).boxShadow.includes('inset')),
      };
    })()`);

  /** Text that would run if anything took it for markup. */
  const attack =
    '<script>window.ran = 1</script><img src=x onerror="window.ran = 2">[点我](javascript:window.ran=3)';
  const reply = `A 用高斯分布随机初始化，B 全部置零，这样一开始 BA 等于 0，模型的输出和预训练模型一样。${attack}`;

  it('is walked through by keyboard, with a ring around what has the focus', async () => {
    await page.getByLabel('想聊什么？').waitFor();
    const names: string[] = [];
    for (let stop = 0; stop < 20 && !names.includes('开始面试'); stop += 1) {
      await page.keyboard.press('Tab');
      const { name, ring } = await focused();
      expect(ring, name).toBe(true);
      names.push(name);
    }
    expect(names.slice(0, 8)).toEqual([
      '跳到正文',
      'Viva 首页',
      '面试',
      '提问',
      '题库',
      'English',
      '切换到深色',
      '想聊什么？',
    ]);
    expect(names.slice(8)).toContain('练习');
    expect(names.at(-1)).toBe('开始面试');
  });

  it('starts an interview, and the keyboard goes on in the field', async () => {
    await page.getByLabel('想聊什么？').fill('LoRA 初始化');
    await page.keyboard.press('Enter');
    await page.locator('.question').first().waitFor();
    expect(await page.locator('.question').first().innerText()).toContain('LoRA 的两个低秩矩阵');
    expect(await focused()).toEqual({ name: '你的回答', ring: true });
  });

  it('shows a grade whose marks are words of the reply', async () => {
    await page.keyboard.insertText(reply);
    await page.keyboard.press('Enter');
    await grade().waitFor();
    expect(await grade().locator('.total').getAttribute('aria-label')).toMatch(/^[\d.]+ 分，满分 10 分$/);
    const marks = await grade().locator('.pane-reply mark[data-tone]').allInnerTexts();
    expect(marks.length).toBeGreaterThan(0);
    for (const mark of marks) expect(reply).toContain(mark);
    // Pointing at a verdict lights up its words.
    await grade().locator('.verdict-main').first().focus();
    expect(await grade().locator('.pane-reply mark[data-active]').count()).toBeGreaterThan(0);
  });

  it('shows markup in a reply as text', async () => {
    expect(await grade().locator('.pane-reply p').innerText()).toBe(reply);
    expect(await page.locator('a[href^="javascript"], .item img, .item script').count()).toBe(0);
    expect(await page.evaluate<unknown>('window.ran')).toBeUndefined();
  });

  it('goes on where it was after a reload', async () => {
    const before = await page.locator('.item').allInnerTexts();
    await page.reload();
    await grade().waitFor();
    await expect.poll(async () => page.locator('.item').allInnerTexts()).toEqual(before);
    expect(await grade().locator('.pane-reply p').innerText()).toBe(reply);
    expect(await page.locator('.composer-bar .open-question').innerText()).toContain('追问');
    // What follows happens in the resumed session.
  });

  it('opens the reference, with the words that each point stands on', async () => {
    const reference = grade().getByRole('button', { name: '对照参考答案' });
    // While a follow-up asks for what is missing, the reference stays closed until it is asked for.
    await page.getByRole('button', { name: '看参考答案' }).focus();
    await page.keyboard.press('Enter');
    await reference.waitFor();
    expect(await focused()).toMatchObject({ name: '你的回答' });
    await reference.click();
    await grade().locator('.pane-reference mark[data-mark]').first().waitFor();
    expect(await grade().locator('.pane-reference').innerText()).toContain('初始化为全 0');
  });

  it('gives the focus back when an appeal is not made', async () => {
    const row = grade().locator('.verdict-row').first();
    await row.locator('.verdict-main').focus();
    await page.keyboard.press('Enter');
    await row.getByRole('button', { name: /^有异议/ }).focus();
    await page.keyboard.press('Enter');
    expect((await focused()).name).toBe('一句话说明哪里判错了');
    await page.keyboard.press('Escape');
    expect(await row.locator('.verdict-main').evaluate((one) => one === document.activeElement)).toBe(true);
  });

  it('answers a free question with citations that open beside it', async () => {
    await page.getByRole('link', { name: '提问' }).click();
    await page.getByLabel('你的问题').fill(`LoRA 的 B 矩阵为什么初始化成 0？${attack}`);
    await page.keyboard.press('Enter');
    const source = page.locator('.sources .cite').first();
    await source.waitFor();
    const cited = await source.getAttribute('title');
    await source.focus();
    await page.keyboard.press('Enter');
    await page.locator('.peek mark').first().waitFor();
    expect(cited).toBeTruthy();
    expect((await focused()).name).toBe('关闭');
    await page.keyboard.press('Escape');
    expect(await source.evaluate((one) => one === document.activeElement)).toBe(true);
    expect(await page.evaluate<unknown>('window.ran')).toBeUndefined();
  });

  it('gave the browser nothing to complain about', () => {
    expect(complaints).toEqual([]);
  });
});
