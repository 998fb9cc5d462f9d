/** A real server whose storage fails and comes back: what candidates see, what is on disk, how it goes on. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Libsql from 'libsql';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/config.ts';
import type { SessionEvent } from '../../src/protocol.ts';
import { openSqliteEventLog } from '../../src/sessions/sqlite-event-log.ts';
import { ended, runViva, serveViva, startViva, type Serving } from '../cli/run-viva.ts';
import { Bank } from '../ingest/bank.ts';
import { created, received } from '../sessions/events.ts';
import { Client } from './harness.ts';

const reply = 'A starts random and B starts at zero.';

let bank: Bank;
let data: string;
let env: Record<string, string>;
let folders = 0;
const serving: Serving[] = [];
const clients: Client[] = [];
beforeAll(async () => {
  bank = new Bank();
  env = { VIVA_CORPUS: bank.corpus, VIVA_INDEX: bank.index, VIVA_LOG_LEVEL: 'error' };
  expect(await runViva(['ingest'], env)).toMatchObject({ status: 0 });
});
beforeEach(() => {
  data = join(bank.folder, `data-${(folders += 1)}`);
  env['VIVA_DATA'] = data;
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.terminate();
  await Promise.all(serving.splice(0).map(async (one) => one.stop('SIGKILL')));
});
afterAll(() => bank.remove());

async function serve(more: Record<string, string> = {}, within?: readonly string[]): Promise<Serving> {
  const one = await serveViva({ ...env, ...more }, within);
  serving.push(one);
  return one;
}

async function connect(one: Serving): Promise<Client> {
  const client = await Client.open(`${one.facts.url.replace('http', 'ws')}/ws`);
  client.patienceMs = 20_000;
  clients.push(client);
  return client;
}

async function readyz(one: Serving): Promise<[number, readonly string[]]> {
  const response = await fetch(`${one.facts.url}/readyz`);
  return [response.status, ((await response.json()) as { reasons: string[] }).reasons];
}

/** The session as it lies on the disk, read from a copy (SQLite finds no file on a disk that only the server sees). */
function stored(file: string, sessionId: string): { type: string; body: string }[] {
  const copy = join(bank.folder, `copy-${(folders += 1)}.db`);
  for (const ending of ['', '-wal']) copyFileSync(`${file}${ending}`, `${copy}${ending}`);
  const database = new Libsql(copy);
  try {
    return database
      .prepare('SELECT type, body FROM events WHERE session_id = ? ORDER BY seq')
      .all(sessionId) as never;
  } finally {
    database.close();
  }
}

const eventsOf = (client: Client, from = 0) =>
  client.frames.slice(from).flatMap((frame) => (frame.type === 'event' ? [frame.event] : []));

const isGraded = (frame: { type: string; event?: SessionEvent }) =>
  frame.type === 'event' && frame.event?.type === 'reply.graded';

/**
 * An interview in which storage fails before a message, and works again after it: refused and not stored, told why,
 * sent again under its id, stored and graded once.
 */
async function refusedAndSentAgain(
  one: Serving,
  file: string,
  trouble: { fail: () => void; mend: () => void; reason: RegExp },
): Promise<void> {
  const client = await connect(one);
  const session = await client.create({ plan: { questions: 2 } });
  await client.say(session.sessionId, 'hint', { intent: 'hint' });
  const before = stored(file, session.sessionId);
  expect((await readyz(one))[0]).toBe(200);

  trouble.fail();
  const from = client.frames.length;
  const id = client.send({
    type: 'message.send',
    sessionId: session.sessionId,
    text: reply,
    intent: 'reply',
  });
  const error = await client.error(id);
  expect(error).toMatchObject({
    code: 'storage-failed',
    retryable: true,
    retryAfterSeconds: expect.any(Number),
  });
  expect(error.message).toMatch(/without an acknowledgement was not stored: send it again/);
  expect(error.message).not.toContain(bank.folder);
  expect(client.frames.slice(from).map((frame) => frame.type)).toEqual(['error']);
  const [status, reasons] = await readyz(one);
  expect([status, reasons]).toEqual([503, [expect.stringMatching(trouble.reason)]]);
  // The page is alive meanwhile, and a new session is refused in the same way.
  expect((await fetch(`${one.facts.url}/healthz`)).status).toBe(200);
  const refused = await connect(one);
  const create = refused.send({ type: 'session.create', lang: 'en', mode: 'study' });
  expect(await refused.error(create)).toMatchObject({ code: 'storage-failed', retryable: true });

  trouble.mend();
  expect(await readyz(one)).toEqual([200, []]);
  expect(stored(file, session.sessionId)).toEqual(before);
  client.send({ type: 'message.send', sessionId: session.sessionId, text: reply, intent: 'reply', id });
  expect(await client.next('ack', from)).toMatchObject({ id, replayed: false });
  await client.until((frame) => frame.type === 'turn.end' && frame.id === id, from);
  const after = stored(file, session.sessionId).map(({ type }) => type);
  expect(after.slice(0, before.length)).toEqual(before.map(({ type }) => type));
  expect(after.slice(before.length).slice(0, 2)).toEqual(['message.received', 'reply.graded']);
  expect(after.filter((type) => type === 'reply.graded')).toHaveLength(1);
  // The one that resumes sees the same as the one that was there.
  const again = await connect(one);
  const { lastSeq } = await again.resume(session);
  await again.until((frame) => frame.type === 'event' && frame.event.seq === lastSeq);
  expect(eventsOf(again)).toEqual(eventsOf(client));
}

