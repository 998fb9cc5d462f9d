import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AskedIntentClassifier } from '../../src/coach/asked-intent.ts';
import type { Classification } from '../../src/coach/intent.ts';
import { inDoubt } from '../../src/coach/unsure.ts';
import { OpenAiChatModel } from '../../src/llm/openai-chat-model.ts';
import type { Intent } from '../../src/protocol.ts';
import { TalkCounts } from '../../src/talk/outcomes.ts';
import { behaves, faulty, type BehaviourName } from '../llm/chat-behaviours.ts';
import {
  hangs,
  says,
  startScriptedChatServer,
  type ScriptedChatServer,
} from '../llm/scripted-chat-server.ts';

let server: ScriptedChatServer;
let counts: TalkCounts;
beforeEach(async () => {
  server = await startScriptedChatServer();
  counts = new TalkCounts();
});
afterEach(() => server.close());

function classifier(found: Classification, patienceMs = 2_000): AskedIntentClassifier {
  const model = new OpenAiChatModel({
    url: server.url,
    model: 'scripted',
    apiKey: 'k',
    structured: 'json-mode',
    timeoutMs: 10_000,
  });
  const local = { classify: async () => found };
  return new AskedIntentClassifier({ local, model, onOutcome: counts.count, patienceMs });
}

const unsure: Classification = { intent: 'reply', confidence: 0.55, runnerUp: 'question' };
const request = {
  message: '为什么起步时输出不变？因为 B 是零',
  phase: 'question',
  lang: 'zh',
  openQuestion: '两个矩阵怎么初始化？',
} as const;
const outcome = () => counts.list().map((one) => `${one.deed} ${one.outcome}`);

describe('a message that may be a reply or a question', () => {
  test('is what the model says it is', async () => {
    server.plays(says('{"kind":"question"}'));
    const found = await classifier(unsure).classify(request);
    expect(found).toEqual({ intent: 'question', confidence: 0.9, runnerUp: null });
    expect(inDoubt({ ...found, text: request.message })).toBeNull();
    expect(outcome()).toEqual(['intent used']);
  });

  test('goes to the model as data, with the open question and the kinds in doubt alone', async () => {
    server.plays(says('{"kind":"reply"}'));
    await classifier(unsure).classify(request);
    const [system, user] = server.requests[0]!.body.messages.map(({ content }) => content) as [
      string,
      string,
    ];
    expect(user).toMatch(
      /<<message ([0-9a-f]{16})>>\n为什么起步时输出不变？因为 B 是零\n<<end of message \1>>/,
    );
    expect(user).toContain('两个矩阵怎么初始化？');
    expect(system).toContain('- "question"');
    expect(system).not.toContain('- "chatter"');
    expect(system).not.toContain('起步时');
  });

  test('stays in doubt when the model is unsure too', async () => {
    server.plays(says('{"kind":"unsure"}'));
    expect(await classifier(unsure).classify(request)).toEqual(unsure);
    expect(outcome()).toEqual(['intent none']);
  });

  test('is none of the kinds that it cannot be, whatever the model says', async () => {
    server.plays(says('{"kind":"end"}'), says('{"kind":"chatter"}'));
    expect(await classifier(unsure).classify(request)).toEqual(unsure);
    expect(outcome()).toEqual(['intent unfit']);
  });

  test('is not kept waiting by a model that is silent', async () => {
    server.plays(hangs);
    const begun = performance.now();
    expect(await classifier(unsure, 150).classify(request)).toEqual(unsure);
    expect(performance.now() - begun).toBeLessThan(1_500);
    expect(outcome()).toEqual(['intent late']);
  });

  test.each(Object.keys(faulty))('is read locally when the model gives %s', async (name) => {
    server.otherwise(behaves(name as BehaviourName));
    expect(await classifier(unsure, 800).classify(request)).toEqual(unsure);
    expect(outcome()).toHaveLength(1);
  });

  test('is given up with its caller', async () => {
    server.plays(hangs);
    const controller = new AbortController();
    const pending = classifier(unsure).classify({ ...request, signal: controller.signal });
    const given = expect(pending).rejects.toMatchObject({ code: 'aborted' });
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort();
    await given;
  });
});

describe('the model is not asked', () => {
  test.each([
    ['when the recogniser is sure', { intent: 'reply', confidence: 0.9, runnerUp: 'question' }, {}],
    ['when a rule decided', { intent: 'hint', confidence: 1, runnerUp: null }, {}],
    ['when no question is open', unsure, { openQuestion: null }],
    [
      'between readings that the coach would not ask about',
      { intent: 'skip' as Intent, confidence: 0.5, runnerUp: 'end' as Intent },
      {},
    ],
  ] as const)('%s', async (_name, found, change) => {
    expect(await classifier(found).classify({ ...request, ...change })).toEqual(found);
    expect(server.requests).toHaveLength(0);
    expect(counts.list()).toEqual([]);
  });

  test('but it is of a word or two that may be small talk', async () => {
    server.plays(says('{"kind":"reply"}'));
    const found = { intent: 'chatter', confidence: 0.6, runnerUp: 'reply' } as const;
    const { intent } = await classifier(found).classify({ ...request, message: '变快' });
    expect(intent).toBe('reply');
  });
});
