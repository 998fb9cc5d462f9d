import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Libsql from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VivaError } from '../../src/errors.ts';
import { schemaVersion } from '../../src/sessions/migrations.ts';
import { openSqliteEventLog } from '../../src/sessions/sqlite-event-log.ts';
import { describeEventLog } from './conformance.ts';
import { created, received, said } from './events.ts';

const now = () => 1_700_000_000_000;
const writer = fileURLToPath(new URL('./append-until-killed.ts', import.meta.url));

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viva-log-'));
  file = join(folder, 'data', 'viva.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describeEventLog('SQLite', async () => {
  const own = mkdtempSync(join(tmpdir(), 'viva-log-'));
  return {
    open: async (clock) => openSqliteEventLog({ file: join(own, 'viva.db'), now: clock }),
    cleanUp: async () => rmSync(own, { recursive: true, force: true }),
  };
});

/** Opens the log at `file` and returns the error that this must raise. */
function openingFails(path = file): VivaError {
  try {
    void openSqliteEventLog({ file: path, now }).close();
  } catch (error) {
    if (error instanceof VivaError) return error;
    throw error;
  }
  throw new Error('the log opened');
}

describe('SQLite event log: durability', () => {
  it('has every acknowledged event after kill -9, and no half append', async () => {
    for (let round = 0; round < 3; round += 1) {
      const path = join(folder, `killed-${round}.db`);
      const child = spawn(process.execPath, ['--import', 'tsx', writer, path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let acknowledged = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged = Number(line);
        if (acknowledged >= 40 + round * 31) child.kill('SIGKILL');
      }
      const log = openSqliteEventLog({ file: path, now });
      const events = await log.read('s');
      expect(acknowledged).toBeGreaterThanOrEqual(40);
      expect(events.length).toBeGreaterThanOrEqual(acknowledged);
      expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
      // Each append stores three events after the first.
      expect((events.length - 1) % 3).toBe(0);
      await log.append('s', events.length, [said('on')]);
      await log.close();
    }
  });

  it.skipIf(process.platform === 'win32')(
    'loses nothing acknowledged and stores no half append when the file cannot grow',
    async () => {
      // A file size limit stands in for a full disk: 200 blocks of 1 KiB.
      const result = spawnSync(
        'bash',
        ['-c', `ulimit -f 200; exec "$0" --import tsx "$1" "$2"`, process.execPath, writer, file],
        { encoding: 'utf8' },
      );
      expect(result.stderr).toMatch(/^storage-failed /m);
      const acknowledged = Number(result.stdout.trim().split('\n').at(-1));
      const log = openSqliteEventLog({ file, now });
      const events = await log.read('s');
      expect(acknowledged).toBeGreaterThan(1);
      expect(events.length).toBe(acknowledged);
      await log.close();
    },
  );

  it('keeps a write-ahead log', async () => {
    const log = openSqliteEventLog({ file, now });
    await log.create('s', 'hash', [created]);
    const database = new Libsql(file);
    expect(database.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' });
    database.close();
    await log.close();
  });

  it.skipIf(process.platform === 'win32')('makes a data folder that other users cannot read', async () => {
    await openSqliteEventLog({ file, now }).close();
    expect(statSync(join(folder, 'data')).mode & 0o077).toBe(0);
  });
});

describe('SQLite event log: schema', () => {
  it('writes its version, and opens its own file again', async () => {
    await openSqliteEventLog({ file, now }).close();
    const database = new Libsql(file);
    expect(database.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: schemaVersion });
    database.close();
    await openSqliteEventLog({ file, now }).close();
  });

  it('refuses a database that a newer Viva wrote, and leaves it alone', async () => {
    await openSqliteEventLog({ file, now }).close();
    const database = new Libsql(file);
    database.exec(`PRAGMA user_version = ${schemaVersion + 1}`);
    database.close();
    const error = openingFails();
    expect(error.code).toBe('storage-newer');
    expect(error.message).toContain(file);
    expect(error.message).toContain('Update Viva');
    const after = new Libsql(file);
    expect(after.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: schemaVersion + 1 });
    after.close();
  });

  it('refuses the database of another program', () => {
    mkdirSync(join(folder, 'data'));
    const database = new Libsql(file);
    database.exec('CREATE TABLE recipes (name TEXT)');
    database.close();
    expect(openingFails()).toMatchObject({ code: 'storage-failed' });
    expect(openingFails().message).toContain('another program');
  });
});

describe('SQLite event log: trouble', () => {
  it('says that the data folder cannot be made', () => {
    writeFileSync(join(folder, 'data'), 'a file where the folder should be');
    const error = openingFails();
    expect(error.code).toBe('data-unwritable');
    expect(error.message).toContain(file);
    expect(error.message).toContain('VIVA_DATA');
  });

  it.skipIf(process.platform !== 'linux')('says so too where the system itself refuses folders', () => {
    expect(openingFails('/proc/viva/data/viva.db').code).toBe('data-unwritable');
  });

  it('says that a folder stands where the database should be', () => {
    mkdirSync(file, { recursive: true });
    expect(openingFails().code).toBe('data-unwritable');
  });

  it('says that the file is no database', () => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(file, 'not a database. '.repeat(200));
    const error = openingFails();
    expect(error.code).toBe('storage-failed');
    expect(error.message).toContain('backup');
  });

  it('says that another process holds the database, and works again afterwards', async () => {
    const log = openSqliteEventLog({ file, now, busyTimeoutMs: 50 });
    await log.create('s', 'hash', [created]);
    const other = new Libsql(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(log.append('s', 1, [said('x')])).rejects.toMatchObject({
      code: 'storage-failed',
      retryable: true,
      message: expect.stringContaining('locked by another process') as string,
    });
    expect(await log.read('s')).toHaveLength(1);
    other.exec('ROLLBACK');
    await log.append('s', 1, [said('x')]);
    other.close();
    await log.close();
  });

  it('names session and event when a stored event cannot be read', async () => {
    const log = openSqliteEventLog({ file, now });
    await log.create('s', 'hash', [created, received('m1')]);
    const database = new Libsql(file);
    database.exec(`UPDATE events SET body = '{"broken"' WHERE seq = 2`);
    database.close();
    await expect(log.read('s')).rejects.toMatchObject({
      code: 'storage-failed',
      context: { sessionId: 's', seq: 2, type: 'message.received' },
    });
    await log.close();
  });
});
