import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeLock } from '../../src/ingest/lock.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viva-lock-'));
  path = join(folder, 'ingest.lock');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The id of a process that has ended. */
const deadPid = spawnSync(process.execPath, ['-e', '']).pid;

function leave(owner: { pid: number; host: string }): void {
  writeFileSync(path, JSON.stringify({ ...owner, token: 'theirs' }));
}

function age(seconds: number): void {
  const then = new Date(Date.now() - seconds * 1000);
  utimesSync(path, then, then);
}

describe('the ingestion lock', () => {
  it('is held by one at a time, and free again after release', async () => {
    const first = await takeLock(folder);
    await expect(takeLock(folder)).rejects.toMatchObject({
      code: 'ingest-busy',
      message: expect.stringContaining(`process ${process.pid}`),
      retryable: true,
    });
    await first.release();
    await first.release();
    const second = await takeLock(folder);
    await second.assertHeld();
    await second.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('never shows without its owner in it', async () => {
    const seen = new Set<string>();
    for (let round = 0; round < 200; round++) {
      const lock = takeLock(folder);
      // Between the steps of taking it, everything that this process may do gets its turn.
      for (let turn = 0; turn < 20; turn++) {
        await new Promise((resolve) => setImmediate(resolve));
        if (existsSync(path)) seen.add(readFileSync(path, 'utf8').slice(0, 7));
      }
      await (await lock).release();
    }
    expect([...seen]).toEqual(['{"pid":']);
  });

  it('goes to exactly one of many that ask at once', async () => {
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => takeLock(folder)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  });

  it('is taken over from a killed process whose number this one has, as in a container started again', async () => {
    leave({ pid: process.pid, host: hostname() });
    const lock = await takeLock(folder);
    await lock.assertHeld();
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken over once it is old, when another process has the number of the killed one', async () => {
    leave({ pid: process.ppid, host: hostname() });
    await expect(takeLock(folder)).rejects.toMatchObject({ code: 'ingest-busy' });
    age(61);
    const lock = await takeLock(folder);
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken over from a process that has ended', async () => {
    leave({ pid: deadPid, host: hostname() });
    const lock = await takeLock(folder);
    await lock.assertHeld();
    await lock.release();
  });

  it('goes to exactly one of many that find it left behind', async () => {
    for (let round = 0; round < 20; round++) {
      leave({ pid: deadPid, host: hostname() });
      const results = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(folder)));
      const holders = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      const held = await Promise.allSettled(holders.map((holder) => holder.assertHeld()));
      expect(held.filter((result) => result.status === 'fulfilled').length).toBeLessThanOrEqual(1);
      await Promise.all(holders.map((holder) => holder.release()));
      rmSync(path, { force: true });
    }
  });

  it('of another machine counts as left behind only when nobody has touched it for long', async () => {
    leave({ pid: 1, host: 'elsewhere' });
    age(20);
    await expect(takeLock(folder)).rejects.toMatchObject({ code: 'ingest-busy' });
    age(120);
    await (await takeLock(folder)).release();
  });

  it('that holds garbage counts as left behind once it is old', async () => {
    writeFileSync(path, '{');
    await expect(takeLock(folder)).rejects.toMatchObject({ code: 'ingest-busy' });
    age(120);
    await (await takeLock(folder)).release();
  });

  it('notices that somebody else has it now, and leaves theirs alone', async () => {
    const lock = await takeLock(folder);
    leave({ pid: process.pid, host: hostname() });
    await expect(lock.assertHeld()).rejects.toMatchObject({ code: 'ingest-busy' });
    await lock.release();
    expect(readFileSync(path, 'utf8')).toContain('theirs');
  });

  it('makes the index folder, and reports one that cannot be made', async () => {
    await (await takeLock(join(folder, 'a', 'b'))).release();
    expect(existsSync(join(folder, 'a', 'b'))).toBe(true);
    writeFileSync(join(folder, 'file'), '');
    await expect(takeLock(join(folder, 'file', 'index'))).rejects.toMatchObject({ code: 'data-unwritable' });
    await expect(takeLock(join(folder, 'file'))).rejects.toMatchObject({ code: 'data-unwritable' });
  });
});
