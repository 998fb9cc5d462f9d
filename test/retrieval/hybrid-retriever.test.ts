import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../src/ingest/ingest.ts';
import { HybridRetriever } from '../../src/retrieval/hybrid-retriever.ts';
import { loadIndex, type LoadedIndex } from '../../src/retrieval/index-loader.ts';
import { HashEmbeddings } from '../embedding/hash-embeddings.ts';
import { Bank } from '../ingest/bank.ts';

let bank: Bank;
let index: LoadedIndex;
const embeddings = new HashEmbeddings();
beforeAll(async () => {
  bank = new Bank();
  await ingest(bank.options(embeddings));
  index = await loadIndex(bank.index, bank.options(embeddings));
});
afterAll(() => {
  bank.remove();
});

function retriever(weights = { asked: 1, said: 1, words: 1, second: 1 }): HybridRetriever {
  return new HybridRetriever({ source: { current: index }, embeddings, weights });
}

describe('the retriever', () => {
  it('finds an entry by its question in either language', async () => {
    const ids = async (query: string, lang: 'zh' | 'en') =>
      (await retriever().retrieve(query, lang)).map((hit) => hit.entryId);
    expect((await ids('非极大值抑制怎么写', 'zh'))[0]).toBe('vision/02');
    expect((await ids('how to write non-maximum suppression', 'en'))[0]).toBe('vision/02');
    expect((await ids('lora init', 'en'))[0]).toBe('llm/language/05');
  });

  it('gives hits, the nearest first, that stand in the file where they say', async () => {
    const [entry] = await retriever().retrieve('去掉重复框', 'zh');
    const [hit] = entry!.hits;
    expect(hit.chunk).toMatchObject({ part: 'wording', lang: 'zh', text: '去掉重复框' });
    expect(hit.similarity).toBeCloseTo(1, 2);
    const similarities = entry!.hits.map(({ similarity }) => similarity ?? 0);
    expect(similarities).toEqual([...similarities].sort((a, b) => b - a));
    for (const { chunk } of entry!.hits) {
      const file = readFileSync(join(bank.corpus, chunk.file), 'utf8');
      expect(file.slice(chunk.start, chunk.end).replace(/^(['"])(.*)\1$/s, '$2')).toBe(chunk.text);
    }
  });

  it('brings chunks of every kind, so that an answer finds its evidence', async () => {
    const [entry] = await retriever().retrieve('去掉重复框', 'zh');
    expect(new Set(entry!.hits.map(({ chunk }) => chunk.part))).toEqual(
      new Set(['question', 'wording', 'key-point', 'answer']),
    );
  });

  it('shows the question, in the asker’s language, of an entry that words alone found', async () => {
    const blind = new Proxy(index, {
      get: (target, name: keyof LoadedIndex) => (name === 'vectors' ? { nearest: () => [] } : target[name]),
    });
    const byWords = new HybridRetriever({ source: { current: blind }, embeddings });
    const [entry] = await byWords.retrieve('LoRA initialised', 'en');
    expect(entry!.entryId).toBe('llm/language/05');
    expect(entry!.hits).toHaveLength(1);
    expect(entry!.hits[0]).toMatchObject({ similarity: null, chunk: { part: 'question', lang: 'en' } });
  });

  it('prefers the asker’s language among equal chunks only', async () => {
    const query = 'merging 合并';
    const best = async (lang: 'zh' | 'en') =>
      (await retriever().retrieve(query, lang)).map(({ entryId }) => entryId);
    expect(await best('zh')).toEqual(await best('en'));
  });

  it('finds nothing for an empty query, without asking the model', async () => {
    embeddings.asked.length = 0;
    for (const query of ['', '  \n\t', '\u3000']) expect(await retriever().retrieve(query, 'zh')).toEqual([]);
    expect(embeddings.asked).toEqual([]);
  });

  it('keeps to the limit and to accepted entries', async () => {
    expect(await retriever().retrieve('初始化', 'zh', { limit: 1 })).toHaveLength(1);
    expect(await retriever().retrieve('初始化', 'zh', { limit: 0 })).toEqual([]);
    const accept = (id: string) => id.startsWith('vision/');
    expect(
      (await retriever().retrieve('LoRA 初始化', 'zh', { accept })).map(({ entryId }) => entryId),
    ).toEqual(['vision/02']);
    expect(await retriever().retrieve('LoRA', 'zh', { accept: () => false })).toEqual([]);
  });

  it('gives up when told to', async () => {
    await expect(retriever().retrieve('LoRA', 'zh', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    });
  });

  it('passes a failing model on', async () => {
    const failing = new HashEmbeddings();
    failing.beforeEmbed = () => {
      throw new Error('the model is away');
    };
    const broken = new HybridRetriever({ source: { current: index }, embeddings: failing });
    await expect(broken.retrieve('LoRA', 'zh')).rejects.toThrow('the model is away');
  });

  it('refuses weights that leave nothing', () => {
    expect(() => retriever({ asked: 0, said: 0, words: 0, second: 0 })).toThrow(/above 0/);
  });

  it.each([
    '*'.repeat(5_000),
    '?'.repeat(20_000),
    '((((',
    '[]{}^$.|',
    '🦓🦓',
    '\u0000',
    'a'.repeat(20_000),
    '零'.repeat(20_000),
  ])('copes with an odd query (%#)', async (query) => {
    expect(Array.isArray(await retriever().retrieve(query, 'zh'))).toBe(true);
  });
});

describe('the chunks as a LangChain vector store', () => {
  it('serve a LangChain retriever, with the chunk in the metadata', async () => {
    const documents = await index.vectors
      .asRetriever({ k: 2, filter: (chunk) => chunk.lang === 'en' })
      .invoke('lora init');
    expect(documents[0]).toMatchObject({
      pageContent: 'lora init',
      metadata: { entryId: 'llm/language/05', lang: 'en' },
    });
    expect(documents).toHaveLength(2);
    const [[, score] = []] = await index.vectors.similaritySearchWithScore('lora init', 1);
    expect(score).toBeCloseTo(1, 2);
  });

  it('are read only', async () => {
    await expect(index.vectors.addDocuments()).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('viva ingest'),
    });
    await expect(index.vectors.addVectors()).rejects.toMatchObject({ code: 'usage' });
  });
});
