/** Databases of every schema there ever was, opened by this program. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Libsql, { type Database } from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VivaError } from '../../src/errors.ts';
import { DataLock } from '../../src/sessions/data-lock.ts';
import { migrate, migrations, schemaVersion } from '../../src/sessions/migrations.ts';
import { openSqliteEventLog } from '../../src/sessions/sqlite-event-log.ts';
import { upgrade } from '../../src/sessions/upgrade.ts';
import { said } from './events.ts';
import { pragmaOf, sessionsIn } from './sessions-dump.ts';

const fixtures = join(import.meta.dirname, 'fixtures');
const versions = migrations.map((_, index) => index + 1);

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viva-schema-'));
  file = join(folder, 'viva.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The database of a schema, with its sessions, as a Viva of that schema left it. */
function makeFixture(version: number): void {
  const database = new Libsql(file);
  database.exec(readFileSync(join(fixtures, `schema-${version}.sql`), 'utf8'));
  database.close();
}

function expected(version: number): unknown {
  return JSON.parse(readFileSync(join(fixtures, `schema-${version}.json`), 'utf8'));
}

const copies = () => readdirSync(folder).filter((name) => name.endsWith('.bak'));

describe('a database of an older schema', () => {
  it('stands in the fixtures for every schema there is', () => {
    const names = versions.flatMap((version) => [`schema-${version}.json`, `schema-${version}.sql`]);
    expect(
      readdirSync(fixtures)
        .filter((name) => name.startsWith('schema-'))
        .sort(),
    ).toEqual(names.sort());
  });

  it.each(versions)('schema %i: the fixture has the tables that the first migrations make', (version) => {
    makeFixture(version);
    const made = new Libsql(':memory:');
    migrate(made, migrations.slice(0, version));
    const fixture = new Libsql(file);
    const tables = (database: Database) =>
      (database.prepare('SELECT type, name, sql FROM sqlite_master ORDER BY name').all() as object[]).map(
        (row) => ({ ...row, _metadata: null }),
      );
    expect(tables(fixture)).toEqual(tables(made));
    fixture.close();
    made.close();
  });

  it.each(versions)(
    'schema %i gives the sessions that were stored, and takes new events',
    async (version) => {
      makeFixture(version);
      expect(await sessionsIn(file)).toEqual(expected(version));
      expect(pragmaOf(file, 'user_version')).toBe(schemaVersion);
      const log = openSqliteEventLog({ file, now: Date.now });
      await log.append('0b6c2f4e-zh', 5, [said('on')]);
      await log.close();
      expect(copies()).toHaveLength(version < schemaVersion ? 1 : 0);
    },
  );
});

/** The schemas of a Viva to come. */
const next = [
  ...migrations,
  'ALTER TABLE sessions ADD COLUMN note TEXT; UPDATE sessions SET note = token_hash',
  'CREATE TABLE notes (session_id TEXT PRIMARY KEY, text TEXT) STRICT; INSERT INTO notes SELECT session_id, note FROM sessions',
];

/** Opens the database and upgrades it by these steps. */
function upgradeBy(steps: readonly string[], said: string[] = []): void {
  const lock = DataLock.share(file);
  const database = new Libsql(file);
  try {
    upgrade(database, { file, lock, steps, say: (message) => void said.push(message) });
  } finally {
    database.close();
    lock.release();
  }
}

describe('an upgrade', () => {
  it('copies the file as it was first, names the copy, and keeps every session', async () => {
    makeFixture(schemaVersion);
    const messages: string[] = [];
    upgradeBy(next, messages);
    const [copy = ''] = copies();
    expect(copies()).toEqual([`viva.db.schema-${schemaVersion}.bak`]);
    expect(messages).toEqual([expect.stringContaining(join(folder, copy))]);
    expect(messages[0]).toContain(`from schema ${schemaVersion} to ${next.length}`);
    expect(await sessionsIn(join(folder, copy))).toEqual(expected(schemaVersion));
    const database = new Libsql(file);
    expect(database.prepare('SELECT count(*) AS n FROM notes').get()).toMatchObject({ n: 3 });
    database.close();
    expect(pragmaOf(file, 'user_version')).toBe(next.length);
    // What is current needs no copy.
    upgradeBy(next);
    expect(copies()).toHaveLength(1);
  });

  it('goes through every version on the way', () => {
    for (let from = 1; from < next.length; from += 1) {
      const database = new Libsql(':memory:');
      migrate(database, next.slice(0, from));
      database.exec("INSERT INTO sessions (session_id, token_hash, created_at) VALUES ('s', 'h', 1)");
      database.exec("INSERT INTO events VALUES ('s', 1, 1, 'session.created', NULL, '{}')");
      migrate(database, next);
      expect(database.prepare('SELECT count(*) AS n FROM events').get()).toMatchObject({ n: 1 });
      expect(database.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: next.length });
      database.close();
    }
  });

  it('that fails half way leaves the file as it was, byte for byte, and no copy', async () => {
    makeFixture(schemaVersion);
    const before = readFileSync(file);
    const broken = [...next, 'DELETE FROM events; INSERT INTO nowhere VALUES (1)'];
    let thrown: unknown;
    try {
      upgradeBy(broken);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      code: 'storage-failed',
      message: expect.stringMatching(
        /could not be upgraded.*no such table: nowhere.*it is as it was/,
      ) as string,
    });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(copies()).toEqual([]);
    expect(await sessionsIn(file)).toEqual(expected(schemaVersion));
  });

  it('waits until no other process uses the file', async () => {
    makeFixture(schemaVersion);
    const server = DataLock.share(file);
    expect(() => upgradeBy(next)).toThrow(VivaError);
    expect(pragmaOf(file, 'user_version')).toBe(schemaVersion);
    expect(copies()).toEqual([]);
    server.release();
    upgradeBy(next);
    expect(pragmaOf(file, 'user_version')).toBe(next.length);
  });

  it('of a copy that finds its name taken takes another', () => {
    makeFixture(schemaVersion);
    upgradeBy(next.slice(0, -1));
    rmSync(file);
    makeFixture(schemaVersion);
    upgradeBy(next);
    expect(copies().sort()).toEqual([
      `viva.db.schema-${schemaVersion}.2.bak`,
      `viva.db.schema-${schemaVersion}.bak`,
    ]);
    expect(existsSync(file)).toBe(true);
  });

  it('is refused to a Viva that is older than the file, which is not touched', async () => {
    makeFixture(schemaVersion);
    upgradeBy(next);
    const before = readFileSync(file);
    expect(() => openSqliteEventLog({ file, now: Date.now })).toThrow(
      expect.objectContaining({ code: 'storage-newer' }),
    );
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});
