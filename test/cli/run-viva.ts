/** Runs the command line, in this process or in one of its own. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runCommandLine } from '../../src/cli/program.ts';
import { packageRoot } from '../../src/config.ts';
import { RecordingIo } from './recording-io.ts';

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** In this process, with its environment. */
export async function viva(...argv: string[]): Promise<Ended> {
  const io = new RecordingIo();
  const status = await runCommandLine(argv, io);
  return { status, stdout: io.stdout, stderr: io.stderr };
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/**
 * In a process of its own, with what `env` adds to the environment.
 * @param within a command that ends by becoming the one after it, like `nice`
 */
export function startViva(
  argv: readonly string[],
  env: Record<string, string> = {},
  within: readonly string[] = [],
): Child {
  const node = [process.execPath, '--import', 'tsx', join(packageRoot, 'src/cli/main.ts'), ...argv];
  const [command = '', ...args] = [...within, ...node];
  return spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** In a process of its own, to the end; `input` comes through a pipe. */
export async function runViva(
  argv: readonly string[],
  env: Record<string, string> = {},
  input = '',
): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(packageRoot, 'src/cli/main.ts'), ...argv], {
    env: { ...process.env, ...env },
    stdio: 'pipe',
  });
  child.stdin.on('error', () => {
    // The command ended without reading its input.
  });
  child.stdin.end(input);
  return ended(child);
}

export async function ended(child: {
  readonly stdout: Readable;
  readonly stderr: Readable;
  once(event: 'close', listener: () => void): unknown;
  readonly exitCode: number | null;
}): Promise<Ended> {
  const closed = new Promise<void>((resolve) => void child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await closed;
  return { status: child.exitCode, stdout, stderr };
}

/** A server in a process of its own, listening. */
export interface Serving {
  readonly child: Child;
  /** What `serve --json` printed. */
  readonly facts: { readonly url: string; readonly entries: number; readonly warnings: string[] };
  /** All that it said so far. */
  stderr(): string;
  /** Sends the signal and gives the exit status: null when the signal killed it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export async function serveViva(env: Record<string, string>, within?: readonly string[]): Promise<Serving> {
  const child = startViva(['serve', '--port', '0', '--json'], env, within);
  const closed = once(child, 'close');
  let stderr = '';
  child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()));
  for await (const line of createInterface({ input: child.stdout })) {
    return {
      child,
      facts: JSON.parse(line) as Serving['facts'],
      stderr: () => stderr,
      stop: async (signal = 'SIGTERM') => {
        child.kill(signal);
        await closed;
        return child.exitCode;
      },
    };
  }
  throw new Error(`serve ended before it listened: ${stderr}`);
}
