import { describe, expect, it } from 'vitest';
import { LexicalIndex } from '../../src/retrieval/lexical.ts';
import { bigramTokenizer } from '../../src/retrieval/tokenize.ts';

const tokenizer = bigramTokenizer();
const texts = ['LoRA 的学习率怎么设', 'learning rate of LoRA', '非极大值抑制', 'softmax overflow'];
const index = await LexicalIndex.build(texts, tokenizer);

describe('the lexical index', () => {
  it('finds rows that share terms, the best first', () => {
    const hits = index.find('LoRA 学习率');
    expect(hits.map(({ row }) => row)).toEqual([0, 1]);
    expect(hits[0]!.score).toBeGreaterThan(hits[1]!.score);
    expect(hits[1]!.score).toBeGreaterThan(0);
  });

  it('finds nothing for no shared term, and for nothing', () => {
    expect(index.find('transformer')).toEqual([]);
    expect(index.find('')).toEqual([]);
    expect(index.find('？！')).toEqual([]);
  });

  it('gives equal scores in the order of rows', async () => {
    const twins = await LexicalIndex.build(['b c', 'a b', 'b a'], tokenizer);
    expect(twins.find('a').map(({ row }) => row)).toEqual([1, 2]);
  });

  it('looks only where it may', () => {
    expect(index.find('LoRA', (row) => row === 1).map(({ row }) => row)).toEqual([1]);
  });

  it('finds the same after it was written and read', () => {
    const read = LexicalIndex.fromJson(index.toJson(), tokenizer);
    for (const query of ['LoRA 学习率', 'rate', '抑制']) expect(read.find(query)).toEqual(index.find(query));
  });

  it.each(['', '{', '{}', '{"serializationVersion":99}'])('refuses to read %j', (json) => {
    expect(() => LexicalIndex.fromJson(json, tokenizer)).toThrow(
      expect.objectContaining({ code: 'index-corrupt' }),
    );
  });
});
