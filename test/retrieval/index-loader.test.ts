import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ingest } from '../../src/ingest/ingest.ts';
import { loadHnswlib } from '../../src/retrieval/hnsw.ts';
import { loadIndex } from '../../src/retrieval/index-loader.ts';
import { createTokenizer } from '../../src/retrieval/tokenize.ts';
import { Bank } from '../ingest/bank.ts';
import { HashEmbeddings } from '../embedding/hash-embeddings.ts';

const hnswlib = await loadHnswlib();

let bank: Bank;
beforeEach(() => {
  bank = new Bank();
});
afterEach(() => {
  bank.remove();
});

function damage(path: string, change: (bytes: Buffer) => Uint8Array): void {
  writeFileSync(path, change(Buffer.from(readFileSync(path))));
}

const load = (more: object = {}) => loadIndex(bank.index, { ...bank.options(), ...more });
const saysWhatToRun = expect.stringContaining("run 'viva ingest'");

describe('loading an index', () => {
  it('without one says how to make it', async () => {
    await expect(load()).rejects.toMatchObject({ code: 'index-missing', message: saysWhatToRun });
    mkdirSync(bank.index);
    await expect(load()).rejects.toMatchObject({ code: 'index-missing' });
  });

  it('of another model or other dimensions names both', async () => {
    await ingest(bank.options(new HashEmbeddings('first')));
    await expect(load({ embeddings: new HashEmbeddings('second') })).rejects.toMatchObject({
      code: 'index-incompatible',
      message: expect.stringMatching(/made with first .*64.* from second .*run 'viva ingest'/),
    });
    await expect(load({ embeddings: new HashEmbeddings('first', 32) })).rejects.toMatchObject({
      code: 'index-incompatible',
    });
  });

  describe.each(['chunks.jsonl', 'vectors.bin', 'lexical.json'])('with a bad %s', (name) => {
    it.each<[string, (bytes: Buffer) => Uint8Array]>([
      ['cut off by a byte', (bytes) => bytes.subarray(0, -1)],
      ['longer by a byte', (bytes) => Buffer.concat([bytes, Buffer.of(10)])],
      [
        'with one bit flipped',
        (bytes) => {
          bytes[Math.floor(bytes.length / 2)]! ^= 1;
          return bytes;
        },
      ],
    ])('%s refuses it', async (_, change) => {
      await ingest(bank.options());
      damage(join(bank.generation, name), change);
      await expect(load()).rejects.toMatchObject({
        code: 'index-corrupt',
        message: expect.stringMatching(new RegExp(`${name}.*run 'viva ingest'`)),
      });
    });

    it('that is missing refuses it', async () => {
      await ingest(bank.options());
      rmSync(join(bank.generation, name));
      await expect(load()).rejects.toMatchObject({ code: 'index-corrupt' });
    });
  });

  it('with a garbage manifest or pointer refuses it', async () => {
    await ingest(bank.options());
    const manifest = join(bank.generation, 'manifest.json');
    writeFileSync(manifest, 'garbage');
    await expect(load()).rejects.toMatchObject({ code: 'index-corrupt', message: saysWhatToRun });
    rmSync(manifest);
    await expect(load()).rejects.toMatchObject({ code: 'index-corrupt' });
    writeFileSync(join(bank.index, 'current'), '../../elsewhere\n');
    await expect(load()).rejects.toMatchObject({ code: 'index-corrupt' });
    writeFileSync(join(bank.index, 'current'), `${'0'.repeat(16)}\n`);
    await expect(load()).rejects.toMatchObject({ code: 'index-corrupt' });
  });

  it('of other dimensions than its vectors refuses it', async () => {
    await ingest(bank.options());
    const manifest = join(bank.generation, 'manifest.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"dims": 64', '"dims": 32'));
    await expect(load({ embeddings: new HashEmbeddings('hash-64', 32) })).rejects.toMatchObject({
      code: 'index-corrupt',
    });
  });

  it('made with another tokenizer makes the lexical part again', async () => {
    await ingest(bank.options());
    const said: string[] = [];
    const index = await load({
      tokenizer: await createTokenizer(),
      log: (message: string) => void said.push(message),
    });
    expect(said.join()).toMatch(/made with bigram; it is made again with jieba/);
    expect(index.lexical.find('非极大值抑制').length).toBeGreaterThan(0);
  });

  it.runIf(hnswlib !== null)(
    'takes the graph when told to, and finds the same neighbours with and without it',
    async () => {
      const options = bank.options(new HashEmbeddings(), { hnswlib });
      await ingest(options);
      const said: string[] = [];
      const log = (message: string) => void said.push(message);
      const graph = await loadIndex(bank.index, { ...options, vectorStore: 'hnsw', log });
      const exact = await loadIndex(bank.index, { ...options, vectorStore: 'exact', log });
      const auto = await loadIndex(bank.index, { ...options, vectorStore: 'auto', log });
      expect([graph, exact, auto].map(({ vectors }) => vectors.neighbours.kind)).toEqual([
        'hnsw',
        'exact',
        'exact',
      ]);
      expect(said.filter((message) => /graph|scan/.test(message))).toHaveLength(3);
      const query = options.embeddings.vector('B 置零');
      const rows = [graph, exact].map(({ vectors }) =>
        vectors.nearest(query, 5).map(({ similarity }) => similarity.toFixed(4)),
      );
      expect(rows[0]).toEqual(rows[1]);
    },
  );

  it('without a graph refuses VIVA_VECTOR_STORE=hnsw and says what to do', async () => {
    await ingest(bank.options());
    await expect(load({ vectorStore: 'hnsw' })).rejects.toMatchObject({
      code: 'index-incompatible',
      message: expect.stringMatching(/hnswlib-node.*viva ingest/),
    });
  });

  it.runIf(hnswlib !== null)('with a bad graph refuses it where the graph is used', async () => {
    const options = bank.options(new HashEmbeddings(), { hnswlib });
    await ingest(options);
    damage(join(bank.generation, 'vectors.hnsw'), (bytes) => bytes.subarray(0, -1));
    await expect(loadIndex(bank.index, { ...options, vectorStore: 'hnsw' })).rejects.toMatchObject({
      code: 'index-corrupt',
    });
  });
});
