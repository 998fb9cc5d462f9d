import { describe, expect, it } from 'vitest';
import { findQuote, fold } from '../../src/grading/span-check.ts';

const reply =
  'A 矩阵用随机（高斯）初始化，B 矩阵初始化为全 0；\nso at step 0 the product **BA** is zero — it isn’t a notation trick.';

describe('a quote', () => {
  it.each([
    ['copied exactly', 'B 矩阵初始化为全 0', 'B 矩阵初始化为全 0'],
    ['with half-width punctuation', 'A 矩阵用随机(高斯)初始化,B', 'A 矩阵用随机（高斯）初始化，B'],
    ['without its spaces beside Han', 'B矩阵初始化为全0', 'B 矩阵初始化为全 0'],
    ['with full-width letters', 'Ｂ 矩阵初始化为全 ０', 'B 矩阵初始化为全 0'],
    ['across a line break', '全 0; so at step 0', '全 0；\nso at step 0'],
    ['without the marks of Markdown', 'the product BA is zero', 'the product **BA** is zero'],
    ['with a straight apostrophe and a hyphen', "is zero - it isn't", 'is zero — it isn’t'],
    ['in other case', 'SO AT STEP 0', 'so at step 0'],
    ['in quotation marks and with a full stop', '「B 矩阵初始化为全 0。」', 'B 矩阵初始化为全 0'],
  ])('%s is found', (_name, quote, text) => {
    const span = findQuote(quote, reply);
    expect(span?.text).toBe(text);
    expect(reply.slice(span!.start, span!.end)).toBe(text);
  });

  it.each([
    ['a changed word', 'B 矩阵初始化为全 1'],
    ['a left-out word', 'so at step 0 product BA is zero'],
    ['words joined by dots', 'A 矩阵…全 0'],
    ['a piece of a word', 'a not'],
    ['two words written as one', 'soat step 0'],
    ['a translation', 'matrix B starts at zero'],
    ['signs alone', '，—'],
    ['nothing', ''],
  ])('with %s is refused', (_name, quote) => {
    expect(findQuote(quote, reply)).toBeNull();
  });

  it('that stands twice is the first one', () => {
    expect(findQuote('BA=0', 'x BA=0, BA=0')).toEqual({ start: 2, end: 6, text: 'BA=0' });
  });
});

/** A small generator with a seed, so that a failure can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

const pieces = [
  'A',
  'b',
  '0',
  '.5',
  ' ',
  '\n',
  '矩',
  '阵',
  '，',
  '。',
  '“',
  '”',
  '—',
  'ﬁ',
  '①',
  'é',
  'é',
  '𝑥',
  '😀',
  '$\\frac{1}{2}$',
  'not',
  '**',
  '`',
  '\u200b',
  'İ',
  '％',
  '（',
  '）',
];

describe('property: for any text', () => {
  it('any piece of it between word boundaries is found, at a place that folds the same', () => {
    const next = random(7);
    const pick = (n: number) => Math.floor(next() * n);
    for (let round = 0; round < 2_000; round++) {
      const text = Array.from({ length: 3 + pick(20) }, () => pieces[pick(pieces.length)]!).join('');
      const start = pick(text.length);
      const quote = text.slice(start, start + 1 + pick(text.length - start));
      const span = findQuote(quote, text);
      if (span === null) continue;
      expect(text.slice(span.start, span.end)).toBe(span.text);
      expect(fold(span.text).text).toContain(
        fold(quote).text.replace(/^["'.,;:!?\-~…]+|["'.,;:!?\-~…]+$/gu, ''),
      );
    }
  });

  it('whole words in other widths, spacing and punctuation are found', () => {
    const next = random(11);
    const pick = (n: number) => Math.floor(next() * n);
    const words = ['梯度', '消失', 'loss', 'BN', '0.1', '学习率', 'warm-up', '残差'];
    const signs = ['，', '。', ' ', '；'];
    const other: Record<string, string> = { '，': ',', '。': '.', '；': ';' };
    for (let round = 0; round < 500; round++) {
      const parts = Array.from(
        { length: 6 },
        () => `${words[pick(words.length)]!}${signs[pick(signs.length)]!}`,
      );
      const from = pick(5);
      const quote = parts
        .slice(from, from + 2)
        .join('')
        .replace(/[，。；]/gu, (sign) => other[sign]!);
      const text = parts.join('');
      const span = findQuote(quote, text);
      expect(span, `${quote} in ${text}`).not.toBeNull();
      expect(text.slice(span!.start, span!.end)).toBe(span!.text);
    }
  });

  it('offsets of the folded text never leave the original and never run backwards', () => {
    const next = random(3);
    for (let round = 0; round < 500; round++) {
      const text = Array.from({ length: 20 }, () => pieces[Math.floor(next() * pieces.length)]!).join('');
      const folded = fold(text);
      expect(folded.origin).toHaveLength(folded.text.length);
      for (const [index, at] of folded.origin.entries()) {
        expect(at).toBeGreaterThanOrEqual(folded.origin[index - 1] ?? 0);
        expect(folded.end[index]!).toBeGreaterThan(at);
        expect(folded.end[index]!).toBeLessThanOrEqual(text.length);
      }
    }
  });
});
