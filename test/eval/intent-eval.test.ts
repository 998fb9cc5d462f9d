import { describe, expect, it } from 'vitest';
import type { Classification, ClassifyRequest, IntentClassifier } from '../../src/coach/intent.ts';
import { evaluateIntent, intentCaseSchema, type IntentCase } from '../../src/eval/intent-eval.ts';
import { intentSchema } from '../../src/protocol.ts';
import { material } from '../coach/fixtures.ts';

const [entry] = [...material.values()];

/** Finds the intent that the message names; any other message fails. */
class NamedIntents implements IntentClassifier {
  readonly calls: ClassifyRequest[] = [];

  async classify(request: ClassifyRequest): Promise<Classification> {
    this.calls.push(request);
    const found = intentSchema.safeParse(request.message);
    if (!found.success) throw new Error('no such intent');
    return { intent: found.data, confidence: 0.75, runnerUp: null };
  }
}

function one(message: string, intent: IntentCase['intent'], more: Partial<IntentCase> = {}): IntentCase {
  return { lang: 'zh', message, state: 'question', intent, ...more };
}

describe('the evaluation of intents', () => {
  it('counts what was found, by language, state and intent', async () => {
    const report = await evaluateIntent(
      [
        one('hint', 'hint'),
        one('hint', 'hint', { lang: 'en' }),
        one('reply', 'hint', { state: 'lobby' }),
        one('skip', 'skip', { lang: 'en', state: 'lobby' }),
      ],
      new NamedIntents(),
      material,
    );
    expect(report).toMatchObject({
      n: 4,
      accuracy: 0.75,
      errors: [],
      unknown: 0,
      byLang: { zh: { n: 2, accuracy: 0.5 }, en: { n: 2, accuracy: 1 } },
      byState: { question: { n: 2, accuracy: 1 }, lobby: { n: 2, accuracy: 0.5 } },
      confusion: { hint: { hint: 2, reply: 1 }, skip: { skip: 1 } },
      misses: [{ message: 'reply', state: 'lobby', gold: 'hint', found: 'reply', confidence: 0.75 }],
    });
    expect(report.byIntent['hint']!.recall).toBeCloseTo(2 / 3, 12);
    expect(report.interval[0]).toBeLessThanOrEqual(0.75);
    expect(report.interval[1]).toBeGreaterThanOrEqual(0.75);
  });

  it('tells the classifier the open question, and none where none is open', async () => {
    const classifier = new NamedIntents();
    const id = entry!.id;
    await evaluateIntent(
      [
        one('hint', 'hint', { entry: id }),
        one('hint', 'hint', { entry: id, lang: 'en', state: 'follow-up' }),
        one('hint', 'hint', { entry: id, state: 'lobby' }),
        one('hint', 'hint', { entry: null }),
      ],
      classifier,
      material,
    );
    expect(classifier.calls.map(({ openQuestion }) => openQuestion)).toEqual([
      entry!.question.zh,
      entry!.question.en,
      null,
      null,
    ]);
    expect(classifier.calls.map(({ phase }) => phase)).toEqual([
      'question',
      'follow-up',
      'lobby',
      'question',
    ]);
  });

  it('keeps unknown entries and failures out of every score', async () => {
    const classifier = new NamedIntents();
    const report = await evaluateIntent(
      [
        one('hint', 'hint'),
        one('gibberish', 'hint'),
        one('skip', 'hint', { entry: 'vision/99' }),
        one('skip', 'hint', { entry: 'vision/99' }),
      ],
      classifier,
      material,
    );
    expect(report).toMatchObject({
      n: 1,
      accuracy: 1,
      unknown: 2,
      unknownIds: ['vision/99'],
      errors: [{ message: 'gibberish', error: 'no such intent' }],
      misses: [],
    });
    expect(classifier.calls).toHaveLength(2);
  });

  it('gives zeros for no cases', async () => {
    expect(await evaluateIntent([], new NamedIntents(), material)).toMatchObject({
      n: 0,
      accuracy: 0,
      interval: [0, 0],
      byLang: {},
    });
  });
});

describe('a line of the intent set', () => {
  it('is about an open question unless it says otherwise', () => {
    expect(intentCaseSchema.parse({ lang: 'zh', message: '', intent: 'empty' })).toMatchObject({
      state: 'question',
    });
  });

  it.each([{ intent: 'sing' }, { state: 'asleep' }, { lang: 'fr' }, { message: 1 }])(
    'is refused with %j',
    (wrong) => {
      expect(intentCaseSchema.safeParse({ lang: 'zh', message: 'x', intent: 'hint', ...wrong }).success).toBe(
        false,
      );
    },
  );
});
