/** A candidate's own data: taken along, removed for good, removed by age; and a clock that is set back. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import type { EventLog } from '../../src/sessions/event-log.ts';
import { openSqliteEventLog } from '../../src/sessions/sqlite-event-log.ts';
import { duePoints, masteryOf } from '../../src/scheduling/mastery.ts';
import { runViva, serveViva } from '../cli/run-viva.ts';
import { gradeOf, material } from '../coach/fixtures.ts';
import { ScriptedAnswerer, ScriptedClassifier, ScriptedGrader, ScriptedRetriever } from '../engine/fakes.ts';
import { Bank } from '../ingest/bank.ts';
import { created, received } from '../sessions/events.ts';
import { startServer, type Client, type TestServer } from './harness.ts';

const day = 86_400_000;
let folder: string;
let time: number;
let log: EventLog;
let grader: ScriptedGrader;
const running: TestServer[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viva-own-'));
  time = 1_764_000_000_000;
  grader = new ScriptedGrader();
  log = openSqliteEventLog({ file: join(folder, 'viva.db'), now: () => time });
});
afterEach(async () => {
  for (const test of running.splice(0)) await test.stop();
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(change: Parameters<typeof startServer>[0] = {}): Promise<TestServer> {
  let sessions = 0;
  const classifier = new ScriptedClassifier();
  classifier.set('the-word-of-anna', 'reply');
  const engine = createEngine({
    log,
    grader,
    answerer: new ScriptedAnswerer(),
    retriever: new ScriptedRetriever(),
    classifier,
    entries: () => material,
    newId: () => `session-${(sessions += 1)}`,
    seedOf: () => 7,
  });
  const test = await startServer({ engine, log, wallClock: () => time, ...change });
  running.push(test);
  return test;
}

const grade = ({ entry, reply }: Parameters<Parameters<ScriptedGrader['next']>[0]>[0]) =>
  gradeOf(entry, reply, Object.fromEntries(entry.keyPoints.map((one) => [one.id, 'covered'])));

/** How often a word stands in the bytes of the data folder. */
function onDisk(word: string): number {
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1').split(word).length - 1)
    .reduce((sum, n) => sum + n, 0);
}

const bearer = ({ token }: { token: string }) => ({ authorization: `Bearer ${token}` });

describe('deletion', () => {
  /** A session whose reply is being graded, and the way to let the grader finish. */
  async function grading(test: TestServer) {
    let release = () => {};
    grader.next(
      async (request) =>
        new Promise((resolve) => {
          release = () => resolve(grade(request));
        }),
    );
    const client = await test.connect();
    const session = await client.create({ plan: { questions: 1 } });
    client.send({ type: 'message.send', sessionId: session.sessionId, text: 'the-word-of-anna' });
    await client.next('ack');
    await client.until((frame) => frame.type === 'turn.start');
    return { client, session, release: () => release() };
  }

  it('while a turn runs: the turn stores nothing any more, and nothing is left on the disk', async () => {
    const test = await start();
    const { session, client, release } = await grading(test);
    const other = await test.connect();
    await other.resume(session);
    expect(onDisk('the-word-of-anna')).toBeGreaterThan(0);
    const path = `/api/sessions/${session.sessionId}`;
    const { status } = await test.fetch(path, { method: 'DELETE', headers: bearer(session) });
    expect(status).toBe(204);
    // A judge that listens stops at once; this one does not.
    expect(grader.calls[0]!.signal!.aborted).toBe(true);
    expect(onDisk('the-word-of-anna')).toBe(0);
    // The grader comes to an end only now; the turn has nowhere to store what it found.
    release();
    await expect.poll(() => grader.calls.length).toBe(1);
    await client.closeCode();
    await other.closeCode();
    await test.server.close();
    expect([onDisk('the-word-of-anna'), onDisk(session.sessionId)]).toEqual([0, 0]);
    log = openSqliteEventLog({ file: join(folder, 'viva.db'), now: () => time });
    expect(await log.list(10)).toEqual([]);
  });

  it('is told to whoever comes back to the session', async () => {
    const test = await start();
    const { session, release } = await grading(test);
    await test.fetch(`/api/sessions/${session.sessionId}`, { method: 'DELETE', headers: bearer(session) });
    release();
    const again = await test.connect();
    const id = again.send({ type: 'session.resume', ...session, after: 0 });
    expect(await again.error(id)).toMatchObject({ code: 'session-not-found', retryable: false });
    for (const part of ['', '/export', '/report']) {
      const gone = await test.fetch(`/api/sessions/${session.sessionId}${part}`, {
        method: part === '' ? 'DELETE' : 'GET',
        headers: bearer(session),
      });
      expect(gone.status).toBe(404);
    }
  });

  it('needs the token of the session', async () => {
    const test = await start();
    const client = await test.connect();
    const session = await client.create({ plan: { questions: 1 } });
    const { status } = await test.fetch(`/api/sessions/${session.sessionId}`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer of-somebody-else' },
    });
    expect(status).toBe(401);
    expect(await log.read(session.sessionId)).not.toEqual([]);
  });
});

