/** A chat model that is looked after: budgets, breaker, fallback, counts. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ModelUsage } from '../../src/llm/chat-model.ts';
import { chatTool } from '../../src/llm/chat-tool.ts';
import { inModelScope } from '../../src/llm/model-scope.ts';
import { OpenAiChatModel } from '../../src/llm/openai-chat-model.ts';
import { SteadyChatModel, type ModelCall } from '../../src/llm/steady-chat-model.ts';
import { UsageLedger, type UsageLedgerOptions } from '../../src/llm/usage-ledger.ts';
import {
  callsTools,
  drops,
  fails,
  says,
  startScriptedChatServer,
  type ScriptedChatServer,
  type Step,
} from './scripted-chat-server.ts';

let folder: string;
let server: ScriptedChatServer;
let clock: number;
let calls: ModelCall[];
let troubles: unknown[];
let books: UsageLedger[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viva-steady-'));
  server = await startScriptedChatServer();
  clock = Date.parse('2026-11-25T10:00:00Z');
  calls = [];
  troubles = [];
  books = [];
});
afterEach(async () => {
  await server.close();
  // Nobody writes into a folder that goes away.
  for (const book of books) await book.flush();
  await rm(folder, { recursive: true });
});

const file = () => join(folder, 'model-usage.json');

async function ledger(options: Partial<UsageLedgerOptions> = {}): Promise<UsageLedger> {
  const book = await UsageLedger.open({
    file: file(),
    dayTokens: null,
    sessionTokens: null,
    priceIn: null,
    priceOut: null,
    now: () => clock,
    onFailure: (error) => troubles.push(error),
    ...options,
  });
  books.push(book);
  return book;
}

function steady(book: UsageLedger, fallback = false): SteadyChatModel {
  const one = (model: string) =>
    new OpenAiChatModel({
      url: server.url,
      model,
      apiKey: 'none',
      structured: 'json-mode',
      timeoutMs: 2_000,
    });
  return new SteadyChatModel({
    primary: one('first'),
    fallback: fallback ? one('second') : null,
    ledger: book,
    now: () => clock,
    onCall: (call) => void calls.push(call),
    breaker: { failures: 2, firstPauseMs: 10_000 },
  });
}

const word = z.object({ word: z.string() });
const request = { system: 'Say a word.', user: 'Please.', purpose: 'grade' as const };
const usage = { prompt: 100, completion: 20 };
const answers = says('{"word":"a"}', { usage });
const ask = (model: SteadyChatModel, more = {}) => model.complete({ ...request, ...more }, word, 'word');
const outcomes = () => calls.map(({ role, outcome }) => `${role} ${outcome}`);

async function read(model: Pick<SteadyChatModel, 'stream'>): Promise<string> {
  let text = '';
  for await (const piece of model.stream(request)) text += piece;
  return text;
}

describe('what calls took', () => {
  it('is counted by purpose, with its price, and told to the caller', async () => {
    server.otherwise(answers);
    const book = await ledger({ priceIn: 1, priceOut: 10 });
    const told: ModelUsage[] = [];
    await ask(steady(book), { onUsage: (one: ModelUsage) => void told.push(one) });
    await ask(steady(book), { purpose: 'intent' });
    await ask(steady(book), { purpose: 'intent' });
    expect(told).toEqual([
      {
        model: 'first',
        purpose: 'grade',
        inputTokens: 100,
        outputTokens: 20,
        estimated: false,
        cost: 0.0003,
      },
    ]);
    expect(book.list()).toMatchObject([
      { purpose: 'grade', calls: 1, inputTokens: 100, outputTokens: 20, estimatedCalls: 0 },
      { purpose: 'intent', calls: 2, inputTokens: 200, outputTokens: 40 },
    ]);
  });

  it('outlasts a restart, in a file that only its owner reads, without the ids of sessions', async () => {
    server.otherwise(answers);
    const book = await ledger();
    await inModelScope('session-1', () => ask(steady(book)));
    await book.flush();
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect(await readFile(file(), 'utf8')).not.toContain('session-1');
    const again = await ledger();
    expect(again.today.tokens).toBe(120);
    expect(again.session('session-1')).toBe(120);
    clock += 24 * 3_600_000;
    expect(again.today.tokens).toBe(0);
    expect((await ledger()).today.tokens).toBe(0);
  });

  it('goes on in memory when the file is damaged or cannot be written, and says so', async () => {
    server.otherwise(answers);
    await writeFile(file(), '{"format":1,"day":');
    const book = await ledger();
    expect(troubles).toMatchObject([{ code: 'storage-failed' }]);
    await ask(steady(book));
    await book.flush();
    expect((await ledger()).today.tokens).toBe(120);
    const nowhere = await ledger({ file: join(file(), 'below-a-file') });
    troubles = [];
    await ask(steady(nowhere));
    await nowhere.flush();
    expect(troubles).toMatchObject([{ code: 'data-unwritable' }]);
    expect(nowhere.today.tokens).toBe(120);
  });
});

describe('a budget', () => {
  it('of a day ends with the day, and stands after a restart', async () => {
    server.otherwise(answers);
    const book = await ledger({ dayTokens: 200 });
    await ask(steady(book));
    await ask(steady(book));
    await book.flush();
    const model = steady(await ledger({ dayTokens: 200 }), true);
    await expect(ask(model)).rejects.toMatchObject({ code: 'model-budget', retryAfterSeconds: 14 * 3600 });
    await expect(read(model)).rejects.toMatchObject({ code: 'model-budget' });
    expect(server.requests).toHaveLength(2);
    clock += 14 * 3_600_000;
    await ask(model);
    expect(outcomes().slice(-3)).toEqual(['primary budget', 'primary budget', 'primary ok']);
  });

  it('of a session leaves other sessions alone', async () => {
    server.otherwise(answers);
    const model = steady(await ledger({ sessionTokens: 100 }));
    const inOne = async () => inModelScope('one', () => ask(model));
    await inOne();
    await expect(inOne()).rejects.toMatchObject({ code: 'model-budget' });
    await expect(ask(model, { sessionId: 'one' })).rejects.toMatchObject({ code: 'model-budget' });
    await inModelScope('two', () => ask(model));
    await ask(model);
  });
});

describe('the breaker', () => {
  it('opens after failures in a row, lets one through when its pause is over, and closes again', async () => {
    server.otherwise(fails(404));
    const model = steady(await ledger());
    for (let count = 0; count < 2; count++)
      await expect(ask(model)).rejects.toMatchObject({ code: 'llm-failed' });
    expect(model.breakers()).toMatchObject([{ role: 'primary', state: 'open' }]);
    await expect(ask(model)).rejects.toMatchObject({
      code: 'llm-failed',
      retryAfterSeconds: 10,
      context: { resting: true },
    });
    expect(server.requests).toHaveLength(2);
    clock += 10_000;
    const both = await Promise.allSettled([ask(model), ask(model)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(server.requests).toHaveLength(3);
    // The pause has doubled.
    clock += 10_000;
    await expect(ask(model)).rejects.toMatchObject({ context: { resting: true } });
    clock += 10_000;
    server.otherwise(answers);
    await ask(model);
    expect(model.breakers()).toMatchObject([{ state: 'closed' }]);
    expect(outcomes()).toEqual([
      ...Array.from({ length: 2 }, () => 'primary not-found'),
      'primary resting',
      'primary resting',
      'primary not-found',
      'primary resting',
      'primary ok',
    ]);
  });

  it('opens at once and for long when the quota is used up', async () => {
    const quota: Step = (response) =>
      void response
        .writeHead(429, { 'content-type': 'application/json' })
        .end('{"error":{"message":"pay","type":"insufficient_quota","code":"insufficient_quota"}}');
    server.otherwise(quota);
    const model = steady(await ledger());
    await expect(ask(model)).rejects.toThrow(/no quota left/);
    expect(server.requests).toHaveLength(1);
    clock += 20 * 60_000;
    await expect(ask(model)).rejects.toMatchObject({ context: { resting: true } });
    expect(outcomes()).toEqual(['primary quota', 'primary resting']);
  });

  it('takes answers that do not fit, and callers who go away, for no failure', async () => {
    server.otherwise(says('no JSON'));
    const model = steady(await ledger());
    for (let count = 0; count < 3; count++)
      await expect(ask(model)).rejects.toMatchObject({ code: 'llm-invalid-output' });
    await expect(ask(model, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
    expect(model.breakers()).toMatchObject([{ state: 'closed' }]);
  });
});

describe('the fallback', () => {
  const byModel =
    (steps: Record<string, Step>): Step =>
    (response, seen) =>
      steps[seen.body.model]!(response, seen);

  it('answers when the first model fails, and alone while that rests', async () => {
    server.otherwise(byModel({ first: fails(401), second: answers }));
    const book = await ledger();
    const model = steady(book, true);
    for (let count = 0; count < 3; count++) expect(await ask(model)).toEqual({ word: 'a' });
    expect(await read(model)).toBe('{"word":"a"}');
    expect(outcomes()).toEqual([
      'primary refused-key',
      'fallback ok',
      'primary refused-key',
      'fallback ok',
      'primary resting',
      'fallback ok',
      'primary resting',
      'fallback ok',
    ]);
    expect(server.requests.map(({ body }) => body.model)).toEqual([
      'first',
      'second',
      'first',
      'second',
      'second',
      'second',
    ]);
  });

  it('does not go on with what another model began', async () => {
    server.otherwise(byModel({ first: drops('Attention '), second: answers }));
    await expect(read(steady(await ledger(), true))).rejects.toMatchObject({ code: 'llm-failed' });
    expect(server.requests).toHaveLength(1);
  });

  it('runs the tools anew when the first fails, and every call of a run is counted', async () => {
    const look = chatTool({
      name: 'look',
      description: 'Looks.',
      parameters: z.object({}),
      run: () => 'Seen.',
    });
    const told: ModelUsage[] = [];
    const call = callsTools({ name: 'look', arguments: '{}' });
    server.otherwise(
      byModel({
        first: fails(401),
        second: (response, seen) =>
          (seen.body.messages.some(({ role }) => role === 'tool') ? says('Done.') : call)(response, seen),
      }),
    );
    const model = steady(await ledger(), true);
    const use = await model.useTools({
      ...request,
      tools: [look],
      code: '0011223344556677',
      onUsage: (one) => told.push(one),
    });
    expect(use).toEqual({ text: 'Done.', modelCalls: 2, toolCalls: 1 });
    expect(told.map((one) => one.model)).toEqual(['second', 'second']);
    expect(outcomes()).toEqual(['primary refused-key', 'fallback ok']);
  });

  it('is asked alone for a second opinion', async () => {
    server.otherwise(byModel({ first: says('{"word":"one"}'), second: says('{"word":"two"}') }));
    const model = steady(await ledger(), true);
    expect(model.second.id).toBe('second');
    expect(await model.second.complete(request, word, 'word')).toEqual({ word: 'two' });
    expect(await read(model.second)).toBe('{"word":"two"}');
    server.otherwise(byModel({ first: answers, second: fails(401) }));
    await expect(model.second.complete(request, word, 'word')).rejects.toMatchObject({ code: 'llm-failed' });
    expect(steady(await ledger()).second.id).toBe('first');
  });

  it('tells the failure of the first model when both fail', async () => {
    server.otherwise(byModel({ first: fails(401), second: fails(404) }));
    await expect(ask(steady(await ledger(), true))).rejects.toThrow(/refused the key/);
  });
});
