/** What a power cut would test and no test can: that the disk is told to keep what is about to be acknowledged. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'viva-synced-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Absent on most machines, and forbidden on some. */
const canTrace = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0;

describe.skipIf(!canTrace)('the event log, watched by the system', () => {
  it('asks the disk to keep the write-ahead log after its last write and before an append returns', () => {
    const trace = join(folder, 'trace');
    const calls = 'trace=fsync,fdatasync,write,pwrite64';
    const program = join(import.meta.dirname, 'append-three.ts');
    const file = join(folder, 'data/viva.db');
    const watched = [process.execPath, '--import', 'tsx', program, file];
    const { status } = spawnSync('strace', ['-f', '-y', '-e', calls, '-o', trace, ...watched]);
    expect(status).toBe(0);
    const steps = readFileSync(trace, 'utf8')
      .split('\n')
      .flatMap((line) => {
        if (/ write\(1<.*"before/.test(line)) return ['before'];
        if (/ write\(1<.*"after/.test(line)) return ['after'];
        if (/ pwrite64\(\d+<.*viva\.db-wal>/.test(line)) return ['written'];
        if (/ fsync\(\d+<.*viva\.db-wal>|fdatasync\(\d+<.*viva\.db-wal>/.test(line)) return ['kept'];
        // A new file is there after a power cut when its folder was kept, too.
        return / fsync\(\d+<.*data>/.test(line) ? ['folder kept'] : [];
      })
      .filter((step, index, all) => step !== all[index - 1]);
    expect(steps.slice(0, steps.indexOf('before'))).toContain('folder kept');
    expect(steps.slice(steps.indexOf('before'))).toEqual(
      Array.from({ length: 4 }, () => ['before', 'written', 'kept', 'after']).flat(),
    );
  });
});
