/// <reference types="node" />
/** `node bin/viva.mjs serve` with data of its own, which can be killed and started again at the same address. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../src/config.ts';
import { cleanEnv } from './clean-env.ts';

export class VivaProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'viva-browser-data-'));
  readonly data = join(this.folder, 'data');
  #child: ChildProcess | null = null;
  #url = '';
  #stderr = '';
  readonly #env: Record<string, string>;

  constructor(env: Record<string, string>) {
    this.#env = env;
  }

  /** Where it listens, or listened; the same over restarts. */
  get url(): string {
    return this.#url;
  }

  /** What it said on its standard error so far. */
  get stderr(): string {
    return this.#stderr;
  }

  get running(): boolean {
    return this.#child !== null;
  }

  async start(): Promise<void> {
    const port = this.#url === '' ? '0' : new URL(this.#url).port;
    const child = spawn(
      process.execPath,
      [join(packageRoot, 'bin/viva.mjs'), 'serve', '--port', port, '--json'],
      {
        env: { ...cleanEnv(), VIVA_LOG_LEVEL: 'warn', ...this.#env, VIVA_DATA: this.data },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.#child = child;
    child.stderr.on('data', (piece: Buffer) => (this.#stderr += piece.toString()));
    for await (const line of createInterface({ input: child.stdout })) {
      this.#url = (JSON.parse(line) as { url: string }).url;
      return;
    }
    throw new Error(`serve ended before it listened: ${this.#stderr}`);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  /** Stops it and removes its data. */
  async remove(): Promise<void> {
    await this.stop('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
