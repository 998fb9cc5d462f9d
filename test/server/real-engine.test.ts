/** The server with the real engine and a database file: what a candidate sees over a restart. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import type { Grader } from '../../src/grading/grader.ts';
import type { Grade } from '../../src/protocol.ts';
import type { EventLog } from '../../src/sessions/event-log.ts';
import { openSqliteEventLog } from '../../src/sessions/sqlite-event-log.ts';
import { material } from '../coach/fixtures.ts';
import { ScriptedAnswerer, ScriptedClassifier, ScriptedGrader, ScriptedRetriever } from '../engine/fakes.ts';
import { startServer, type TestServer } from './harness.ts';

let folder: string;
const running: TestServer[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viva-real-'));
});
afterEach(async () => {
  for (const test of running.splice(0)) await test.stop();
  rmSync(folder, { recursive: true, force: true });
});

const zero: Grade = {
  state: 'graded',
  total: 0,
  verdicts: [],
  misconceptions: [],
  judge: 'scripted',
};
let sessions = 0;

/** A server as it is after a start, on the database that all starts of a test share. */
async function start(grader: Grader, stopTimeoutMs = 50): Promise<TestServer & { fileLog: EventLog }> {
  const fileLog = openSqliteEventLog({ file: join(folder, 'viva.db'), now: Date.now });
  const classifier = new ScriptedClassifier();
  classifier.set('B is zero', 'reply');
  classifier.set('what is LoRA?', 'question');
  const answerer = new ScriptedAnswerer();
  answerer.next(({ signal, onDelta }) => {
    onDelta?.('LoRA is ');
    return new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
    });
  });
  const engine = createEngine({
    log: fileLog,
    grader,
    answerer,
    retriever: new ScriptedRetriever(),
    classifier,
    entries: () => material,
    newId: () => `session-${(sessions += 1)}`,
    seedOf: () => 7,
  });
  const test = await startServer({ engine, log: fileLog, limits: { stopTimeoutMs } });
  running.push(test);
  return { ...test, fileLog };
}

describe('with the real engine', () => {
  it('a reply whose grading a restart interrupted is graded when the session is resumed', async () => {
    const stuck = new ScriptedGrader();
    stuck.next(
      async ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
        }),
    );
    const first = await start(stuck);
    const client = await first.connect();
    const session = await client.create({ plan: { questions: 1 } });
    const id = client.send({ type: 'message.send', sessionId: session.sessionId, text: 'B is zero' });
    const { seq } = await client.next('ack');
    await first.server.close();
    expect(client.frames.some((frame) => frame.type === 'event' && frame.event.type === 'reply.graded')).toBe(
      false,
    );

    const willing = new ScriptedGrader();
    willing.next(() => zero);
    const second = await start(willing);
    const again = await second.connect();
    expect(await again.resume(session, seq)).toMatchObject({ lastSeq: seq });
    const graded = await again.until(
      (frame) => frame.type === 'event' && frame.event.type === 'reply.graded',
    );
    expect(graded).toMatchObject({ event: { seq: seq + 1, replySeq: seq } });
    // It saw no turn begin, and is told that one goes on, and when it is over.
    expect(await again.next('turn.start')).toMatchObject({ id });
    expect(await again.next('turn.end')).toMatchObject({ id, phase: 'finished' });
    // The client that never saw the end of its turn sends once more, and nothing is doubled.
    again.send({ type: 'message.send', sessionId: session.sessionId, text: 'B is zero', id });
    expect(await again.next('ack')).toMatchObject({ seq, replayed: true });
    const stored = await second.fileLog.read(session.sessionId);
    expect(stored.filter((event) => event.type === 'message.received')).toHaveLength(1);
    expect(stored.filter((event) => event.type === 'reply.graded')).toHaveLength(1);
  });

  it('grading goes on when the candidate leaves, and is there when they come back', async () => {
    let release = () => {};
    const slow = new ScriptedGrader();
    slow.next(
      async ({ signal }) =>
        new Promise((resolve, reject) => {
          release = () => resolve(zero);
          signal?.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
        }),
    );
    const test = await start(slow);
    const client = await test.connect();
    const session = await client.create({ plan: { questions: 1 } });
    client.send({ type: 'message.send', sessionId: session.sessionId, text: 'B is zero' });
    const { seq } = await client.next('ack');
    client.socket.close();
    await client.closeCode();
    await new Promise((resolve) => setTimeout(resolve, 30));
    release();
    const again = await test.connect();
    await again.resume(session, seq);
    const graded = await again.until(
      (frame) => frame.type === 'event' && frame.event.type === 'reply.graded',
    );
    expect(graded).toMatchObject({ event: { replySeq: seq } });
    expect(slow.calls).toHaveLength(1);
  });

  it('turn.cancel ends an answer that is being written, and the turn with it', async () => {
    const test = await start(new ScriptedGrader());
    const client = await test.connect();
    const { sessionId } = await client.create({ plan: { questions: 1 } });
    const id = client.send({ type: 'message.send', sessionId, text: 'what is LoRA?' });
    await client.next('answer.delta');
    client.send({ type: 'turn.cancel', sessionId });
    await client.until((frame) => frame.type === 'turn.end' && frame.id === id);
    expect(client.frames.map((frame) => frame.type)).not.toContain('error');
    expect(client.frames.some((frame) => frame.type === 'answer.end')).toBe(true);
  });
});