describe('VIVA_KEEP_DAYS', () => {
  it('removes what nobody touched for so long, at the start and from then on', async () => {
    const test = await start({ keepDays: 30, limits: { retentionEveryMs: 20 } });
    const client = await test.connect();
    const session = await client.create({ plan: { questions: 1 } });
    time += 29 * day;
    await log.create('younger', 'hash', [created]);
    time += 2 * day;
    await client.closeCode();
    const again = await test.connect();
    const id = again.send({ type: 'session.resume', ...session, after: 0 });
    expect(await again.error(id)).toMatchObject({ code: 'session-not-found' });
    expect((await log.list(10)).map((one) => one.sessionId)).toEqual(['younger']);
    expect(test.logged.join('')).toContain('nobody touched');
  });

  it('of a server as it is started: old sessions go, others stay, none without the setting', async () => {
    const bank = new Bank();
    const data = join(bank.folder, 'data');
    const env = { VIVA_CORPUS: bank.corpus, VIVA_INDEX: bank.index, VIVA_DATA: data };
    try {
      expect(await runViva(['ingest'], env)).toMatchObject({ status: 0 });
      let now = Date.now() - 100 * day;
      const seeded = openSqliteEventLog({ file: join(data, 'viva.db'), now: () => now });
      for (let n = 0; n < 45; n += 1)
        await seeded.create(`old-${n}`, 'hash', [created, received('m', 'the-word-of-anna')]);
      now = Date.now() - 5 * day;
      await seeded.append('old-7', 2, [received('n', 'touched')]);
      await seeded.create('young', 'hash', [created]);
      const ids = async () => (await seeded.list(100)).map((one) => one.sessionId).sort();
      const all = await ids();

      const keeping = await serveViva({ ...env, VIVA_LOG_LEVEL: 'info' });
      expect(await keeping.stop()).toBe(0);
      expect(await ids()).toEqual(all);

      const removing = await serveViva({ ...env, VIVA_LOG_LEVEL: 'info', VIVA_KEEP_DAYS: '30' });
      await expect.poll(ids, { timeout: 10_000 }).toEqual(['old-7', 'young']);
      expect(await removing.stop()).toBe(0);
      await seeded.close();
      const bytes = readFileSync(join(data, 'viva.db'), 'latin1');
      expect(bytes.split('the-word-of-anna')).toHaveLength(2);
    } finally {
      bank.remove();
    }
  });
});

describe('a clock that is set back', () => {
  it('breaks nothing: what candidates see never runs backwards', async () => {
    const test = await start();
    const client: Client = await test.connect();
    const session = await client.create({ plan: { questions: 1 } });
    time -= 400 * day;
    grader.next(grade);
    await client.say(session.sessionId, 'the-word-of-anna');
    const events = await log.read(session.sessionId);
    expect(events.at(-1)!.type).not.toBe('message.received');
    const stamps = events.map((event) => event.at);
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
    expect(new Set(stamps).size).toBe(1);
    // A second session begins by the clock as it now is, and is as good as the first.
    const second = await client.create({ plan: { questions: 1 } });
    expect((await log.read(second.sessionId))[0]!.at).toBe(time);
    const exported = await test.fetch(`/api/sessions/${session.sessionId}/export`, {
      headers: bearer(session),
    });
    expect(exported.status).toBe(200);
    // Points practised "in the future" are neither due nor in the way.
    const due = duePoints(masteryOf([events]).values(), { now: time, limit: 10 });
    expect(due.every((point) => Number.isFinite(point.unaided.level))).toBe(true);
    // By a clock that is behind, nothing is old.
    expect(await log.removeUntouched(time - 30 * day, 10)).toEqual([]);
  });
});
