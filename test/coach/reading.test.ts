import { describe, expect, test } from 'vitest';
import { chatterKind } from '../../src/coach/chatter.ts';
import { detectLang } from '../../src/coach/detect-lang.ts';
import { ruledIntent } from '../../src/coach/intent-rules.ts';
import { meansPrevious, pointNumber, questionNumber } from '../../src/coach/references.ts';
import { readTopicWish } from '../../src/coach/topic-words.ts';

describe('the language of a message', () => {
  test.each([
    ['多个 query 头共享一组 KV 头', 'en', 'zh'],
    ['FPN为什么用加法不用拼接?', 'en', 'zh'],
    ['the B matrix starts at zero', 'zh', 'en'],
    ['Groups of query heads share one K/V head', 'zh', 'en'],
    ['LoRA', 'zh', 'zh'],
    ['8', 'en', 'en'],
    ['w = w * gamma / sqrt(var + eps)', 'zh', 'zh'],
    ['```python\nfor box in boxes: keep.append(box)\n```', 'zh', 'zh'],
    ['I would call it 注意力 in Chinese, but the idea is the same', 'zh', 'en'],
  ] as const)('%j in a %s session is %s', (text, session, expected) => {
    expect(detectLang(text, session)).toBe(expected);
  });
});

describe('a wish for a topic', () => {
  test.each([
    ['来道CV的题', { request: { module: 'vision' }, words: '' }],
    ['我想练LoRA相关的', { request: {}, words: 'LoRA' }],
    [
      '能不能问自动驾驶里标定的那道题',
      { request: { module: 'industry', section: 'autonomous-driving' }, words: '标定', one: true },
    ],
    ['不想做检测了,问点PyTorch的', { request: { module: 'foundations', section: 'pytorch' }, words: '' }],
    ['太简单了,难一点的', { shift: 'harder', words: '' }],
    ['something easier please', { shift: 'easier', words: '' }],
    ['来3道目标检测的题', { request: { module: 'vision', section: 'detection', questions: 3 }, words: '' }],
    ['give me three questions on RoPE', { request: { questions: 3 }, words: 'RoPE' }],
    ['Can I get the NMS one?', { words: 'NMS', one: true }],
    ['再来一轮', { again: true, words: '' }],
    ['换个话题', { request: {}, words: '' }],
    ['', { request: {}, words: '', one: false, shift: null, again: false }],
  ])('%j', (text, expected) => {
    expect(readTopicWish(text)).toMatchObject(expected);
  });

  test('is read in linear time from hostile text', () => {
    const start = performance.now();
    for (const text of [
      '来'.repeat(20_000),
      'the '.repeat(5_000),
      '不想'.repeat(10_000),
      ' '.repeat(20_000),
    ]) {
      readTopicWish(text);
      chatterKind(text);
      ruledIntent(text);
      detectLang(text, 'zh');
      questionNumber(text.slice(0, 2_000));
    }
    expect(performance.now() - start).toBeLessThan(500);
  });
});

test('questions and points are named by number', () => {
  expect(questionNumber('第三题判错了')).toBe(3);
  expect(questionNumber('question 2 was graded wrong')).toBe(2);
  expect(questionNumber('the first question')).toBe(1);
  expect(questionNumber('这题')).toBeNull();
  expect(pointNumber('第二个要点我不认')).toBe(2);
  expect(pointNumber('please re-check the second point')).toBe(2);
  expect(pointNumber('再看看')).toBeNull();
  expect(meansPrevious('上一题的答案')).toBe(true);
  expect(meansPrevious('show me the answer to the last question')).toBe(true);
  expect(meansPrevious('看答案')).toBe(false);
});

describe('rules', () => {
  test.each([
    ['   ', 'empty'],
    ['?', 'empty'],
    ['👍', 'empty'],
    ['跳过！', 'skip'],
    ['下一题吧', 'skip'],
    ['  Hint?', 'hint'],
    ['I don’t know.', 'dont-know'],
    ['你好', 'chatter'],
    ['不会影响精度', null],
    ['next, we scale the gradient', null],
  ])('%j is %s', (text, expected) => {
    expect(ruledIntent(text)).toBe(expected);
  });
});
