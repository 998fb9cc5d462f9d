import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { citedSentences } from '../../src/answering/citations.ts';
import { LocalAnswerer } from '../../src/answering/local-answerer.ts';
import { ModelAnswerer } from '../../src/answering/model-answerer.ts';
import { OpenAiChatModel } from '../../src/llm/openai-chat-model.ts';
import { answerSchema, type Lang } from '../../src/protocol.ts';
import {
  drops,
  fails,
  hangs,
  says,
  startScriptedChatServer,
  type ScriptedChatServer,
} from '../llm/scripted-chat-server.ts';
import { openSmallHouse, type SmallHouse } from './small-house.ts';

let house: SmallHouse;
let local: LocalAnswerer;
let server: ScriptedChatServer;
let fallbacks: unknown[];
let dropped: number[];
let deltas: string;

beforeAll(async () => {
  house = await openSmallHouse();
  const { retriever, embeddings, tokenizer } = house.retrieval;
  local = new LocalAnswerer({
    retriever,
    embeddings,
    material: () => house.material,
    terms: (text) => tokenizer.terms(text),
  });
}, 180_000);
afterAll(() => house.close());
beforeEach(async () => {
  server = await startScriptedChatServer();
  [fallbacks, dropped, deltas] = [[], [], ''];
});
afterEach(() => server.close());

async function ask(question: string, lang: Lang = 'zh', signal?: AbortSignal) {
  const answerer = new ModelAnswerer({
    model: new OpenAiChatModel({
      url: server.url,
      model: 'scripted',
      apiKey: 'k',
      structured: 'json-mode',
      timeoutMs: 1_000,
    }),
    local,
    embeddings: house.retrieval.embeddings,
    onFallback: (why) => fallbacks.push(why),
    onDropped: (count) => dropped.push(count),
  });
  const answer = await answerer.answer({
    question,
    lang,
    onDelta: (text) => {
      deltas += text;
    },
    ...(signal ? { signal } : {}),
  });
  return answerSchema.parse(answer);
}

const question = 'LoRA 的 B 矩阵为什么初始化成 0';
/** The number of the passage that holds `text` in the prompt of the first request, once it is known. */
const numberOf = (text: string, prompt: string) => {
  const before = prompt.slice(0, prompt.indexOf(text));
  return Number([...before.matchAll(/^\[(\d+)\]/gmu)].at(-1)?.[1]);
};
/** Answers with `write(prompt)`. */
const writes =
  (write: (prompt: string) => string) =>
  (response: Parameters<ReturnType<typeof says>>[0], request: Parameters<ReturnType<typeof says>>[1]) =>
    says(write(request.body.messages[1]!.content))(response, request);

