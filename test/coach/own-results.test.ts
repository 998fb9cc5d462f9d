import { describe, expect, it } from 'vitest';
import { asksOwnResults, ownResultsAnswer } from '../../src/answering/own-results.ts';
import { ownResults } from '../../src/coach/own-results.ts';
import { newProgress } from '../../src/coach/progress.ts';
import { initialState, type CoachState } from '../../src/coach/state.ts';
import { answerSchema } from '../../src/protocol.ts';

const verdict = (keyPointId: string, value: 'covered' | 'missing') => ({
  keyPointId,
  claim: `claim of ${keyPointId}`,
  weight: 1,
  value,
  confidence: 1,
  replySpan: null,
  referenceSpan: { lang: 'en' as const, start: 0, end: 1, text: 'x' },
});
const graded = (number: number) => ({
  ...newProgress(`a/b/0${number}`, number, `Why ${number}?`),
  points: new Map(
    (['covered', 'missing'] as const).map((value) => [
      `${value}-${number}`,
      { verdict: verdict(`${value}-${number}`, value), value, aided: false },
    ]),
  ),
});
const state = (change: Partial<CoachState>): CoachState => ({
  ...initialState,
  questions: [graded(1), graded(2)],
  ...change,
});
const open = { entryId: 'a/b/02', kind: 'follow-up', text: 'And?', keyPointId: 'missing-2' } as const;

describe('own results', () => {
  it('leave out the open question, whose follow-up they would answer', () => {
    expect(ownResults(state({ open })).map(({ number }) => number)).toEqual([1]);
    expect(ownResults(state({})).map(({ number }) => number)).toEqual([1, 2]);
  });

  it('of a mock interview come with its report', () => {
    expect(ownResults(state({ mode: 'mock' }))).toEqual([]);
    expect(ownResults(state({ mode: 'mock', finished: true }))).toHaveLength(2);
  });

  it('are answered from the verdicts, each sentence with its result', () => {
    const answer = answerSchema.parse(ownResultsAnswer(ownResults(state({})), 'en'));
    if (answer.kind !== 'answered') throw new Error(answer.text);
    expect(answer.sentences[0]).toEqual({
      text: 'Question 1: 5.5 of 10; not made in full: claim of missing-1.',
      citations: [],
      results: [{ number: 1, entryId: 'a/b/01', question: 'Why 1?', total: 5.5 }],
    });
  });
});

describe('a question about own results', () => {
  it.each([
    '我第二题得了多少分？',
    '我哪些地方答得不好',
    '我的薄弱点是什么',
    'What are my weakest points?',
    'How did I do on question 2?',
    'which points did I miss',
  ])('is %s', (question) => expect(asksOwnResults(question)).toBe(true));
  it.each([
    'LoRA 的 B 矩阵为什么初始化成 0',
    'How do I choose the rank of LoRA?',
    '我想知道 F1 分数怎么算',
    'What is my best choice of optimizer?',
  ])('is not %s', (question) => expect(asksOwnResults(question)).toBe(false));
});
