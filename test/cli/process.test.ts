/** The command as a process of its own: streams, pipes, signals, and starts that fail. */
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/config.ts';
import { Bank } from '../ingest/bank.ts';
import { Client } from '../server/harness.ts';
import { ended, runViva, serveViva, startViva, viva, type Serving } from './run-viva.ts';

let bank: Bank;
let env: Record<string, string>;
const serving: Serving[] = [];
beforeAll(async () => {
  bank = new Bank();
  env = {
    VIVA_CORPUS: bank.corpus,
    VIVA_INDEX: bank.index,
    VIVA_DATA: join(bank.folder, 'data'),
    VIVA_LOG_LEVEL: 'warn',
  };
  expect(await runViva(['ingest'], env)).toMatchObject({ status: 0, stdout: '' });
});
afterEach(async () => {
  await Promise.all(serving.splice(0).map(async (one) => one.stop('SIGKILL')));
});
afterAll(() => {
  bank.remove();
});

async function serve(more: Record<string, string> = {}): Promise<Serving> {
  const one = await serveViva({ ...env, ...more });
  serving.push(one);
  return one;
}

describe('streams', () => {
  it('data goes to stdout, talk to stderr', async () => {
    const stats = await runViva(['corpus', 'stats', '--json'], env);
    expect(stats).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(stats.stdout)).toMatchObject({ entries: 2 });
    const lint = await runViva(['corpus', 'lint', join(bank.corpus, 'vision')], env);
    expect(lint).toEqual({
      status: 3,
      stdout: expect.stringMatching(/^02-nms\.md:1: .*\n$/),
      stderr: 'corpus lint: 1 problem in 1 entry files\n',
    });
    expect(await runViva(['nope'], env)).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining("unknown command 'nope'"),
    });
  });

  it('a reader that goes away ends the command quietly', async () => {
    const child = startViva(['corpus', 'stats'], env);
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()));
    const status = await new Promise((resolve) => child.once('close', resolve));
    expect([status, stderr]).toEqual([0, '']);
  });

  it('a listener to the talk that goes away changes no exit status', async () => {
    const child = startViva(['corpus', 'stats', '--nope'], env);
    child.stderr.destroy();
    child.stdout.resume();
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(2);
  });

  it('a reply comes through a pipe', async () => {
    const { status, stdout } = await runViva(
      ['grade', 'llm/language/05', '--json'],
      env,
      'A 用高斯随机初始化，B 置零\n',
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ grade: { state: 'graded' } });
  });
});

describe('viva interview', () => {
  it('takes every message of a pipe, also those that come before it is ready', async () => {
    const { status, stdout, stderr } = await runViva(
      ['interview', '--json', '--questions', '2'],
      env,
      'hint\nskip\n"""\nA is random\nB is zero\n"""\nstop\n',
    );
    expect(status).toBe(0);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; text?: string; intent?: string });
    const received = events.filter(({ type }) => type === 'message.received');
    expect(received.map(({ text }) => text)).toEqual(['hint', 'skip', 'A is random\nB is zero', 'stop']);
    expect(events.at(-1)!.type).toBe('interview.ended');
    expect(stderr).not.toContain('"type"');
    expect(existsSync(join(bank.folder, 'data', 'viva.db'))).toBe(true);
  });

  it('ends with its input', async () => {
    const { status, stdout } = await runViva(['interview', '--lang', 'en'], env, 'hint\n');
    expect(status).toBe(0);
    expect(stdout).toContain('think about step zero');
  });
});

