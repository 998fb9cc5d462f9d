/** `viva backup` and `viva restore`, with processes that write meanwhile, and files that are no backup. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Libsql from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../src/protocol.ts';
import { DataLock } from '../../src/sessions/data-lock.ts';
import { schemaVersion } from '../../src/sessions/migrations.ts';
import { openSqliteEventLog } from '../../src/sessions/sqlite-event-log.ts';
import { created, received } from '../sessions/events.ts';
import { pragmaOf, sessionsIn } from '../sessions/sessions-dump.ts';
import { runViva, startViva, viva } from './run-viva.ts';

const writer = join(import.meta.dirname, '../sessions/append-until-killed.ts');

let folder: string;
let data: string;
let file: string;
let backup: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viva-backup-'));
  data = join(folder, 'data');
  file = join(data, 'viva.db');
  backup = join(folder, 'safe', 'one.db');
  process.env['VIVA_DATA'] = data;
});
afterEach(() => {
  delete process.env['VIVA_DATA'];
  rmSync(folder, { recursive: true, force: true });
});

async function store(id: string, texts: readonly string[]): Promise<void> {
  const log = openSqliteEventLog({ file, now: Date.now });
  await log.create(id, 'hash', [created, ...texts.map((text, n) => received(`m${n}`, text))]);
  await log.close();
}

/** A process that appends to a session until it is killed. */
function startWriter(session: string) {
  const child = spawn(process.execPath, ['--import', 'tsx', writer, file, session], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  let acknowledged = 0;
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => (acknowledged = Number(line)));
  return {
    acknowledged: () => acknowledged,
    reach: async (n: number) => {
      for (;;) {
        if (acknowledged >= n) return;
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error('the writer ended by itself');
        await Promise.race([once(lines, 'line'), closed]);
      }
    },
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

/** Names in the data folder that no command should leave behind. */
const leftovers = () => readdirSync(data).filter((name) => /tmp|-journal/.test(name));

describe('viva backup', () => {
  it('taken while five processes write is the sessions as of one moment', async () => {
    const writers = ['w1', 'w2', 'w3', 'w4', 'w5'].map(startWriter);
    try {
      await Promise.all(writers.map(async (one) => one.reach(10)));
      const before = writers.map((one) => one.acknowledged());
      const { status, stdout, stderr } = await runViva(['backup', '--to', backup, '--json'], {
        VIVA_DATA: data,
      });
      const after = writers.map((one) => one.acknowledged());
      expect([status, stderr]).toEqual([
        0,
        expect.stringMatching(/copying 5 sessions.*\n.*proven: 5 sessions/),
      ]);
      const made = JSON.parse(stdout) as { events: number; bytes: number; schema: number };
      expect(made).toMatchObject({ file: backup, sessions: 5, schema: schemaVersion });
      expect(made.bytes).toBe(statSync(backup).size);
      // They went on writing the whole time.
      await Promise.all(writers.map(async (one, n) => one.reach(after[n]! + 3)));
      await Promise.all(writers.map(async (one) => one.kill()));

      const final = await sessionsIn(file);
      const copied = await sessionsIn(backup);
      expect(Object.values(copied).flat()).toHaveLength(made.events);
      for (const [n, id] of ['w1', 'w2', 'w3', 'w4', 'w5'].entries()) {
        const events = copied[id]!;
        expect(events).toEqual(final[id]!.slice(0, events.length));
        // Whole appends only, all that was acknowledged before, nothing of what came later.
        expect((events.length - 1) % 3).toBe(0);
        expect(events.length).toBeGreaterThanOrEqual(before[n]!);
        expect(events.length).toBeLessThan(final[id]!.length);
      }
      expect(asOfOneMoment(copied, final)).toBe(true);
      expect(statSync(backup).mode & 0o077).toBe(0);

      // Restored in place of what was written since, which is kept.
      const restored = await runViva(['restore', backup, '--json'], { VIVA_DATA: data });
      expect(restored.status).toBe(0);
      const { aside } = JSON.parse(restored.stdout) as { aside: string };
      expect(await sessionsIn(file)).toEqual(copied);
      expect(await sessionsIn(aside)).toEqual(final);
      expect(leftovers()).toEqual([]);
    } finally {
      await Promise.all(writers.map(async (one) => one.kill()));
    }
  }, 60_000);

  it('says where it went, by default in a folder of the data', async () => {
    await store('s', ['a']);
    const { status, stdout } = await viva('backup');
    expect(status).toBe(0);
    expect(stdout).toMatch(/backups.viva-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.db\n$/);
    expect(await sessionsIn(stdout.trim())).toEqual(await sessionsIn(file));
  });

  it('holds nothing of what was removed', async () => {
    await store('s', ['the-word-in-question']);
    await store('t', ['another']);
    const log = openSqliteEventLog({ file, now: Date.now });
    await log.remove('s');
    await log.close();
    await viva('backup', '--to', backup);
    expect(readFileSync(backup, 'latin1')).toContain('another');
    expect(readFileSync(backup, 'latin1')).not.toContain('the-word-in-question');
  });

  it('overwrites nothing', async () => {
    await store('s', ['a']);
    mkdirSync(join(folder, 'safe'));
    writeFileSync(backup, 'precious');
    const { status, stderr } = await viva('backup', '--to', backup);
    expect([status, stderr]).toEqual([1, expect.stringContaining(`${backup} exists already`)]);
    expect(readFileSync(backup, 'utf8')).toBe('precious');
  });

  it('says that there is nothing yet, and that the place cannot be written', async () => {
    expect(await viva('backup')).toMatchObject({ status: 1, stderr: expect.stringContaining(file) });
    expect(existsSync(file)).toBe(false);
    await store('s', ['a']);
    const below = join(file, 'below.db');
    expect(await viva('backup', '--to', below)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(below),
    });
  });

  it('of a damaged database fails, and leaves no copy', async () => {
    for (let n = 0; n < 40; n += 1) await store(`s${n}`, ['x'.repeat(9_000)]);
    truncateSync(file, statSync(file).size - 100_000);
    const { status, stderr } = await viva('backup', '--to', backup);
    expect([status, stderr]).toEqual([1, expect.stringContaining('damaged')]);
    expect(existsSync(backup)).toBe(false);
  });
});

/** True when no writer's copied events are later than what another writer stored next. */
function asOfOneMoment(
  copied: Record<string, readonly SessionEvent[]>,
  final: Record<string, readonly SessionEvent[]>,
): boolean {
  const newest = Math.max(...Object.values(copied).map((events) => events.at(-1)!.at));
  const nextUncopied = Object.entries(final).map(([id, events]) => events[copied[id]!.length]!.at);
  return newest <= Math.min(...nextUncopied);
}

describe('viva restore', () => {
  it('needs no sessions in its place, and takes a plain copy with its write-ahead log', async () => {
    await store('s', ['a', 'b']);
    const stored = await sessionsIn(file);
    const log = openSqliteEventLog({ file, now: Date.now });
    await log.create('t', 'hash', [created]);
    mkdirSync(join(folder, 'copy'));
    for (const ending of ['', '-wal'])
      copyFileSync(`${file}${ending}`, join(folder, 'copy', `viva.db${ending}`));
    await log.close();
    process.env['VIVA_DATA'] = join(folder, 'fresh');
    const { status, stdout, stderr } = await viva('restore', join(folder, 'copy', 'viva.db'));
    expect([status, stderr]).toEqual([0, expect.stringContaining('there were no sessions before')]);
    expect(await sessionsIn(stdout.trim())).toMatchObject({ ...stored, t: [{ seq: 1 }] });
  });

  it.each([
    ['text', () => Buffer.from('this is no backup at all. '.repeat(400))],
    ['nothing', () => Buffer.alloc(0)],
    ['half a backup', (whole: Buffer) => whole.subarray(0, Math.floor(whole.length / 8192) * 4096)],
    [
      'a backup with a page overwritten',
      (whole: Buffer) =>
        Buffer.concat([whole.subarray(0, 8192), Buffer.alloc(4096, 7), whole.subarray(12_288)]),
    ],
    ['a folder', () => null],
  ])('refuses %s, and loses nothing', async (_, spoil) => {
    for (let n = 0; n < 10; n += 1) await store(`s${n}`, ['x'.repeat(5_000)]);
    await viva('backup', '--to', backup);
    const before = await sessionsIn(file);
    const spoilt = spoil(readFileSync(backup));
    const bad = join(folder, 'bad');
    if (spoilt === null) mkdirSync(bad);
    else writeFileSync(bad, spoilt);
    const { status, stderr } = await viva('restore', bad);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^viva: .*\n$/)]);
    expect(stderr).toContain(bad);
    expect(await sessionsIn(file)).toEqual(before);
    expect(readdirSync(data).sort()).toEqual(['viva.db', 'viva.db.lock']);
    if (spoilt !== null) expect(readFileSync(bad).equals(spoilt)).toBe(true);
  });

  it('refuses another program’s database, one with gaps, and one with an unreadable event', async () => {
    await store('s', ['a', 'b']);
    const before = await sessionsIn(file);
    const spoil = async (sql: string) => {
      rmSync(backup, { force: true });
      await viva('backup', '--to', backup);
      const database = new Libsql(backup);
      database.exec(sql);
      database.close();
      return viva('restore', backup);
    };
    for (const [sql, why] of [
      ['PRAGMA application_id = 7', 'another program'],
      ['DELETE FROM events WHERE seq = 2', 'gaps'],
      ["UPDATE events SET body = '{' WHERE seq = 2", 'unreadable in session s'],
      ['PRAGMA foreign_keys = OFF; DELETE FROM sessions', 'without their session'],
    ] as const) {
      expect(await spoil(sql)).toMatchObject({ status: 1, stderr: expect.stringContaining(why) });
    }
    expect(await sessionsIn(file)).toEqual(before);
  });

  it('refuses a backup of a newer Viva, and says to update', async () => {
    await store('s', ['a']);
    await viva('backup', '--to', backup);
    const database = new Libsql(backup);
    database.exec(`PRAGMA user_version = ${schemaVersion + 1}`);
    database.close();
    expect(await viva('restore', backup)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/schema 2.*Update Viva, or give an older backup/),
    });
    expect(Object.keys(await sessionsIn(file))).toEqual(['s']);
  });

  it('upgrades a backup of the first schema, and leaves the backup as it is', async () => {
    await store('s', ['a']);
    const old = join(folder, 'old.db');
    const fixtures = join(import.meta.dirname, '../sessions/fixtures');
    const database = new Libsql(old);
    database.exec(readFileSync(join(fixtures, 'schema-1.sql'), 'utf8'));
    database.close();
    const bytes = readFileSync(old);
    expect(await viva('restore', old)).toMatchObject({ status: 0 });
    expect(await sessionsIn(file)).toEqual(JSON.parse(readFileSync(join(fixtures, 'schema-1.json'), 'utf8')));
    expect(pragmaOf(file, 'user_version')).toBe(schemaVersion);
    expect(readFileSync(old).equals(bytes)).toBe(true);
  });

  it('puts a damaged database aside with its write-ahead log', async () => {
    await store('s', ['a']);
    await viva('backup', '--to', backup);
    writeFileSync(file, 'not a database '.repeat(300));
    writeFileSync(`${file}-wal`, 'its log');
    const { status, stdout } = await viva('restore', backup, '--json');
    expect(status).toBe(0);
    const { aside } = JSON.parse(stdout) as { aside: string };
    expect(readFileSync(aside, 'utf8')).toContain('not a database');
    expect(readFileSync(`${aside}-wal`, 'utf8')).toBe('its log');
    expect(Object.keys(await sessionsIn(file))).toEqual(['s']);
  });

  it('refuses while another process uses the sessions, or the database is its own', async () => {
    await store('s', ['a']);
    await viva('backup', '--to', backup);
    const one = startWriter('w');
    try {
      await one.reach(4);
      expect(await viva('restore', backup)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('Another Viva uses'),
      });
      await one.reach(one.acknowledged() + 3);
    } finally {
      await one.kill();
    }
    // One that was killed holds nothing.
    expect(await viva('restore', file)).toMatchObject({ status: 2 });
    expect(await viva('restore', backup)).toMatchObject({ status: 0 });
  });

  it('refuses while a program that knows no lock of ours has the file open', async () => {
    await store('s', ['a']);
    await viva('backup', '--to', backup);
    const shell = new Libsql(file);
    shell.exec('BEGIN; SELECT count(*) FROM events');
    expect(await viva('restore', backup)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('Another program has'),
    });
    shell.exec('COMMIT');
    shell.close();
    expect(await viva('restore', backup)).toMatchObject({ status: 0 });
  });

  it('keeps others out while it works', async () => {
    await store('s', ['a']);
    const restoring = DataLock.own(file);
    expect(await viva('due')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('being restored or upgraded'),
    });
    restoring.release();
    expect(await viva('due')).toMatchObject({ status: 0 });
  });

  it('killed at any moment leaves the old sessions or the restored ones, whole', async () => {
    await store('new', ['a']);
    await viva('backup', '--to', backup);
    await store('old', ['b']);
    const seen = new Set<string>();
    // Killed once its first file is there, a little later each round, until one came to its end.
    for (let round = 0; round < 12 && !seen.has('new'); round += 1) {
      const child = startViva(['restore', backup], { VIVA_DATA: data });
      const closed = once(child, 'close');
      while (child.exitCode === null && leftovers().length === 0)
        await new Promise((resolve) => setTimeout(resolve, 1));
      await new Promise((resolve) => setTimeout(resolve, round * 2));
      child.kill('SIGKILL');
      await closed;
      const found = Object.keys(await sessionsIn(file))
        .sort()
        .join();
      expect(['new,old', 'new']).toContain(found);
      seen.add(found);
      for (const name of leftovers()) rmSync(join(data, name));
    }
    expect([...seen]).toEqual(['new,old', 'new']);
    const { status } = await viva('restore', backup);
    expect(status).toBe(0);
    expect(Object.keys(await sessionsIn(file))).toEqual(['new']);
    expect(leftovers()).toEqual([]);
  }, 60_000);
});
