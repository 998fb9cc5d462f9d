/** `node bin/viva.mjs serve` as a user starts it, in a temporary folder, and what can be read of it from outside. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/config.ts';
import type { Reply } from './orders.ts';

/** What all parts of the bench share. */
export interface Setting {
  /** Folder of an index, so that the server need not make one first. */
  readonly index: string;
  readonly replies: readonly Reply[];
  readonly seed: number;
  /** Length of one measurement. */
  readonly seconds: number;
  /** Folder for the server's processor profiles; they make it slower. */
  readonly profile: string | undefined;
}

export interface Facts {
  readonly url: string;
  readonly entries: number;
  readonly judge: string;
  readonly vectorStore: string;
}

/** Settings under which the limits of one address do not stop a bench that comes from one address. */
export const withoutAddressLimits = {
  VIVA_MAX_SESSIONS: '100000',
  VIVA_MESSAGES_PER_MINUTE: '10000',
  VIVA_ADDRESS_MESSAGES_PER_MINUTE: '1000000',
  VIVA_ADDRESS_SESSIONS_PER_MINUTE: '1000000',
  VIVA_ADDRESS_SOCKETS: '1000000',
  VIVA_ADDRESS_REQUESTS_PER_MINUTE: '1000000',
};

export class VivaProcess {
  readonly facts: Facts;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string, facts: Facts) {
    this.#child = child;
    this.#folder = folder;
    this.facts = facts;
  }

  /** Starts it and waits until it takes interviews. */
  static async start({
    index,
    profile,
    env = {},
  }: Pick<Setting, 'index'> & {
    readonly profile?: string | undefined;
    /** More settings. */
    readonly env?: Readonly<Record<string, string>>;
  }): Promise<VivaProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'viva-load-'));
    const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
    const child = spawn(
      process.execPath,
      [...profiling, join(packageRoot, 'bin', 'viva.mjs'), 'serve', '--port', '0', '--json'],
      {
        env: {
          ...process.env,
          HOST: '127.0.0.1',
          VIVA_INDEX: index,
          VIVA_DATA: join(folder, 'data'),
          VIVA_LOG_LEVEL: 'warn',
          OPENAI_BASE_URL: '',
          VIVA_MODEL: '',
          ...withoutAddressLimits,
          ...env,
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const facts = await new Promise<Facts>((resolve, reject) => {
      let text = '';
      child.stdout?.on('data', (data: Buffer) => {
        text += data.toString('utf8');
        if (text.includes('\n')) resolve(JSON.parse(text) as Facts);
      });
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    });
    return new VivaProcess(child, folder, facts);
  }

  get socketUrl(): string {
    return `${this.facts.url.replace('http', 'ws')}/ws`;
  }

  /** Resident memory in bytes, as the system counts it. */
  rss(): number {
    const pages = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.#child.pid}/status`, 'utf8'))?.[1];
    return Number(pages) * 1024;
  }

  /** Seconds of processor time, all threads. */
  cpuSeconds(): number {
    const fields = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  /** One metric by its name with labels; also begins a new span of time for the delay of the event loop. */
  async metrics(): Promise<(name: string) => number> {
    const text = await (await fetch(`${this.facts.url}/metrics`)).text();
    return (name) => {
      const line = text.split('\n').find((one) => one.startsWith(`${name} `));
      return line === undefined ? Number.NaN : Number(line.slice(name.length + 1));
    };
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
