/** `node bin/viva.mjs serve` with data of its own, and a look at its memory through the debugger. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { packageRoot } from '../../src/config.ts';
import { Bank } from '../ingest/bank.ts';

export interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
  /** Buffers outside the heap: what waits for slow readers is here. */
  readonly external: number;
}

export class Served {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #bank: Bank;
  readonly #data: string;
  readonly #output: { text: string };
  #debugger: WebSocket | null = null;
  #calls = 0;

  private constructor(port: number, child: ChildProcess, bank: Bank, data: string, output: { text: string }) {
    this.port = port;
    this.#child = child;
    this.#bank = bank;
    this.#data = data;
    this.#output = output;
  }

  /** Two entries, the bundled model, and nothing of the settings of whoever runs the tests. */
  static async start(env: Record<string, string> = {}): Promise<Served> {
    const bank = new Bank();
    const data = mkdtempSync(join(tmpdir(), 'viva-hostile-'));
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('VIVA_'));
    const child = spawn(
      process.execPath,
      ['--inspect=127.0.0.1:0', join(packageRoot, 'bin/viva.mjs'), 'serve', '--port', '0', '--json'],
      {
        env: {
          ...Object.fromEntries(inherited),
          VIVA_CORPUS: bank.corpus,
          VIVA_INDEX: bank.index,
          VIVA_DATA: data,
          VIVA_LOG_LEVEL: 'warn',
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const output = { text: '' };
    child.stderr.on('data', (piece: Buffer) => (output.text += piece.toString()));
    for await (const line of createInterface({ input: child.stdout })) {
      const { url } = JSON.parse(line) as { url: string };
      return new Served(Number(new URL(url).port), child, bank, data, output);
    }
    throw new Error(`serve ended before it listened: ${output.text}`);
  }

  /** Everything it wrote to its log and its terminal so far. */
  get output(): string {
    return this.#output.text;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** After a collection of garbage. */
  async memory(): Promise<Memory> {
    await this.#call('HeapProfiler.collectGarbage');
    const expression = 'JSON.stringify(process.memoryUsage())';
    const answer = (await this.#call('Runtime.evaluate', { expression })) as { result: { value: string } };
    return JSON.parse(answer.result.value) as Memory;
  }

  async stop(): Promise<void> {
    this.#debugger?.terminate();
    if (this.running) {
      const gone = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await gone;
    }
    this.#bank.remove();
    rmSync(this.#data, { recursive: true, force: true });
  }

  async #call(method: string, params: object = {}): Promise<unknown> {
    if (this.#debugger === null) {
      const address = /Debugger listening on (ws:\S+)/.exec(this.#output.text)?.[1];
      if (address === undefined) throw new Error('no debugger');
      this.#debugger = new WebSocket(address);
      await once(this.#debugger, 'open');
    }
    const socket = this.#debugger;
    const id = (this.#calls += 1);
    return new Promise((resolve) => {
      const take = (data: Buffer) => {
        const message = JSON.parse(data.toString('utf8')) as { id?: number; result?: unknown };
        if (message.id !== id) return;
        socket.off('message', take);
        resolve(message.result);
      };
      socket.on('message', take);
      socket.send(JSON.stringify({ id, method, params }));
    });
  }
}
