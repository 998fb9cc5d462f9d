/// <reference types="node" />
import { existsSync } from 'node:fs';
import lambdaChromium from '@sparticuz/chromium';
import { chromium } from 'playwright-core';

export interface BrowserProgram {
  readonly executablePath: string;
  readonly args: readonly string[];
}

const debian = '/usr/bin/chromium';

/** A browser that really starts here: Debian's, else the one inside the npm package; or why none does. */
export async function findBrowser(): Promise<BrowserProgram | string> {
  const reasons: string[] = [];
  for (const candidate of [installed, packaged]) {
    try {
      const executablePath = await candidate();
      // Everything else of the package's own arguments is for another home; --single-process even crashes.
      const program = { executablePath, args: ['--no-sandbox'] };
      const browser = await chromium.launch({ executablePath, args: program.args });
      await browser.close();
      return program;
    } catch (error) {
      reasons.push(String(error).split('\n')[0] ?? '');
    }
  }
  return reasons.join('; ');
}

async function installed(): Promise<string> {
  if (!existsSync(debian)) throw new Error(`there is no ${debian}`);
  return Promise.resolve(debian);
}

async function packaged(): Promise<string> {
  return lambdaChromium.executablePath();
}
