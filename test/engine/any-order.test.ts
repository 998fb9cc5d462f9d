import { expect, test } from 'vitest';
import { pick, seededRandom } from '../../src/coach/random.ts';
import { fold, phaseOf } from '../../src/coach/state.ts';
import { VivaError } from '../../src/errors.ts';
import { intentSchema, verdictValueSchema, type Intent, type VerdictValue } from '../../src/protocol.ts';
import { gradeOf, gqa, lora } from '../coach/fixtures.ts';
import { hit, stage } from './fakes.ts';

const texts: readonly [string, ...string[]] = [
  '答一句',
  '第二题',
  'harder please',
  '换个话题',
  '来两道LoRA的题',
  '回答',
  '问题',
  'English',
  '再来一轮',
  '…',
];
const intents = intentSchema.options as unknown as readonly [Intent, ...Intent[]];
const values = verdictValueSchema.options as unknown as readonly [VerdictValue, ...VerdictValue[]];

test('any messages in any order keep the interview sound', async () => {
  for (let seed = 0; seed < 120; seed++) {
    const random = seededRandom(seed, 'any order');
    const s = await stage({
      lang: random() < 0.5 ? 'zh' : 'en',
      mode: random() < 0.5 ? 'study' : 'mock',
      ...(random() < 0.5 ? { plan: { questions: 1 + Math.floor(random() * 4) } } : {}),
    });
    for (let turn = 0; turn < 25; turn++) {
      s.grader.next((request) => {
        if (random() < 0.1) throw new VivaError('llm-failed', 'away');
        const judged = Object.fromEntries(
          request.entry.keyPoints.map((point) => [point.id, pick(values, random)]),
        );
        const grade = gradeOf(
          request.entry,
          request.reply,
          judged,
          request.keyPointIds ? { ids: request.keyPointIds } : {},
        );
        return random() < 0.1 ? { ...grade, state: 'provisional' } : grade;
      });
      s.answerer.next(() => ({ kind: 'refused', text: 'no', nearest: [] }));
      s.retriever.next(() => (random() < 0.5 ? [] : [hit(lora.id, 0.95), hit(gqa.id, 0.95)]));
      const unsure = random() < 0.2;
      await s.say(
        pick(texts, random),
        pick(intents, random),
        unsure ? 0.5 : 1,
        unsure ? 'question' : undefined,
      );
      await s.engine.idle(s.sessionId);
    }
    const events = s.events();
    const state = fold(events);
    expect(s.phase()).toBe(phaseOf(state));
    for (const question of state.questions) {
      expect(question.followedUp.length).toBeLessThanOrEqual(2);
      expect(new Set(question.followedUp).size).toBe(question.followedUp.length);
    }
    for (const event of events) {
      if (event.type !== 'reply.graded') continue;
      const message = events[event.replySeq - 1]!;
      // Only what was a reply, or was confirmed to be one, is graded.
      expect(
        message.type === 'message.received' &&
          ['reply', 'dont-know', 'question', 'clarify'].includes(message.intent),
      ).toBe(true);
      if (state.mode === 'mock' && !state.finished) expect(event.feedback).toBe('');
    }
  }
});
