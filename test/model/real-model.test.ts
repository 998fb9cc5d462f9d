/**
 * The flows of model mode against a real small model: `npm run test:model`, with the two variables of docs/model-mode.md.
 * It is weak: what is asked here is that everything holds together, never that its judgement is good.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openBackend, type Backend } from '../../src/cli/open-backend.ts';
import { loadConfig, type LlmConfig } from '../../src/config.ts';
import { OpenAiChatModel } from '../../src/llm/openai-chat-model.ts';
import type { Lang, SessionEvent } from '../../src/protocol.ts';
import type { EventLog } from '../../src/sessions/event-log.ts';
import { openSqliteEventLog } from '../../src/sessions/sqlite-event-log.ts';
import { openSmallModel, smallModelIsNamed } from './open-small-model.ts';
import { smallModelName, startSmallModelServer, type SmallModelServer } from './small-model-server.ts';

const patienceMs = 900_000;
const schema = z.object({
  verdict: z.enum(['covered', 'missing']),
  quote: z.string(),
});

describe.runIf(smallModelIsNamed())('with a real small model', { timeout: patienceMs }, () => {
  let server: SmallModelServer;
  let llm: LlmConfig;
  const calls: string[] = [];
  beforeAll(async () => {
    server = await startSmallModelServer(await openSmallModel({ threads: 1, contextSize: 8_192 }), {
      say: (line) => void calls.push(line),
    });
    llm = {
      ...loadConfig({ OPENAI_BASE_URL: server.url, VIVA_MODEL: smallModelName }).llm!,
      structured: 'json-schema',
      timeoutMs: 600_000,
    };
  }, patienceMs);
  afterAll(async () => server.close());

  describe('the chat model', () => {
    it.each(['json-mode', 'json-schema', 'tool'] as const)(
      'gives the form that is asked for with %s',
      async (structured) => {
        const answer = await new OpenAiChatModel({ ...llm, structured }).complete(
          {
            system:
              'Judge whether the reply states that B is initialised to zero. Quote the words of the reply.',
            user: 'Reply: A is drawn from a Gaussian and B starts at zero.',
          },
          schema,
          'judgement',
        );
        expect(['covered', 'missing']).toContain(answer.verdict);
      },
    );

    it('streams, and stops when nobody listens any more', async () => {
      const stop = new AbortController();
      const model = new OpenAiChatModel(llm);
      const pieces: string[] = [];
      const reading = (async () => {
        for await (const piece of model.stream({
          system: 'Write a long story.',
          user: 'Begin.',
          maxTokens: 2_000,
          signal: stop.signal,
        })) {
          pieces.push(piece);
          if (pieces.length === 3) stop.abort();
        }
      })();
      await expect(reading).rejects.toMatchObject({ code: 'aborted' });
      // Two thousand tokens would take minutes, and the next call has to wait for its turn.
      const began = performance.now();
      const next = model.stream({ system: 'Say yes.', user: 'Is this a question?', maxTokens: 64 });
      for await (const piece of next) pieces.push(piece);
      expect(performance.now() - began).toBeLessThan(60_000);
    });
  });

  describe('an interview', () => {
    let log: EventLog;
    let backend: Backend;
    const failures: unknown[] = [];
    beforeAll(async () => {
      log = openSqliteEventLog({ file: ':memory:', now: Date.now });
      backend = await openBackend(
        { ...loadConfig(), llm },
        { log, say: () => undefined, onFailure: (error) => void failures.push(error) },
      );
    }, patienceMs);
    afterAll(async () => {
      await backend.close();
      await log.close();
    });

    /** All events of a session after these messages, refined grades included. */
    async function events(
      lang: Lang,
      entryId: string | null,
      ...texts: string[]
    ): Promise<readonly SessionEvent[]> {
      const { sessionId } = await backend.engine.createSession({
        lang,
        mode: 'study',
        ...(entryId === null ? {} : { plan: { entryId } }),
        tokenHash: 'test',
      });
      for (const [index, text] of texts.entries()) {
        await backend.engine.handleMessage(sessionId, { clientId: `m-${index}`, text });
        await backend.engine.idle(sessionId);
      }
      return log.read(sessionId, 0);
    }

    it.each([
      ['zh', 'llm/language/05', 'A 用高斯随机初始化，B 初始化为零，所以一开始 BA 等于零。'],
      [
        'en',
        'llm/language/20',
        'The query heads are divided into groups, and each group shares one key head and one value head.',
      ],
    ] as const)('in %s is graded, every verdict with words of the reply', async (lang, entryId, reply) => {
      const all = await events(lang, entryId, reply);
      const graded = all.filter((event) => event.type === 'reply.graded');
      expect(graded.length).toBeGreaterThan(0);
      for (const { grade } of graded) {
        expect(grade.total).not.toBeNull();
        for (const { value, replySpan } of grade.verdicts) {
          if (value !== 'missing')
            expect(reply.slice(replySpan!.start, replySpan!.end)).toBe(replySpan!.text);
        }
      }
    });

    it('answers a free question from the material, or refuses', async () => {
      const all = await events('en', null, 'How does GQA make the KV cache smaller?');
      const given = all.find((event) => event.type === 'answer.given');
      expect(given?.answer.kind).toBe('answered');
      if (given?.answer.kind !== 'answered') return;
      for (const { citations } of given.answer.sentences) expect(citations.length).toBeGreaterThan(0);
    });

    it('refuses what is out of scope without asking the model', async () => {
      const before = calls.length;
      const all = await events('zh', null, '今天上海的天气怎么样？');
      const given = all.find((event) => event.type === 'answer.given');
      expect(given?.answer.kind ?? 'refused').toBe('refused');
      expect(calls.length).toBe(before);
    });
  });
});
