/** `viva regrade`: what a killed server left provisional, as the event log has it. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NewEvent, SessionEvent } from '../../src/protocol.ts';
import { openSqliteEventLog } from '../../src/sessions/sqlite-event-log.ts';
import { entryText } from '../corpus/entry-text.ts';
import { Bank } from '../ingest/bank.ts';
import { honest, inForm } from '../llm/chat-minds.ts';
import { thinks } from '../llm/chat-steps.ts';
import { fails, startScriptedChatServer, type ScriptedChatServer } from '../llm/scripted-chat-server.ts';
import { viva } from './run-viva.ts';

const reply = 'A 用高斯随机初始化，B 置零。';
const interview: readonly NewEvent[] = [
  { type: 'session.created', lang: 'zh', mode: 'study' },
  { type: 'interview.planned', entryIds: ['vision/03'], request: {} },
  {
    type: 'question.asked',
    entryId: 'vision/03',
    kind: 'main',
    number: 1,
    total: 1,
    text: 'LoRA 怎么初始化？',
  },
  { type: 'message.received', clientId: 'm1', text: reply, intent: 'reply', confidence: 1 },
  {
    type: 'reply.graded',
    entryId: 'vision/03',
    replySeq: 4,
    scope: 'question',
    aided: false,
    grade: {
      state: 'provisional',
      total: 0,
      verdicts: [],
      misconceptions: [],
      judge: 'statements/old',
      awaits: 'scripted',
    },
    feedback: '',
    lang: 'zh',
  },
  { type: 'question.skipped', entryId: 'vision/03', reason: 'skip' },
];

let bank: Bank;
let server: ScriptedChatServer;
let data: string;

async function withLog<T>(work: (log: ReturnType<typeof openSqliteEventLog>) => Promise<T>): Promise<T> {
  const log = openSqliteEventLog({ file: join(data, 'viva.db'), now: Date.now });
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}

async function gradesOf(sessionId: string): Promise<Extract<SessionEvent, { type: 'reply.graded' }>[]> {
  const events = await withLog(async (log) => log.read(sessionId));
  return events.filter((event) => event.type === 'reply.graded');
}

beforeEach(async () => {
  bank = new Bank();
  bank.write('vision/03-text.md', entryText({ id: 'vision/03' }));
  server = await startScriptedChatServer();
  data = join(bank.corpus, '..', 'data');
  vi.stubEnv('VIVA_CORPUS', bank.corpus);
  vi.stubEnv('VIVA_INDEX', bank.index);
  vi.stubEnv('VIVA_DATA', data);
  vi.stubEnv('OPENAI_BASE_URL', server.url);
  vi.stubEnv('VIVA_MODEL', 'scripted');
  await withLog(async (log) => log.create('s', 'hash', interview));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  bank.remove();
  await server.close();
});

describe('viva regrade', () => {
  it('lists what waits without asking anybody, and grades it once', async () => {
    server.otherwise(thinks(inForm(honest)));
    const listed = await viva('regrade', '--dry-run');
    expect(listed).toMatchObject({ status: 0, stdout: 's\n' });
    expect(server.requests).toHaveLength(0);

    const done = await viva('regrade', '--json');
    expect(done.status, done.stderr).toBe(0);
    expect(JSON.parse(done.stdout)).toEqual({ sessions: 1, graded: 1, waiting: 0 });
    const [first, second, ...more] = await gradesOf('s');
    expect(first?.grade.state).toBe('provisional');
    expect(second).toMatchObject({ replySeq: 4, grade: { state: 'graded', prompt: 'grade-v1' } });
    expect(more).toEqual([]);
    expect(server.requests).toHaveLength(1);

    expect((await viva('regrade')).stderr).toContain('0 sessions have replies that wait');
    expect(server.requests).toHaveLength(1);
  });

  it('leaves the reply in the queue, and says so, while the model is away', async () => {
    server.otherwise(fails(401));
    const { status, stdout, stderr } = await viva('regrade');
    expect(status).toBe(3);
    expect(stdout).toContain('s  graded 0, waiting 1');
    expect(stderr).toContain('viva doctor --model');
    expect(await gradesOf('s')).toHaveLength(1);
  });
});
