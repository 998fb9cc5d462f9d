/** The two commands as a user runs them, with the bundled model, on a bank of two entries. */
import { spawn } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommandLine } from '../../src/cli/program.ts';
import { packageRoot } from '../../src/config.ts';
import { entryText } from '../corpus/entry-text.ts';
import { Bank } from '../ingest/bank.ts';
import { RecordingIo } from './recording-io.ts';

let bank: Bank;
beforeAll(() => {
  bank = new Bank();
});
afterAll(() => {
  bank.remove();
});
beforeEach(() => {
  vi.stubEnv('VIVA_CORPUS', bank.corpus);
  vi.stubEnv('VIVA_INDEX', bank.index);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function viva(...argv: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const io = new RecordingIo();
  const status = await runCommandLine(argv, io);
  return { status, stdout: io.stdout, stderr: io.stderr };
}

function cases(...lines: (object | string)[]): string {
  const path = join(bank.folder, 'cases.jsonl');
  writeFileSync(
    path,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  );
  return path;
}

const good = [
  { id: 'llm/language/05', lang: 'zh', query: 'LoRA 的矩阵怎么初始化', split: 'dev' },
  { id: 'vision/02', lang: 'en', query: 'how do I remove overlapping boxes', split: 'test' },
];

describe('viva ingest and viva eval retrieval', () => {
  it('make the index first where there is none, and say so', async () => {
    const { status, stderr } = await viva('eval', 'retrieval', cases(...good));
    expect(status).toBe(0);
    expect(stderr).toMatch(/^eval: No index in .*It is made now\.$/m);
    rmSync(bank.index, { recursive: true });
  });

  it('make the index, then find it up to date', async () => {
    const first = await viva('ingest', '--json');
    expect(first.status).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({ changed: true, entries: 2, problems: [] });
    const second = await viva('ingest');
    expect(second).toMatchObject({
      status: 0,
      stdout: '',
      stderr: expect.stringMatching(/^ingest: up to date \(2 entries/m),
    });
  });

  it('score the queries of a file', async () => {
    const { status, stdout } = await viva(
      'eval',
      'retrieval',
      cases(...good, { id: 'llm/language/99', lang: 'zh', query: '?' }),
      '--json',
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      n: 2,
      unknown: 1,
      recallAt1: 1,
      recallAt5: 1,
      mrrAt10: 1,
      ndcgAt10: 1,
      byLang: { zh: { n: 1 }, en: { n: 1 } },
      byModule: { llm: { n: 1 }, vision: { n: 1 } },
      latencyMs: { p50: expect.any(Number), p99: expect.any(Number) },
      errors: [],
    });
  });

  it('score one split, as a table', async () => {
    const { status, stdout } = await viva('eval', 'retrieval', cases(...good), '--split', 'test');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^all +1 +1\.000 \[1\.000, 1\.000\]/m);
    expect(await viva('eval', 'retrieval', cases(...good), '--split', 'nope')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('"split": "nope"'),
    });
  });

  it('refuse a bad line with file and line, an empty file and a missing one', async () => {
    const bad = await viva('eval', 'retrieval', cases(...good, '{"id":"vision/02","lang":"zh"}'));
    expect(bad.status).toBe(2);
    expect(bad.stderr).toContain('cases.jsonl:3: query: ');
    expect(await viva('eval', 'retrieval', cases(''))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no cases'),
    });
    expect((await viva('eval', 'retrieval', join(bank.folder, 'none.jsonl'))).status).toBe(2);
    expect((await viva('eval', 'retrieval')).status).toBe(2);
  });

  it('report a broken entry file and index the rest', async () => {
    bank.write('vision/03-broken.md', 'nothing');
    const { status, stderr } = await viva('ingest');
    expect(status).toBe(0);
    expect(stderr).toContain('vision/03-broken.md:1: ');
    expect(stderr).toContain('1 problem in files left out');
    rmSync(join(bank.corpus, 'vision/03-broken.md'));
  });

  it('with --watch take in a changed file, and end on a signal', async () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', join(packageRoot, 'src/cli/main.ts'), 'ingest', '--watch', '--json'],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.stderr.resume();
    const reports: { entries: number }[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      reports.push(JSON.parse(line) as { entries: number });
      if (reports.length === 1)
        setTimeout(() => {
          bank.write('vision/03-added.md', entryText({ id: 'vision/03' }));
        }, 500);
      if (reports.at(-1)!.entries === 3) child.kill('SIGINT');
    }
    expect(reports.map(({ entries }) => entries)).toEqual([2, 3]);
    expect(await exit).toBe(0);
    expect(readdirSync(bank.index)).not.toContain('ingest.lock');
  });
});
