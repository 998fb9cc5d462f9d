/// <reference types="node" />
/** Once for the suite: finds a browser that starts, and makes the index that all servers read. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { packageRoot } from '../../src/config.ts';
import { cleanEnv } from './clean-env.ts';
import { findBrowser, type BrowserProgram } from './find-browser.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Null where no browser starts: the suite is skipped. */
    browserProgram: BrowserProgram | null;
    /** A folder with an index of the whole material; nobody writes to it. */
    index: string;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  for (const built of ['web/dist/index.html', 'dist/cli/main.js']) {
    if (!existsSync(join(packageRoot, built))) throw new Error(`${built} is not built: npm run build`);
  }
  const found = await findBrowser();
  if (typeof found === 'string') {
    if (process.env['VIVA_NEED_BROWSER'] === '1') {
      throw new Error(`VIVA_NEED_BROWSER is set, and no browser starts: ${found}`);
    }
    console.warn(`\n*** THE BROWSER SUITE IS SKIPPED: no browser starts here: ${found} ***\n`);
    project.provide('browserProgram', null);
    project.provide('index', '');
    return () => undefined;
  }
  console.log(`browser: ${found.executablePath}`);
  const folder = mkdtempSync(join(tmpdir(), 'viva-browser-index-'));
  const index = join(folder, 'index');
  mkdirSync(index);
  // Known vectors save minutes.
  cpSync(join(packageRoot, 'index/embeddings.bin'), join(index, 'embeddings.bin'));
  execFileSync(process.execPath, [join(packageRoot, 'bin/viva.mjs'), 'ingest'], {
    env: { ...cleanEnv(), VIVA_INDEX: index },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  project.provide('browserProgram', found);
  project.provide('index', index);
  return () => rmSync(folder, { recursive: true, force: true });
}
