import { describe, expect, it } from 'vitest';
import { bigramTokenizer, createTokenizer } from '../../src/retrieval/tokenize.ts';

const jieba = await createTokenizer((reason) => {
  throw reason;
});
const bigram = bigramTokenizer();

describe.each([jieba, bigram])('every tokenizer ($id)', (tokenizer) => {
  it('lower-cases, folds full-width letters and keeps Latin words apart from Chinese', () => {
    expect(tokenizer.terms('ＬｏＲＡ用于LLaMA')).toEqual(expect.arrayContaining(['lora', 'llama']));
  });

  it('gives a compound in parts and joined', () => {
    expect(tokenizer.terms('P-Tuning v2')).toEqual(['p', 'tuning', 'ptuning', 'v2']);
  });

  it('counts a plural with its singular and leaves other words in -s alone', () => {
    expect(tokenizer.terms('weights loss bias classes gas')).toEqual([
      'weight',
      'loss',
      'bias',
      'classe',
      'gas',
    ]);
  });

  it('gives no punctuation, no spaces, and nothing for nothing', () => {
    expect(tokenizer.terms(' ，。—!? $ \n')).toEqual([]);
    expect(tokenizer.terms('')).toEqual([]);
    for (const term of tokenizer.terms('什么是 LoRA？A+B=C（见图）。'))
      expect(term).toMatch(/^[\p{L}\p{N}]+$/u);
  });

  it('says the same every time', () => {
    expect(tokenizer.terms('检索增强生成 RAG')).toEqual(tokenizer.terms('检索增强生成 RAG'));
  });
});

describe('jieba', () => {
  it('keeps the terms of the field whole and gives their parts too', () => {
    expect(jieba.terms('检索增强生成')).toEqual(expect.arrayContaining(['检索增强生成', '检索', '生成']));
    expect(jieba.terms('大模型的学习率')).toEqual(expect.arrayContaining(['大模型', '学习率']));
  });
});

describe('pairs of characters', () => {
  it('are all neighbours in a run of Chinese', () => {
    expect(bigram.terms('学习率，大')).toEqual(['学习', '习率', '大']);
  });

  it('treat a rare character outside the basic plane as one', () => {
    expect(bigram.terms('𠮷田学')).toEqual(['𠮷田', '田学']);
  });
});
