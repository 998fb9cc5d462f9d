/** What is removed is gone from the disk, not only from the answers. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Libsql from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventLog } from '../../src/sessions/event-log.ts';
import { openSqliteEventLog } from '../../src/sessions/sqlite-event-log.ts';
import { created, received, said } from './events.ts';

const day = 86_400_000;
let folder: string;
let file: string;
let time: number;
let log: EventLog;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viva-erase-'));
  file = join(folder, 'viva.db');
  time = 1_700_000_000_000;
  log = openSqliteEventLog({ file, now: () => time });
});
afterEach(async () => {
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

/** How often a word stands in the bytes of the data folder. */
function onDisk(word: string): number {
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1').split(word).length - 1)
    .reduce((sum, n) => sum + n, 0);
}

/** Sessions that grow by turns, so that their rows and overflow pages lie among each other's. */
async function fill(ids: readonly string[], rounds: number): Promise<void> {
  for (const id of ids) await log.create(id, `hash-${id}`, [created]);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, id] of ids.entries()) {
      const text = `word-of-${id} `.repeat(1 + ((round * 37 + index * 11) % 700));
      await log.append(id, 1 + round * 2, [received(`client-${id}-${round}`, text), said(`reply to ${id}`)]);
    }
  }
}

describe('a removed session', () => {
  it('leaves none of its words, ids or hashes in any file, and the others whole', async () => {
    const ids = ['anna', 'bert', 'cleo', 'dora'];
    await fill(ids, 40);
    const kept = await log.read('bert');
    for (const word of ['word-of-anna', 'client-anna', 'hash-anna']) expect(onDisk(word)).toBeGreaterThan(0);
    await log.remove('anna');
    await log.remove('cleo');
    for (const id of ['anna', 'cleo'])
      for (const word of [`word-of-${id}`, `client-${id}`, `hash-${id}`, `reply to ${id}`])
        expect([word, onDisk(word)]).toEqual([word, 0]);
    expect(await log.read('bert')).toEqual(kept);
    expect(onDisk('word-of-dora')).toBeGreaterThan(0);
  });

  it('is erased with the next write when a reader held the write-ahead log', async () => {
    await fill(['anna', 'bert'], 5);
    const reader = new Libsql(file);
    reader.exec('BEGIN; SELECT count(*) FROM events');
    await log.remove('anna');
    await expect(log.read('anna')).rejects.toMatchObject({ code: 'session-not-found' });
    expect(onDisk('word-of-anna')).toBeGreaterThan(0);
    reader.exec('COMMIT');
    reader.close();
    await log.append('bert', 11, [said('next')]);
    expect(onDisk('word-of-anna')).toBe(0);
  });

  it('cannot be written to by a turn that was under way', async () => {
    await fill(['anna'], 1);
    await log.remove('anna');
    await expect(log.append('anna', 3, [said('word-of-anna late')])).rejects.toMatchObject({
      code: 'session-not-found',
    });
    expect(onDisk('word-of-anna')).toBe(0);
  });
});

describe('sessions that nobody touches any more', () => {
  it('are those whose last event is older, whenever they began', async () => {
    await log.create('old', 'h', [created]);
    await log.create('resumed', 'h', [created]);
    time += 20 * day;
    await log.append('resumed', 1, [said('again')]);
    await log.create('young', 'h', [created]);
    time += 15 * day;
    expect(await log.removeUntouched(time - 30 * day, 100)).toEqual(['old']);
    expect((await log.list(10)).map((one) => one.sessionId).sort()).toEqual(['resumed', 'young']);
    expect(await log.removeUntouched(time - 30 * day, 100)).toEqual([]);
  });

  it('go in batches', async () => {
    for (let n = 0; n < 7; n += 1) await log.create(`s${n}`, 'h', [created]);
    time += day;
    expect(await log.removeUntouched(time, 5)).toHaveLength(5);
    expect(await log.removeUntouched(time, 5)).toHaveLength(2);
    expect(await log.list(10)).toEqual([]);
  });
});
