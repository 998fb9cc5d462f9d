/** Retrieval as commands and the server open it, with the bundled model, on a bank of two entries. */
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRetrieval, type OpenRetrieval } from '../../src/cli/open-retrieval.ts';
import { loadConfig, type Config } from '../../src/config.ts';
import { entryText } from '../corpus/entry-text.ts';
import { Bank } from '../ingest/bank.ts';

let bank: Bank;
let config: Config;
let opened: OpenRetrieval | undefined;
/** A bank as new, with an index. */
let made: Bank;
const configOf = (one: Bank) =>
  loadConfig({ VIVA_CORPUS: one.corpus, VIVA_INDEX: one.index }, join(one.folder, 'no.env'));
beforeAll(async () => {
  made = new Bank();
  await (await openRetrieval(configOf(made), { ingest: 'if-missing' })).close();
});
afterAll(() => made.remove());
beforeEach(() => {
  bank = new Bank();
  config = configOf(bank);
});
afterEach(async () => {
  await opened?.close();
  opened = undefined;
  bank.remove();
});

const wording = 'wording-that-came-later';

describe('opening retrieval', () => {
  it('without an index refuses, or makes it when asked to', async () => {
    await expect(openRetrieval(config)).rejects.toMatchObject({ code: 'index-missing' });
    const said: string[] = [];
    opened = await openRetrieval(config, { ingest: 'if-missing', log: (message) => void said.push(message) });
    expect(said[0]).toMatch(/^No index in .* It is made now\.$/);
    const [hit] = await opened.retriever.retrieve('怎么去掉重叠的框', 'zh');
    expect(hit?.entryId).toBe('vision/02');
  });

  it('brings an index that has fallen behind up to date while it is used', async () => {
    cpSync(made.index, bank.index, { recursive: true });
    bank.write('vision/03-added.md', entryText({ id: 'vision/03' }).replace('lora init', wording));
    opened = await openRetrieval(config, { ingest: true });
    const { name } = opened.handle.current;
    await vi.waitFor(
      () => {
        expect(opened?.handle.current.name).not.toBe(name);
      },
      { timeout: 15_000 },
    );
    expect(opened.handle.current.chunks.some((chunk) => chunk.text === wording)).toBe(true);
  });

  it('closes at once while an update is under way', async () => {
    cpSync(made.index, bank.index, { recursive: true });
    bank.write('vision/03-added.md', entryText({ id: 'vision/03' }).replace('lora init', wording));
    opened = await openRetrieval(config, { ingest: true });
    await opened.close();
    expect(Object.keys(bank.files())).not.toContain('ingest.lock');
  });

  it('makes an index again that is damaged, and embeds again where the cache is', async () => {
    cpSync(made.index, bank.index, { recursive: true });
    writeFileSync(join(bank.generation, 'vectors.bin'), 'short');
    writeFileSync(join(bank.index, 'embeddings.bin'), 'short');
    await expect(openRetrieval(config)).rejects.toMatchObject({ code: 'index-corrupt' });
    const said: string[] = [];
    opened = await openRetrieval(config, { ingest: true, log: (message) => void said.push(message) });
    expect(said.join('\n')).toMatch(/embeddings\.bin is damaged/);
    expect(await opened.retriever.retrieve('LoRA', 'zh')).not.toEqual([]);
  });

  it('works without the cache, embedding what it needs', async () => {
    cpSync(made.index, bank.index, { recursive: true });
    rmSync(join(bank.index, 'embeddings.bin'));
    opened = await openRetrieval(config);
    expect(await opened.retriever.retrieve('LoRA', 'zh')).not.toEqual([]);
  });
});
