/** `viva serve` as a user runs it: its own process, its own folders, one line per failure. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Io } from '../../src/cli/io.ts';
import { runCommandLine } from '../../src/cli/program.ts';
import { entryText, statementsText } from '../corpus/entry-text.ts';
import { Client, rawFetch } from './harness.ts';

const root = join(import.meta.dirname, '..', '..');
const haveModels = existsSync(join(root, 'models', 'embedding', 'model.onnx'));

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viva-serve-'));
  mkdirSync(join(folder, 'corpus', 'llm', 'language'), { recursive: true });
  writeFileSync(join(folder, 'corpus', 'llm', 'language', '05-x.md'), entryText());
  writeFileSync(join(folder, 'corpus', 'llm', 'language', '05-x.statements.yaml'), statementsText);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<{ status: number | null; out: string; err: string }>;
  /** The first line on stdout. */
  readonly firstLine: Promise<string>;
}

function serve(args: readonly string[], settings: Record<string, string> = {}): Running {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(root, 'src', 'cli', 'main.ts'), 'serve', ...args],
    {
      cwd: root,
      env: {
        PATH: process.env['PATH'],
        VIVA_DATA: join(folder, 'data'),
        VIVA_INDEX: join(folder, 'index'),
        VIVA_CORPUS: join(folder, 'corpus'),
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  children.push(child);
  let out = '';
  let err = '';
  const firstLine = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8');
      const end = out.indexOf('\n');
      if (end >= 0) resolve(out.slice(0, end));
    });
    child.once('exit', () => reject(new Error(`ended before it said anything: ${err}`)));
  });
  firstLine.catch(() => undefined);
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')));
  const ended = new Promise<{ status: number | null; out: string; err: string }>((resolve) => {
    child.once('close', (status) => resolve({ status, out, err }));
  });
  return { child, ended, firstLine };
}

describe('viva serve', () => {
  it('says on one line that the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve));
    const address = z.object({ port: z.number() }).parse(other.address());
    const { status, out, err } = await serve(['--port', String(address.port)]).ended;
    other.close();
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(/^viva: Port \d+ on 127\.0\.0\.1 is taken by another program: .*--port.*\n$/);
  });

  it('says on one line that the data folder cannot be written', async () => {
    writeFileSync(join(folder, 'data'), 'in the way');
    const { status, out, err } = await serve(['--port', '0']).ended;
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(/^viva: .*viva\.db cannot be opened.*VIVA_DATA.*\n$/);
  });

  it('says on one line that a model file is missing', async () => {
    const { status, out, err } = await serve(['--port', '0'], { VIVA_MODELS: join(folder, 'models') }).ended;
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(/^viva: .*models.*\n$/);
  });

  it('says on one line that there is no question', async () => {
    rmSync(join(folder, 'corpus', 'llm'), { recursive: true });
    const { status, err } = await serve(['--port', '0']).ended;
    expect(status).toBe(1);
    expect(err).toMatch(/^viva: No entry .*viva corpus lint.*\n$/);
  });

  it('refuses a host that is none of this machine with status 2', async () => {
    const { status, out, err } = await serve(['--host', '203.0.113.1', '--port', '0']).ended;
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(/^viva: Cannot listen on 203\.0\.113\.1:0 .*HOST.*\n$/);
  });

  it.each([[['--port', 'x']], [['--port', '70000']], [['--nonsense']]])(
    'refuses %j with status 2',
    async (args) => {
      let out = '';
      const io: Io = { out: (text) => (out += text), err: () => undefined, interactive: false };
      expect(await runCommandLine(['serve', ...args], io)).toBe(2);
      expect(out).toBe('');
    },
  );

  it.skipIf(!haveModels || process.platform === 'win32')(
    'makes the index, listens, holds an interview, and stops when it is told to',
    async () => {
      const { child, ended, firstLine } = serve(['--port', '0', '--json']);
      const { url, entries } = z
        .object({ url: z.string(), entries: z.number() })
        .parse(JSON.parse(await firstLine));
      expect(entries).toBe(1);
      const port = Number(new URL(url).port);
      expect((await rawFetch(port, '/readyz')).json()).toEqual({ ready: true, reasons: [] });
      const client = await Client.open(`ws://127.0.0.1:${port}/ws`);
      const { sessionId } = await client.create({ plan: { questions: 1 } });
      await client.say(sessionId, 'A starts random and B starts at zero.', { intent: 'reply' });
      expect(
        client.frames.some((frame) => frame.type === 'event' && frame.event.type === 'reply.graded'),
      ).toBe(true);
      child.kill('SIGTERM');
      expect(await client.closeCode()).toBe(1001);
      const { status, err } = await ended;
      expect(status).toBe(0);
      expect(err).toContain('viva: stopping');
    },
  );
});
