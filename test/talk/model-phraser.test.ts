import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/config.ts';
import type { Entry } from '../../src/corpus/entry.ts';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';
import { BundledEmbeddings } from '../../src/embedding/bundled.ts';
import { VectorCache } from '../../src/embedding/cache.ts';
import { CachingEmbeddings } from '../../src/embedding/caching-embeddings.ts';
import { RecentEmbeddings } from '../../src/embedding/recent-embeddings.ts';
import { createLeakCheck } from '../../src/grading/create-local-grader.ts';
import { OpenAiChatModel } from '../../src/llm/openai-chat-model.ts';
import { ModelPhraser } from '../../src/talk/model-phraser.ts';
import { TalkCounts } from '../../src/talk/outcomes.ts';
import type { PhraseRequest } from '../../src/talk/phraser.ts';
import { TalkCheck } from '../../src/talk/talk-check.ts';
import { behaves, faulty, type BehaviourName } from '../llm/chat-behaviours.ts';
import {
  hangs,
  says,
  startScriptedChatServer,
  type ScriptedChatServer,
} from '../llm/scripted-chat-server.ts';

let embeddings: RecentEmbeddings;
let lora: Entry;
let server: ScriptedChatServer;
let counts: TalkCounts;

beforeAll(async () => {
  const model = await BundledEmbeddings.load({ dir: join(packageRoot, 'models/embedding'), threads: 2 });
  const cache = await VectorCache.open(join(packageRoot, 'index/embeddings.bin'), model);
  embeddings = new RecentEmbeddings(new CachingEmbeddings(model, { cache }));
  const { entries } = await loadCorpus(join(packageRoot, 'corpus'));
  lora = entries.find(({ id }) => id === 'llm/language/05')!;
}, 120_000);
afterAll(() => embeddings.close());
beforeEach(async () => {
  server = await startScriptedChatServer();
  counts = new TalkCounts();
});
afterEach(() => server.close());

function phraser(patienceMs = 4_000): ModelPhraser {
  const model = new OpenAiChatModel({
    url: server.url,
    model: 'scripted',
    apiKey: 'k',
    structured: 'json-mode',
    timeoutMs: 10_000,
  });
  return new ModelPhraser({
    model,
    check: new TalkCheck({ leaks: createLeakCheck(embeddings), embeddings }),
    onOutcome: counts.count,
    patienceMs,
  });
}

const asked = (change: Partial<PhraseRequest> = {}): PhraseRequest => ({
  kind: 'hint',
  entry: lora,
  lang: 'zh',
  question: lora.question.zh,
  main: null,
  message: '给个提示',
  said: ['我只记得有两个小矩阵'],
  level: 1,
  unmet: lora.keyPoints.map(({ id }) => id),
  ...change,
});

describe('a hint of a model', () => {
  test('is said when it gives nothing away, with the name of who worded it', async () => {
    server.plays(says('提示：你已经想到两个小矩阵了。训练第一步之前，它们的乘积应当起什么作用？'));
    expect(await phraser().phrase(asked())).toEqual({
      text: '你已经想到两个小矩阵了。训练第一步之前，它们的乘积应当起什么作用？',
      by: 'scripted hint-v1',
    });
    expect(counts.list()).toEqual([{ deed: 'hint', outcome: 'used', count: 1 }]);
  });

  test("is asked for without the reference, and with the candidate's words as data", async () => {
    server.plays(says('想一想第一步训练之前模型的输出。'));
    await phraser().phrase(asked());
    const [{ body }] = server.requests as [ScriptedChatServer['requests'][number]];
    const [system, user] = body.messages.map(({ content }) => content) as [string, string];
    for (const point of lora.keyPoints) expect(system + user).not.toContain(point.zh);
    expect(user).toMatch(/<<candidate ([0-9a-f]{16})>>\n我只记得有两个小矩阵\n<<end of candidate \1>>/);
    expect(system).not.toContain('我只记得');
    expect(user).toContain(lora.hints[0]!.zh);
  });

  test.each([
    ['leak', 'A 随机初始化、B 置零，这样训练刚开始时模型和预训练模型完全一样，你觉得呢？'],
    ['language', 'Think of what the product of both is at the very beginning.'],
    ['echo', 'LoRA 的两个矩阵分别怎么初始化？为什么要这样初始化？'],
    ['off-topic', '今天天气不错，要不要先出去走走、喝一杯咖啡再回来？'],
    ['link', '可以先读一下 https://example.com/lora 再回答。'],
    ['verdict', '你的回答已经可以得 10 分了，不用再想。'],
  ] as const)('is not said when there is an objection: %s', async (reason, text) => {
    server.plays(says(text));
    expect(await phraser().phrase(asked())).toBeNull();
    expect(counts.list()).toEqual([{ deed: 'hint', outcome: reason, count: 1 }]);
  });

  test('is not waited for longer than a candidate has patience', async () => {
    server.plays(hangs);
    const begun = performance.now();
    expect(await phraser(150).phrase(asked())).toBeNull();
    expect(performance.now() - begun).toBeLessThan(3_000);
    await server.requests[0]!.hungUp;
    expect(counts.list()).toEqual([{ deed: 'hint', outcome: 'late', count: 1 }]);
  });

  test('stops with the turn', async () => {
    server.plays(hangs);
    const controller = new AbortController();
    const pending = phraser().phrase(asked({ signal: controller.signal }));
    const given = expect(pending).rejects.toMatchObject({ code: 'aborted' });
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort();
    await given;
    expect(counts.list()).toEqual([]);
  });

  // Answers in which every behaviour of a faulty server ends are all the same to the candidate: the coach's own words.
  test.each(Object.keys(faulty))('is done without when the model gives %s', async (name) => {
    server.otherwise(behaves(name as BehaviourName));
    expect(await phraser(1_200).phrase(asked())).toBeNull();
    expect(counts.list()).toHaveLength(1);
    expect(counts.list()[0]!.outcome).not.toBe('used');
  });
});

describe('a clarification of a model', () => {
  test('says what is asked', async () => {
    server.plays(
      says(
        'The question is about the two small matrices that LoRA adds, each by itself, and about the reason.',
      ),
    );
    const phrased = await phraser().phrase(
      asked({
        kind: 'clarify',
        lang: 'en',
        question: lora.question.en,
        message: 'which matrices do you mean?',
      }),
    );
    expect(phrased).toMatchObject({ by: 'scripted clarify-v1' });
  });

  test('is not said when it answers', async () => {
    server.plays(
      says(
        'I mean A, which is drawn from a Gaussian, and B, which is all zeros so that training starts at the pretrained model.',
      ),
    );
    const request = asked({
      kind: 'clarify',
      lang: 'en',
      question: lora.question.en,
      message: 'which matrices?',
    });
    expect(await phraser().phrase(request)).toBeNull();
    expect(counts.list()[0]).toMatchObject({ deed: 'clarify', outcome: 'leak' });
  });
});