describe('an answer by a chat model', () => {
  it('is streamed, and keeps the sentences that their passages support, with the place that supports them', async () => {
    server.plays(
      writes((prompt) => {
        const start = numberOf('$BA=0$', prompt);
        return `刚开始时 BA=0，带 LoRA 的模型与预训练模型输出相同[${start}]。巴黎是法国的首都[${start}]。没有引用的一句话。`;
      }),
    );
    const answer = await ask(question);
    if (answer.kind !== 'answered') throw new Error(answer.text);
    expect(answer.author).toBe('scripted');
    expect(answer.sentences.map(({ text }) => text)).toEqual([
      '刚开始时 BA=0，带 LoRA 的模型与预训练模型输出相同。',
    ]);
    const { entryId, referenceSpan } = answer.sentences[0]!.citations[0]!;
    expect(entryId).toBe('llm/language/05');
    expect(house.material.get(entryId)!.answer.zh.slice(referenceSpan.start, referenceSpan.end)).toBe(
      referenceSpan.text,
    );
    expect(referenceSpan.text).toContain('$BA=0$');
    expect(dropped).toEqual([2]);
    expect(deltas).toContain('巴黎是法国的首都');
  });

  it('loses a sentence with a number that its passage does not hold', async () => {
    server.plays(
      writes((prompt) => {
        const number = numberOf('$BA=0$', prompt);
        return `第 0 步 BA=0，输出与预训练模型相同 [${number}]. 第 0 步 BA=0，输出与预训练模型相同，loss 是 3.7 [${number}].`;
      }),
    );
    const answer = await ask(question);
    if (answer.kind !== 'answered') throw new Error(answer.text);
    expect(answer.sentences).toHaveLength(1);
  });

  it('that cites the wrong passage gets the place that says it', async () => {
    server.plays(
      writes((prompt) => {
        const wrong = numberOf('$BA=0$', prompt) + 1;
        return `第 0 步 BA=0，带 LoRA 的模型与预训练模型的输出相同，训练从预训练的解出发[${wrong}]。`;
      }),
    );
    const answer = await ask(question);
    if (answer.kind !== 'answered') throw new Error(answer.text);
    expect(answer.author).toBe('scripted');
    expect(answer.sentences[0]!.citations.map(({ referenceSpan }) => referenceSpan.text)).toEqual([
      expect.stringContaining('$BA=0$'),
    ]);
  });

  it.each([
    ['cites nothing', () => '因为作者喜欢零。'],
    ['cites passages that do not exist', () => 'BA 一开始等于零 [99]。'],
    ['is about something else', () => '巴黎是法国的首都[1]。'],
  ])('that %s is replaced by the local one', async (_name, text) => {
    server.plays(says(text()));
    const answer = await ask(question);
    expect(answer).toMatchObject({ kind: 'answered', author: 'local' });
    expect(fallbacks).toHaveLength(1);
  });

  it.each([
    ['fails', () => fails(401)],
    ['breaks off', () => drops('因为')],
    ['is too slow', () => hangs],
  ])('that %s is replaced by the local one', async (_name, step) => {
    server.plays(step());
    expect(await ask(question)).toMatchObject({ kind: 'answered', author: 'local' });
    expect(fallbacks).toHaveLength(1);
  });

  it('is not sought for a question that the material does not cover', async () => {
    expect((await ask('红烧肉怎么做')).kind).toBe('refused');
    expect(server.requests).toHaveLength(0);
  });

  it('of "the passages do not say" is believed when the question was a near thing, and never shown', async () => {
    server.plays(says('NO_ANSWER'), says('NO_ANSWER'));
    expect(await ask('LoRA 的作者后来去了哪家公司')).toMatchObject({ kind: 'refused' });
    expect(await ask(question)).toMatchObject({ kind: 'answered', author: 'local' });
    expect(deltas).toBe('');
  });

  it('ends at once for an asker who gave up', async () => {
    server.plays(hangs);
    const controller = new AbortController();
    const pending = ask(question, 'zh', controller.signal);
    setTimeout(() => controller.abort(), 200);
    await expect(pending).rejects.toMatchObject({ code: 'aborted' });
    await server.requests[0]?.hungUp;
  });

  it('gets the question as data, between lines with a code', async () => {
    server.plays(says('NO_ANSWER'));
    await ask(question);
    const [system, user] = server.requests[0]!.body.messages;
    expect(system!.content).not.toContain(question);
    expect(user!.content).toMatch(
      new RegExp(`<<question ([0-9a-f]{16})>>\\n${question}\\n<<end of question \\1>>\\n`),
    );
  });
});

describe('cited sentences', () => {
  it.each<[string, [string, number[]][]]>([
    [
      '一句[1]。第二句[2][3]。',
      [
        ['一句。', [1]],
        ['第二句。', [2, 3]],
      ],
    ],
    [
      '一句。[1] 第二句。[2]',
      [
        ['一句。', [1]],
        ['第二句。', [2]],
      ],
    ],
    [
      'It is 0.5 [1]. Then e.g. this [2, 3].',
      [
        ['It is 0.5.', [1]],
        ['Then e.g. this.', [2, 3]],
      ],
    ],
    [
      '- First [1]\n- Second 【2】',
      [
        ['First', [1]],
        ['Second', [2]],
      ],
    ],
    ['No marker.', [['No marker.', []]]],
    ['', []],
  ])('are cut from %j', (text, expected) => {
    expect(citedSentences(text).map((sentence) => [sentence.text, sentence.cited])).toEqual(expected);
  });
});
