import { describe, expect, test } from 'vitest';
import {
  cutQuote,
  isCode,
  quotable,
  quoteMarkdown,
  repeats,
  standsAlone,
} from '../../src/grading/quotation.ts';

describe('what a candidate said, made fit to be quoted', () => {
  test.each([
    ['所以BN就是逐通道的一个仿射变换', 'BN就是逐通道的一个仿射变换'],
    ['因此，先算这个', '因此，先算这个'],
    ['三是缺乏局部性的归纳偏置，', '缺乏局部性的归纳偏置'],
    ['2）算对齐度t=s^α·u^β', '算对齐度t=s^α·u^β'],
    ['1.5倍的步长', '1.5倍的步长'],
    ['像素坐标都乘2，所以fx', '像素坐标都乘2'],
    ['最后再过一个输出的Linear。就这些', '最后再过一个输出的Linear'],
    ['and with several GPUs use FSDP', 'with several GPUs use FSDP'],
    ['sorting comes first', 'sorting comes first'],
    ['no, gradient penalty', 'gradient penalty'],
    ['It skips one pass over the feature map —', 'It skips one pass over the feature map'],
    ['CBAM has two modules in sequence. Channel attention', 'CBAM has two modules in sequence'],
    ['so', 'so'],
    ['  two\n lines ', 'two lines'],
  ])('%j is quoted as %j', (said, quoted) => {
    expect(quotable(said)).toBe(quoted);
  });

  test('is always a part of what was said, letter by letter', () => {
    for (const said of [
      '4. 不改数学只改实现：FlashAttention，',
      '（1）按分数排序。',
      '- so it works.',
      '…',
      '。',
    ])
      expect(said).toContain(quotable(said));
  });

  test('of several lines of a program is the longest', () => {
    const said = 'xx1 = np.maximum(x1[i], x1[rest])\n    i = order[0]';
    expect(quotable(said)).toBe('xx1 = np.maximum(x1[i], x1[rest])');
  });
});

test.each([
  ['xx1 = np.maximum(x1[i], x1[rest])', true],
  ['w = scores.softmax(dim=-1)', true],
  ['return self.wo(out)', true],
  ['assert d_model % h == 0', true],
  ['inter = np.maximum(0, xx2 - xx1) * np.maximum(0, yy2 - yy1)', true],
  ['α=0.5，β=6', false],
  ['The outputs are numerically the same up to float error', false],
  ['Mixed precision with autocast (and GradScaler) halves activations', false],
  ['for both of them the cost is O(n)', false],
  ['if you double the image, fx = 2 fx', false],
  ['Worst case O(N^2)', false],
])('%j is a line of a program: %s', (text, code) => {
  expect(isCode(text)).toBe(code);
});

test.each([
  ['训练时统计量随batch变不能融', true],
  ['下采样16倍', false],
  ['包括SGD', false],
  ['L、D，最后再过一个输出的Linear', false],
  ['按输出通道缩放（如', false],
  ['cx and cy all double', true],
  ['φ(K)ᵀV first', false],
  ['w = scores.softmax(dim=-1)', false],
])('%j means something by itself: %s', (text, alone) => {
  expect(standsAlone(text)).toBe(alone);
});

test('a program is shown as one, speech is escaped and in quotation marks', () => {
  expect(quoteMarkdown('w = scores.softmax(dim=-1)', 60)).toBe('`w = scores.softmax(dim=-1)`');
  expect(quoteMarkdown('ε = ε_uncond', 60)).toBe('“ε = ε\\_uncond”');
});

test('Latin text may be twice as long as Chinese', () => {
  expect(cutQuote('一二三四五六', 3)).toBe('一二三…');
  expect(cutQuote('abcd ef', 4)).toBe('abcd ef');
});

test('two quotations with a clause in common say the same words twice', () => {
  expect(repeats('由一个物体推另一个，按置信度传播', '都在同一个地面上，由一个物体推另一个')).toBe(true);
  expect(repeats('按置信度传播', '都在同一个地面上')).toBe(false);
  expect(repeats('是的', '是的')).toBe(true);
});

test.each(['-', '，', 'a[', '. a', 'a = ', '(', '"', 'x.y', '  ='])(
  'takes no time for a long reply of %j',
  (piece) => {
    const said = `x ${piece.repeat(20_000)} x`;
    const started = performance.now();
    expect(said.replace(/\s+/g, ' ')).toContain(quotable(said));
    standsAlone(said);
    quoteMarkdown(said, 60);
    repeats(said, said);
    expect(performance.now() - started).toBeLessThan(1_000);
  },
);
