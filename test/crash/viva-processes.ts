/** `viva serve` and `viva ingest` as processes that are killed with SIGKILL. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../src/config.ts';

const program = join(packageRoot, 'bin/viva.mjs');

export class ServerProcess {
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | null = null;
  #url: string | null = null;
  #stderr = '';

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  /** Where it listened last; null before the first start. Clients try there while it is down, too. */
  get url(): string | null {
    return this.#url;
  }

  /** What the present process said. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Runs, as far as anybody knows. */
  get running(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /**
   * Starts it on the port that it had, and waits until it serves.
   * @returns milliseconds from the start of the process
   * @throws when it ends before, killed or not
   */
  async start(): Promise<number> {
    const began = performance.now();
    const port = this.#url === null ? '0' : new URL(this.#url).port;
    const child = spawn(process.execPath, [program, 'serve', '--port', port, '--json'], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C is for the run, which ends them itself.
      detached: true,
    });
    this.#child = child;
    killWithUs(child);
    this.#stderr = '';
    child.stderr.on('data', (piece: Buffer) => (this.#stderr += piece.toString()));
    for await (const line of createInterface({ input: child.stdout })) {
      this.#url = (JSON.parse(line) as { url: string }).url;
      return performance.now() - began;
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    throw new Error(
      `serve ended before it served (${child.signalCode ?? `status ${child.exitCode}`}): ${this.#stderr}`,
    );
  }

  /** False when it had ended by itself. */
  async kill(): Promise<boolean> {
    return kill(this.#child);
  }
}

/** An ingestion beside the server. */
export class IngestProcess {
  readonly #child: ChildProcess;
  readonly #done: Promise<void>;
  #stderr = '';

  constructor(env: NodeJS.ProcessEnv, force: boolean) {
    const argv = [program, 'ingest', ...(force ? ['--force'] : [])];
    const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    this.#child = child;
    killWithUs(child);
    child.stderr.on('data', (piece: Buffer) => (this.#stderr += piece.toString()));
    this.#done = once(child, 'close').then(() => undefined);
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async kill(): Promise<boolean> {
    return kill(this.#child);
  }

  /** @throws when it fails; one that was killed does not */
  async ended(): Promise<void> {
    await this.#done;
    // Another ingestion, the server's own, may have been first; it does the same work.
    const busy = this.#stderr.includes('An ingestion by process');
    if (this.#child.exitCode === 0 || this.#child.signalCode === 'SIGKILL' || busy) return;
    throw new Error(`ingest ended with ${this.#child.exitCode}: ${this.#stderr}`);
  }
}

async function kill(child: ChildProcess | null): Promise<boolean> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return false;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  return child.signalCode === 'SIGKILL';
}

/** A run that fails leaves no process behind. */
function killWithUs(child: ChildProcess): void {
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => void process.off('exit', kill));
}