describe('viva serve', () => {
  it('says on stdout where it listens, holds an interview, and stops with status 0 on SIGTERM', async () => {
    const one = await serve();
    expect(one.facts).toMatchObject({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      entries: 2,
      warnings: [],
    });
    const ready = await fetch(`${one.facts.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { ready: true, reasons: [] }]);
    const client = await Client.open(`${one.facts.url.replace('http', 'ws')}/ws`);
    const { sessionId } = await client.create({ plan: { questions: 1 } });
    await client.say(sessionId, 'A starts random and B starts at zero.', { intent: 'reply' });
    expect(client.frames.some((frame) => frame.type === 'event' && frame.event.type === 'reply.graded')).toBe(
      true,
    );
    const [status, code] = await Promise.all([one.stop('SIGTERM'), client.closeCode()]);
    expect([status, code]).toEqual([0, 1001]);
    expect(one.stderr()).toContain('viva: stopping');

    // The second start finds everything made.
    const again = await serve();
    expect((await fetch(`${again.facts.url}/readyz`)).status).toBe(200);
    expect(await again.stop('SIGINT')).toBe(0);
  });

  it('makes the index when there is none, and warns of a broken entry', async () => {
    bank.write('vision/03-broken.md', 'nothing');
    try {
      const one = await serve({ VIVA_INDEX: join(bank.folder, 'fresh-index') });
      expect((await fetch(`${one.facts.url}/readyz`)).status).toBe(200);
      expect(one.facts.warnings).toEqual([expect.stringMatching(/^1 problem.*viva corpus lint/)]);
      expect(await one.stop()).toBe(0);
    } finally {
      rmSync(join(bank.corpus, 'vision/03-broken.md'));
    }
  });
});

describe('a start that fails', () => {
  it.each([[['--port', 'x']], [['--port', '70000']], [['--nonsense']]])(
    'refuses %j with status 2',
    async (args) => {
      expect(await viva('serve', ...args)).toMatchObject({ status: 2, stdout: '' });
    },
  );

  /** Status and the one line on stderr. */
  async function failure(more: Record<string, string>, ...argv: string[]) {
    const { status, stdout, stderr } = await ended(
      startViva(['serve', '--port', '0', ...argv], { ...env, ...more }),
    );
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^viva: .*\n$/);
    return { status, line: stderr.trimEnd() };
  }

  function models(change: (folder: string) => void): string {
    const folder = join(bank.folder, 'models');
    mkdirSync(join(folder, 'embedding'), { recursive: true });
    for (const name of ['manifest.json', 'tokenizer.json'])
      cpSync(join(packageRoot, 'models/embedding', name), join(folder, 'embedding', name));
    change(join(folder, 'embedding', 'model.onnx'));
    return folder;
  }

  it('names a taken port and how to choose another', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => void taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const { status, line } = await failure({}, '--port', String(port));
    taken.close();
    expect(status).toBe(1);
    expect(line).toContain(`Port ${port} on 127.0.0.1 is taken by another program: `);
    expect(line).toContain('--port');
  });

  it('names a missing model file', async () => {
    const { status, line } = await failure({ VIVA_MODELS: models(() => undefined) });
    expect(status).toBe(1);
    expect(line).toMatch(/model\.onnx is missing.*VIVA_MODELS/);
  });

  it('names a model that is not the one in its manifest', async () => {
    const { status, line } = await failure({
      VIVA_MODELS: models((file) => writeFileSync(file, 'version https://git-lfs.github.com/spec/v1\n')),
    });
    expect(status).toBe(1);
    expect(line).toMatch(/model\.onnx is not the one its manifest names.*sha256/);
  });

  it('names a data folder that cannot be written', async () => {
    const file = join(bank.folder, 'a-file');
    writeFileSync(file, '');
    for (const data of [file, join(file, 'below')]) {
      const { status, line } = await failure({ VIVA_DATA: data });
      expect(status).toBe(1);
      expect(line).toContain(join(data, 'viva.db'));
      expect(line).toContain('VIVA_DATA');
    }
  });

  it('names a setting that is no number, and an address that is none of this machine', async () => {
    const port = await failure({ PORT: 'http' });
    expect(port.status).toBe(2);
    expect(port.line).toContain('PORT="http": a whole number from 0 to 65535');
    const host = await failure({ HOST: '192.0.2.1', VIVA_ACCESS_KEY: 'sixteen-or-more!' });
    expect(host.status).toBe(2);
    expect(host.line).toMatch(/Cannot listen on 192\.0\.2\.1:0.*HOST/);
  });

  it('lets no other machine in without an access key', async () => {
    const open = await failure({ HOST: '0.0.0.0' });
    expect(open.status).toBe(2);
    expect(open.line).toMatch(/HOST=0\.0\.0\.0 lets other machines in.*set VIVA_ACCESS_KEY/);
    const named = await failure({ HOST: '127.0.0.1.example.org' });
    expect(named.line).toContain('set VIVA_ACCESS_KEY');
  });

  it('names a question bank that is not there, and one without a question', async () => {
    const missing = await failure({ VIVA_CORPUS: join(bank.folder, 'no-bank') });
    expect(missing.status).toBe(1);
    expect(missing.line).toMatch(/No corpus folder at .*no-bank: set VIVA_CORPUS/);
    mkdirSync(join(bank.folder, 'empty-bank'));
    const empty = await failure({ VIVA_CORPUS: join(bank.folder, 'empty-bank') });
    expect(empty.status).toBe(1);
    expect(empty.line).toMatch(/No entry .*viva corpus lint/);
  });
});