const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0;
/** A mount of its own, without privileges where the system allows that. */
const mounts = [
  ['unshare', '-Urm'],
  ['unshare', '-m'],
].find(
  ([command = '', ...args]) =>
    spawnSync(command, [...args, 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs /mnt']).status === 0,
);
if (!hasPrlimit) console.warn('SKIPPED: no prlimit here, a full disk by file size limit is not tried');
if (mounts === undefined)
  console.warn('SKIPPED: no mount of its own here, a really full or read-only disk is not tried');

/** Runs a command in a mount namespace whose data folder is a small disk of its own. */
function onSmallDisk(options: string): readonly string[] {
  mkdirSync(data, { recursive: true });
  return [...mounts!, 'sh', '-c', `mount -t tmpfs -o ${options} tmpfs "${data}" && exec "$0" "$@"`];
}

describe('a full disk', () => {
  it.skipIf(!hasPrlimit)('refuses messages until there is room again: files that may not grow', async () => {
    const one = await serve();
    const limit = (size: string) =>
      expect(spawnSync('prlimit', ['--pid', String(one.child.pid), `--fsize=${size}:unlimited`]).status).toBe(
        0,
      );
    await refusedAndSentAgain(one, join(data, 'viva.db'), {
      fail: () => limit('2048'),
      mend: () => limit('unlimited'),
      reason: /its disk (?:is full|fails)/,
    });
    expect(await one.stop()).toBe(0);
  });

  it.skipIf(mounts === undefined)('refuses messages until there is room again: a disk of 1 MB', async () => {
    const one = await serve({}, onSmallDisk('size=1m'));
    const disk = join('/proc', String(one.child.pid), 'root', data);
    const ballast = join(disk, 'ballast');
    await refusedAndSentAgain(one, join(disk, 'viva.db'), {
      fail() {
        const handle = openSync(ballast, 'w');
        try {
          for (;;) writeSync(handle, Buffer.alloc(4096));
        } catch (error) {
          expect(error).toMatchObject({ code: 'ENOSPC' });
        }
        closeSync(handle);
      },
      mend: () => rmSync(ballast),
      reason: /its disk is full/,
    });
    expect(await one.stop()).toBe(0);
  });
});

describe('a locked database', () => {
  let other: Libsql.Database;
  const lock = () => {
    other = new Libsql(join(data, 'viva.db'));
    other.exec('BEGIN IMMEDIATE');
  };
  const unlock = () => {
    other.exec('ROLLBACK');
    other.close();
  };

  it('is waited for when the lock is short, and holds up nobody else', async () => {
    const one = await serve();
    const client = await connect(one);
    const { sessionId } = await client.create({ plan: { questions: 1 } });
    lock();
    const id = client.send({ type: 'message.send', sessionId, text: 'hint', intent: 'hint' });
    const waits: number[] = [];
    for (const began = performance.now(); performance.now() - began < 1_000;) {
      const asked = performance.now();
      await fetch(`${one.facts.url}/api/entries`);
      waits.push(performance.now() - asked);
    }
    expect(client.frames.some((frame) => frame.type === 'ack')).toBe(false);
    unlock();
    await client.until((frame) => frame.type === 'turn.end' && frame.id === id);
    expect(client.frames.map((frame) => frame.type)).not.toContain('error');
    // A process that waits by itself would have answered once, after the lock was gone.
    expect(waits.length).toBeGreaterThan(3);
  });

  it('refuses messages when the lock is long, until it is released', async () => {
    const one = await serve();
    await refusedAndSentAgain(one, join(data, 'viva.db'), {
      fail: lock,
      mend: unlock,
      reason: /another process holds it/,
    });
  });

  it('is waited for at the start too, when the lock is short', async () => {
    await openSqliteEventLog({ file: join(data, 'viva.db'), now: Date.now }).close();
    lock();
    const starting = serve();
    // Longer than a start takes, shorter than its patience.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(serving).toEqual([]);
    unlock();
    expect(await readyz(await starting)).toEqual([200, []]);
  });

  it('that keeps an answer from being stored has it follow by itself, once', async () => {
    const one = await serve();
    const client = await connect(one);
    const { sessionId } = await client.create({ plan: { questions: 1 } });
    const from = client.frames.length;
    const id = client.send({ type: 'message.send', sessionId, text: reply, intent: 'reply' });
    client.socket.once('message', lock);
    const error = await client.error(id);
    expect(error).toMatchObject({ code: 'storage-failed', retryable: true });
    expect(client.frames.slice(from).map((frame) => frame.type)).toEqual([
      'ack',
      'turn.start',
      'event',
      'turn.end',
      'error',
    ]);
    expect(stored(join(data, 'viva.db'), sessionId).at(-1)!.type).toBe('message.received');
    unlock();
    // Nobody sends anything: the answer comes.
    await client.until(isGraded, from);
    const types = stored(join(data, 'viva.db'), sessionId).map(({ type }) => type);
    expect(types.filter((type) => type === 'message.received')).toHaveLength(1);
    expect(types.filter((type) => type === 'reply.graded')).toHaveLength(1);
    expect(await readyz(one)).toEqual([200, []]);
  });
});

describe('an interview at the terminal', () => {
  it.each([
    ['zh', '没有存下'],
    ['en', 'was not stored'],
  ] as const)('says that a message was not stored, and takes it again (%s)', async (lang, words) => {
    const argv = [
      '--import',
      'tsx',
      join(packageRoot, 'src/cli/main.ts'),
      'interview',
      '--json',
      '--lang',
      lang,
    ];
    const child = spawn(process.execPath, argv, { env: { ...process.env, ...env }, stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()));
    child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()));
    const closed = once(child, 'close');
    try {
      await expect.poll(() => stdout, { timeout: 20_000 }).toContain('question.asked');
      const other = new Libsql(join(data, 'viva.db'));
      other.exec('BEGIN IMMEDIATE');
      child.stdin.write(`${reply}\n`);
      await expect.poll(() => stderr, { timeout: 20_000 }).toContain(words);
      expect(stderr).toContain('locked by another process');
      expect(stdout).not.toContain('message.received');
      other.exec('ROLLBACK');
      other.close();
      child.stdin.write(`${reply}\n`);
      await expect.poll(() => stdout, { timeout: 20_000 }).toContain('reply.graded');
      expect(stdout.split('message.received')).toHaveLength(2);
      child.stdin.end();
      await closed;
      expect(child.exitCode).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe('a database that goes away under the server', () => {
  it('is noticed before anything is acknowledged that would be lost, and taken up when it is back', async () => {
    const one = await serve();
    const file = join(data, 'viva.db');
    await refusedAndSentAgain(one, file, {
      fail: () => renameSync(file, `${file}.away`),
      mend: () => renameSync(`${file}.away`, file),
      reason: /moved or removed/,
    });
  });
});

describe('a start that storage refuses', () => {
  /** One line on stderr, exit status 1, and the file as it was. */
  async function refusal(within?: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await ended(startViva(['serve', '--port', '0'], env, within));
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^viva: .*\n$/);
    return stderr;
  }

  async function fill(): Promise<string> {
    const file = join(data, 'viva.db');
    const log = openSqliteEventLog({ file, now: Date.now });
    for (let n = 0; n < 20; n += 1)
      await log.create(`s${n}`, 'hash', [created, received('m', 'x'.repeat(9_000))]);
    await log.close();
    return file;
  }

  it('because a newer Viva wrote the database', async () => {
    const file = await fill();
    const database = new Libsql(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    const before = readFileSync(file);
    expect(await refusal()).toMatch(/schema 99; .*Update Viva, or set VIVA_DATA/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it.each([
    ['no database', (file: string) => writeFileSync(file, 'once upon a time. '.repeat(500))],
    ['cut short', (file: string) => truncateSync(file, Math.floor(statSync(file).size / 8192) * 4096)],
    [
      'overwritten in the middle',
      (file: string) => {
        const handle = openSync(file, 'r+');
        writeSync(handle, Buffer.alloc(8192, 0x55), 0, 8192, 16_384);
        closeSync(handle);
      },
    ],
  ])('because the file is %s', async (_, spoil) => {
    const file = await fill();
    spoil(file);
    const before = readFileSync(file);
    expect(await refusal()).toMatch(/damaged.*backup/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('because another process holds it, and goes on holding it', async () => {
    const file = await fill();
    const other = new Libsql(file);
    other.exec('BEGIN IMMEDIATE');
    expect(await refusal()).toMatch(/locked by another process/);
    other.exec('ROLLBACK');
    other.close();
  });

  it.skipIf(mounts === undefined)('because the disk is read-only', async () => {
    expect(await refusal(onSmallDisk('ro'))).toMatch(/cannot be (?:opened|written).*VIVA_DATA/);
  });

  it.skipIf(mounts === undefined)('because the disk is full', async () => {
    expect(await refusal(onSmallDisk('size=4k,nr_inodes=3'))).toMatch(
      /(?:No room left|cannot be).*VIVA_DATA/,
    );
  });
});
