import { describe, expect, test } from 'vitest';
import { VivaError } from '../../src/errors.ts';
import { gradeOf, lora } from '../coach/fixtures.ts';
import { only, ScriptedPhraser, stage } from './fakes.ts';

const plan = { entryId: lora.id };

describe('a hint', () => {
  test('is said in the better wording, and says whose it is', async () => {
    const phraser = new ScriptedPhraser();
    const s = await stage({ plan, phraser });
    phraser.next(() => ({ text: '想想第一步。', by: 'm hint-v1' }));
    expect(only(await s.say('给个提示', 'hint'), 'hint.given')).toMatchObject({
      level: 1,
      text: '想想第一步。',
      by: 'm hint-v1',
    });
    expect(phraser.calls[0]).toMatchObject({
      kind: 'hint',
      level: 1,
      question: lora.question.zh,
      main: null,
      message: '给个提示',
      said: [],
      unmet: lora.keyPoints.map(({ id }) => id),
    });
  });

  test("is the bank's own when there is no better one", async () => {
    const phraser = new ScriptedPhraser();
    const s = await stage({ plan, phraser });
    phraser.next(() => null);
    const given = only(await s.say('给个提示', 'hint'), 'hint.given');
    expect(given.text).toBe(lora.hints[0]!.zh);
    expect(given).not.toHaveProperty('by');
  });

  test("is the bank's own when whoever words it fails, and the failure is told", async () => {
    const phraser = new ScriptedPhraser();
    const s = await stage({ plan, phraser });
    phraser.next(() => Promise.reject(new Error('boom')));
    expect(only(await s.say('给个提示', 'hint'), 'hint.given').text).toBe(lora.hints[0]!.zh);
    expect(s.failures).toHaveLength(1);
  });

  test('goes up the ladder, knows what was said and made, and ends after three', async () => {
    const phraser = new ScriptedPhraser();
    const s = await stage({ plan, phraser });
    s.grader.next((request) => gradeOf(lora, request.reply, { 'a-random-b-zero': 'covered' }));
    await s.say('A 随机 B 零', 'reply');
    for (const level of [1, 2, 3]) {
      phraser.next(() => null);
      expect(only(await s.say('提示', 'hint'), 'hint.given').level).toBe(level);
    }
    expect(only(await s.say('提示', 'hint'), 'coach.said').about).toBe('no-more-hints');
    const last = phraser.calls.at(-1)!;
    expect(last).toMatchObject({ level: 3, main: lora.question.zh, said: ['A 随机 B 零'] });
    expect(last.unmet).not.toContain('a-random-b-zero');
    expect(last.unmet.length).toBe(lora.keyPoints.length - 1);
  });

  test('that is stopped by the candidate is not said', async () => {
    const phraser = new ScriptedPhraser();
    const s = await stage({ plan, phraser });
    phraser.next(
      ({ signal }) =>
        new Promise((_, reject) => {
          signal!.addEventListener('abort', () => reject(new VivaError('aborted', 'given up')));
          s.engine.cancel(s.sessionId);
        }),
    );
    const turn = await s.say('给个提示', 'hint');
    expect(turn.map((event) => event.type)).toEqual(['coach.said']);
    expect(s.phase()).toBe('question');
  });
});

describe('what a question means', () => {
  test('is said in the better wording', async () => {
    const phraser = new ScriptedPhraser();
    const s = await stage({ plan, phraser });
    phraser.next(() => ({ text: '问的是那两个小矩阵。', by: 'm clarify-v1' }));
    expect(only(await s.say('哪两个？', 'clarify'), 'coach.said')).toMatchObject({
      about: 'clarify',
      text: '问的是那两个小矩阵。',
      by: 'm clarify-v1',
    });
    expect(phraser.calls[0]).toMatchObject({ kind: 'clarify', message: '哪两个？', main: null });
  });

  test('is said in the words of the question without one', async () => {
    const s = await stage({ plan });
    expect(only(await s.say('哪两个？', 'clarify'), 'coach.said').text).toContain('LoRA');
  });
});
