/// <reference types="node" />
/** What every file of the suite needs: a browser, a server, visits; closed and looked over after each test. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject } from 'vitest';
import { packageRoot } from '../../src/config.ts';
import { cleanEnv } from './clean-env.ts';
import { Visit, type VisitOptions } from './visit.ts';
import { VivaProcess } from './viva-process.ts';

const program = inject('browserProgram');

/** `describe`, where a browser starts. */
export const inBrowser = describe.skipIf(program === null);

export interface Stage {
  /** The server of this file. */
  readonly viva: VivaProcess;
  /** Opens the page in a profile of its own, or beside another tab. */
  open(options?: VisitOptions): Promise<Visit>;
}

export interface StageOptions {
  /** Settings of the server. */
  env?: () => Promise<Record<string, string>> | Record<string, string>;
  /** Runs before the server starts: for data that it should find. */
  prepare?: (viva: VivaProcess) => Promise<void>;
  after?: () => Promise<void>;
}

/** To be called at the top of a `inBrowser` block. */
export function setStage({ env = () => ({}), prepare, after }: StageOptions = {}): Stage {
  let browser: Browser;
  let viva: VivaProcess;
  let visits: Visit[] = [];

  beforeAll(async () => {
    if (program === null) return;
    viva = new VivaProcess({
      VIVA_INDEX: inject('index'),
      // All come from one address; what floods do is tried elsewhere.
      VIVA_MESSAGES_PER_MINUTE: '400',
      ...(await env()),
    });
    await prepare?.(viva);
    await viva.start();
    browser = await chromium.launch({ executablePath: program.executablePath, args: [...program.args] });
  });

  beforeEach(async () => {
    // A test that killed it may have failed before it came back.
    if (viva !== undefined && !viva.running) await viva.start();
  });

  afterEach(async ({ task }) => {
    const open = visits;
    visits = [];
    if (task.result?.state === 'fail') for (const visit of open) await leaveEvidence(visit, viva);
    const complaints = open.flatMap((visit) => visit.complaints);
    await Promise.all([...new Set(open.map(({ context }) => context))].map(async (one) => one.close()));
    expect(complaints).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await viva?.remove();
    if (program !== null) await after?.();
  });

  return {
    get viva() {
      return viva;
    },
    open: async (options) => {
      const visit = await Visit.open(browser, viva.url, options);
      visits.push(visit);
      return visit;
    },
  };
}

/** Makes an index of another bank. */
export function ingest(env: Record<string, string>): void {
  execFileSync(process.execPath, [join(packageRoot, 'bin/viva.mjs'), 'ingest'], {
    env: { ...cleanEnv(), ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function leaveEvidence({ page, complaints }: Visit, viva: VivaProcess): Promise<void> {
  const path = join(mkdtempSync(join(tmpdir(), 'viva-failed-')), 'page.png');
  try {
    await page.screenshot({ path });
    console.error(`The page as it was: ${path}\n${page.url()}\n${complaints.join('\n')}`);
  } catch (error) {
    console.error(`No screenshot could be taken: ${String(error)}`);
  }
  if (viva.stderr !== '') console.error(`The server said: ${viva.stderr.slice(-2_000)}`);
}
