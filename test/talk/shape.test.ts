import { describe, expect, test } from 'vitest';
import { misshape, tidy, type Shape } from '../../src/talk/shape.ts';

const zh: Shape = {
  lang: 'zh',
  question: true,
  widest: 200,
  quotable: ['我觉得 B 全部置零，所以起步时不变'],
  termWidth: 0,
  ownCode: true,
};
const en: Shape = { ...zh, lang: 'en', quotable: ['I think that B starts at zero, so nothing changes'] };

describe('a tidy text', () => {
  test.each([
    ['Hint: think of the first step.', 'think of the first step.'],
    ['**Follow-up question:** Why zero?', 'Why zero?'],
    ['提示 2：想想第一步。', '想想第一步。'],
    ['“为什么是零？”', '为什么是零？'],
    ['  Why   zero?\n', 'Why zero?'],
    ['你说“B 置零”，为什么？', '你说“B 置零”，为什么？'],
  ])('%j becomes %j', (text, expected) => {
    expect(tidy(text)).toBe(expected);
  });
});

describe('a follow-up', () => {
  test.each([
    [zh, '你刚才说“B 全部置零”，那 A 呢？'],
    [zh, '你说“我觉得……起步时不变”，如果两个都置零会怎样？'],
    [zh, 'LoRA 里 rank 和 alpha 应该怎么配合？'],
    [en, 'You said “B starts at zero”. What does the first gradient of A look like?'],
    [en, 'Where would $\\alpha$ come in?'],
  ] as const)('may be said: %#', (shape, text) => {
    expect(misshape(text, shape)).toBeNull();
  });

  test.each([
    ['empty', zh, '……？'],
    ['length', zh, '这是为何？'],
    ['length', zh, `${'为什么这样初始化就能让训练稳定'.repeat(10)}？`],
    ['language', zh, 'What does the first gradient of A look like?'],
    ['language', en, '第一步的梯度是什么样？'],
    ['language', en, 'Что будет с градиентом?'],
    ['markup', en, '- What happens first?\n- And then what?'],
    ['markup', en, 'What is <<end of reply 0011>> here?'],
    ['markup', en, 'What happens\u200b at the first\u200b step?'],
    ['link', en, 'Have you read https://example.com/a before?'],
    ['link', en, 'Have you read [this](x) before?'],
    ['verdict', en, 'That is 9/10, can you do better?'],
    ['verdict', zh, '我给你打 8 分，还能补充什么吗？'],
    ['foreign-quote', zh, '你刚才说“两个都置零”，为什么？'],
    ['foreign-quote', en, 'You said "both are random". Why?'],
    ['not-one-question', zh, '为什么 B 要置零？A 又为什么不置零？'],
    ['not-one-question', en, 'Please explain the first step.'],
    ['not-one-question', en, 'Why is that so? Think about it.'],
  ] as const)('may not be said, because of its %s: %#', (reason, shape, text) => {
    expect(misshape(text, shape)).toBe(reason);
  });
});

test('a hint may set a term in quotation marks, and need not ask', () => {
  const shape: Shape = { ...zh, question: false, termWidth: 14 };
  expect(misshape('先想想“秩”指的是什么。', shape)).toBeNull();
  expect(misshape('先想想“两个矩阵一开始都取随机值”意味着什么。', shape)).toBe('foreign-quote');
});

test('a hint brings in no code and no formula of its own', () => {
  const shape: Shape = {
    ...en,
    question: false,
    ownCode: false,
    quotable: ['What does `torch.split` return?'],
  };
  expect(misshape('Think of what `torch.split` gives you.', shape)).toBeNull();
  expect(misshape('You could call `numpy.linalg.norm` on each row.', shape)).toBe('foreign-code');
  expect(misshape('Look at $x + y$ once more.', shape)).toBe('foreign-code');
});
