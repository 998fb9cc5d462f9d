/** `viva ask` and `viva eval scope` as a user runs them. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSmallHouse, type SmallHouse } from '../answering/small-house.ts';
import { fails, says, startScriptedChatServer } from '../llm/scripted-chat-server.ts';
import { viva } from './run-viva.ts';

let house: SmallHouse;
beforeAll(async () => {
  house = await openSmallHouse();
}, 180_000);
afterAll(() => house.close());
beforeEach(() => {
  for (const [name, value] of Object.entries(house.env)) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('viva ask', () => {
  it('answers in the language of the question and lists where every sentence stands', async () => {
    const { status, stdout } = await viva('ask', 'what happens if both LoRA matrices start at zero');
    expect(status).toBe(0);
    expect(stdout).toMatch(/both gradients vanish.* \[\d\]/);
    expect(stdout).toMatch(/^\[1\] llm\/language\/05, \d+–\d+: How are LoRA/m);
  });

  it('gives the same as one JSON object', async () => {
    const { stdout } = await viva('ask', 'LoRA 的 B 为什么初始化为 0', '--lang', 'en', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      lang: 'en',
      answer: { kind: 'answered', author: 'local', sentences: expect.any(Array) },
    });
  });

  it('refuses with status 0 what the material does not cover', async () => {
    const { status, stdout } = await viva('ask', '红烧肉怎么做才不柴');
    expect(status).toBe(0);
    expect(stdout).toContain('没有这个问题的内容');
  });

  it('wants a question', async () => {
    const { status, stderr } = await viva('ask', '  ');
    expect(status).toBe(2);
    expect(stderr).toContain('The question is empty');
  });

  it('asks the chat model of the settings, and says when it answered locally instead', async () => {
    const server = await startScriptedChatServer(says('第 0 步 BA=0，与预训练模型输出相同[1]。'), fails(401));
    vi.stubEnv('OPENAI_BASE_URL', server.url);
    vi.stubEnv('VIVA_MODEL', 'scripted');
    await viva('ask', 'LoRA 的 B 为什么初始化为 0');
    expect(server.requests).toHaveLength(1);
    const second = await viva('ask', 'LoRA 的 B 为什么初始化为 0');
    expect(second.stderr).toContain('answered locally: Chat model scripted refused the key');
    expect(second.stdout).toContain('llm/language/05');
    await server.close();
  });
});

describe('viva eval scope', () => {
  it('gives both shares with intervals, n and the misses', async () => {
    const file = join(house.config.folders.index, 'cases.jsonl');
    const cases = [
      { lang: 'zh', query: 'LoRA 的 B 为什么初始化为 0', inScope: true, split: 'dev' },
      { lang: 'en', query: 'how long should I boil an egg', split: 'dev' },
      { lang: 'en', query: 'best beaches in Thailand', inScope: true, split: 'dev' },
      { lang: 'en', query: 'left out', split: 'test' },
    ];
    await writeFile(file, cases.map((one) => JSON.stringify(one)).join('\n'));
    const { status, stdout } = await viva('eval', 'scope', file, '--split', 'dev', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      n: 3,
      refusedOutOfScope: { share: 1, n: 1 },
      answeredInScope: { share: 0.5, n: 2 },
      misses: [{ query: 'best beaches in Thailand', expected: 'answer' }],
      errors: [],
    });
    const table = await viva('eval', 'scope', file, '--split', 'dev');
    expect(table.stdout).toMatch(/^refused, not covered\s+1\.000 \[1\.000, 1\.000\]\s+n 1$/m);
    await rm(file);
  });

  it('refuses files without cases, and lines that are none, with their place', async () => {
    const file = join(house.config.folders.index, 'cases.jsonl');
    await writeFile(file, '{"lang":"zh"}\n');
    const { status, stderr } = await viva('eval', 'scope', file);
    expect(status).toBe(2);
    expect(stderr).toContain(`${file}:1: query`);
    await writeFile(file, '{"lang":"zh","query":"x","split":"dev"}\n');
    expect((await viva('eval', 'scope', file, '--split', 'test')).status).toBe(2);
    await rm(file);
  });
});
