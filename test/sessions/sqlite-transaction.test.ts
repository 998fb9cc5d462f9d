import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Libsql from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asOfNow, inTransaction, readNumber } from '../../src/sessions/sqlite-transaction.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viva-transaction-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('reading as of now', () => {
  it('that met a lock leaves nothing half done: what is read and written later is up to date', () => {
    const file = join(folder, 'a.db');
    const other = new Libsql(file, { timeout: 0 });
    other.exec('CREATE TABLE t (n INTEGER)');
    const own = new Libsql(file, { timeout: 0 });
    own.exec('SELECT n FROM t');
    const count = () => readNumber(own, 'SELECT count(*) FROM t');

    other.exec('BEGIN EXCLUSIVE');
    expect(() => asOfNow(own, count)).toThrow('locked');
    expect(own.inTransaction).toBe(false);
    other.exec('ROLLBACK');
    other.exec('PRAGMA journal_mode = WAL');
    expect(asOfNow(own, count)).toBe(0);

    other.exec('INSERT INTO t VALUES (1)');
    inTransaction(own, () => own.exec('INSERT INTO t VALUES (2)'));
    expect(asOfNow(own, count)).toBe(2);
    own.close();
    other.close();
  });
});
