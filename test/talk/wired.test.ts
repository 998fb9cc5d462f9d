/** The whole backend on a small bank, with a chat model behind HTTP: who words, who looks again, and what is counted. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openBackend, type Backend } from '../../src/cli/open-backend.ts';
import { loadConfig } from '../../src/config.ts';
import { VivaError } from '../../src/errors.ts';
import type { Intent, SessionEvent } from '../../src/protocol.ts';
import type { EventLog } from '../../src/sessions/event-log.ts';
import { openSqliteEventLog } from '../../src/sessions/sqlite-event-log.ts';
import { Bank } from '../ingest/bank.ts';
import { honest, inForm } from '../llm/chat-minds.ts';
import {
  fails,
  says,
  startScriptedChatServer,
  thinks,
  type ScriptedChatServer,
} from '../llm/scripted-chat-server.ts';

let bank: Bank;
let server: ScriptedChatServer;
let log: EventLog;
let backend: Backend;
const failures: [string, unknown][] = [];
let messages = 0;

beforeAll(() => {
  bank = new Bank();
});
afterAll(() => bank.remove());
beforeEach(async () => {
  server = await startScriptedChatServer();
  log = openSqliteEventLog({ file: ':memory:', now: Date.now });
  failures.length = 0;
  const config = loadConfig(
    {
      VIVA_CORPUS: bank.corpus,
      VIVA_INDEX: bank.index,
      VIVA_MODEL: 'first',
      VIVA_MODEL_FALLBACK: 'second',
      VIVA_LLM_STRUCTURED: 'json-mode',
      OPENAI_BASE_URL: server.url,
    },
    '/dev/null',
  );
  const onFailure = (error: unknown, doing: string) => void failures.push([doing, error]);
  backend = await openBackend(config, { log, say: () => undefined, onFailure });
}, 60_000);
afterEach(async () => {
  await backend.close();
  await log.close();
  await server.close();
});

async function open(): Promise<(text: string, intent: Intent) => Promise<SessionEvent[]>> {
  const plan = { entryId: 'llm/language/05' };
  const { sessionId } = await backend.engine.createSession({
    lang: 'zh',
    mode: 'study',
    plan,
    tokenHash: 'h',
  });
  return async (text, intent) => {
    const heard: SessionEvent[] = [];
    const clientId = `m${(messages += 1)}`;
    await backend.engine.handleMessage(
      sessionId,
      { clientId, text, intent },
      { onEvent: (event) => void heard.push(event) },
    );
    await backend.engine.idle(sessionId);
    return heard.filter(({ type }) => type !== 'message.received');
  };
}

describe('with a chat model', () => {
  test('a hint is in its words, and one that gives a point away is the bank’s own', async () => {
    const say = await open();
    server.plays(
      says('先想想训练还没开始的时候，LoRA 的两个矩阵合起来起什么作用？'),
      says('LoRA 的 A 用高斯随机初始化，B 置零，你再想想为什么。'),
    );
    expect(await say('提示', 'hint')).toMatchObject([
      { type: 'hint.given', level: 1, by: 'first hint-v1', text: expect.stringContaining('训练还没开始') },
    ]);
    const [second] = await say('再来一个', 'hint');
    expect(second).toMatchObject({ type: 'hint.given', level: 2, text: '哪个梯度能流动？' });
    expect(second).not.toHaveProperty('by');
    expect(backend.talk()).toEqual([
      { deed: 'hint', outcome: 'used', count: 1 },
      { deed: 'hint', outcome: 'leak', count: 1 },
    ]);
    expect(failures).toEqual([]);
  });

  test('a model that is away costs the candidate nothing, and the operator is told', async () => {
    const say = await open();
    server.plays(fails(401));
    expect(await say('提示', 'hint')).toMatchObject([{ type: 'hint.given', text: '想想第 0 步的输出' }]);
    expect(backend.talk()).toEqual([{ deed: 'hint', outcome: 'failed', count: 1 }]);
    const [[doing, error] = []] = failures;
    expect(doing).toBe('hint');
    expect((error as VivaError).code).toBe('llm-failed');
  });

  test('a dispute goes to the model that did not grade', async () => {
    const say = await open();
    server.otherwise(fails(401));
    await say('两个矩阵都是随机的', 'reply');
    await say('我不同意，第一个要点', 'dispute');
    const asked = server.requests.map(({ body }) => ({
      model: body.model,
      again: body.messages.some(({ content }) => content.includes('with fresh eyes')),
    }));
    expect(asked.filter(({ again }) => again).map(({ model }) => model)).toEqual(['second']);
    expect(asked[0]).toEqual({ model: 'first', again: false });
    expect(backend.talk()).toContainEqual({ deed: 'appeal', outcome: 'failed', count: 1 });
  });

  test('a follow-up is in the words that came with the grade, when it is on the point that is due', async () => {
    const say = await open();
    const asks = (text: string, claim: string) =>
      thinks(
        inForm({
          ...honest,
          last: (value, { points }) => {
            const id = points.find((point) => point.text === claim)?.id ?? '';
            return { ...(value as object), followUp: { id, text } };
          },
        }),
      );
    server.otherwise(asks('你提到“学习率”，那么两个矩阵各从什么值开始？', 'A 随机而 B 为零'));
    const turn = await say('我觉得和学习率有关系', 'reply');
    expect(turn.at(-1)).toMatchObject({
      type: 'question.asked',
      kind: 'follow-up',
      keyPointId: 'a-random',
      text: '你提到“学习率”，那么两个矩阵各从什么值开始？',
      by: 'first grade-v1',
    });
    expect(backend.talk()).toEqual([{ deed: 'follow-up', outcome: 'used', count: 1 }]);

    const again = await open();
    server.otherwise(asks('难道不是因为 A 用高斯随机初始化，而 B 置零吗？', 'A 随机而 B 为零'));
    const local = (await again('我觉得和学习率有关系', 'reply')).at(-1);
    expect(local).toMatchObject({ type: 'question.asked', kind: 'follow-up', keyPointId: 'a-random' });
    expect(local).not.toHaveProperty('by');
    expect(backend.talk()).toContainEqual({ deed: 'follow-up', outcome: 'leak', count: 1 });

    const alone = await open();
    server.otherwise(fails(401));
    const own = (await alone('我觉得和学习率有关系', 'reply')).at(-1);
    expect(own).toMatchObject({ type: 'question.asked', kind: 'follow-up' });
    expect(own).not.toHaveProperty('by');
    expect(backend.talk()).toContainEqual({ deed: 'follow-up', outcome: 'failed', count: 1 });
  });
});
