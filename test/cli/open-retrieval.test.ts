/** Retrieval as commands and the server open it, with the bundled model, on a bank of two entries. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRetrieval, type OpenRetrieval } from '../../src/cli/open-retrieval.ts';
import { loadConfig, type Config } from '../../src/config.ts';
import { entryText } from '../corpus/entry-text.ts';
import { Bank } from '../ingest/bank.ts';

let bank: Bank;
let config: Config;
let opened: OpenRetrieval | undefined;
beforeEach(() => {
  bank = new Bank();
  config = loadConfig({ VIVA_CORPUS: bank.corpus, VIVA_INDEX: bank.index }, join(bank.folder, 'no.env'));
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
    opened = await openRetrieval(config, { ingest: true });
    await opened.close();
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
    opened = await openRetrieval(config, { ingest: true });
    await opened.close();
    bank.write('vision/03-added.md', entryText({ id: 'vision/03' }).replace('lora init', wording));
    opened = await openRetrieval(config, { ingest: true });
    await opened.close();
    expect(Object.keys(bank.files())).not.toContain('ingest.lock');
  });

  it('makes an index again that is damaged, and embeds again where the cache is', async () => {
    opened = await openRetrieval(config, { ingest: true });
    await opened.close();
    writeFileSync(join(bank.generation, 'vectors.bin'), 'short');
    writeFileSync(join(bank.index, 'embeddings.bin'), 'short');
    await expect(openRetrieval(config)).rejects.toMatchObject({ code: 'index-corrupt' });
    const said: string[] = [];
    opened = await openRetrieval(config, { ingest: true, log: (message) => void said.push(message) });
    expect(said.join('\n')).toMatch(/embeddings\.bin is damaged/);
    expect(await opened.retriever.retrieve('LoRA', 'zh')).not.toEqual([]);
  });

  it('works without the cache, embedding what it needs', async () => {
    opened = await openRetrieval(config, { ingest: true });
    await opened.close();
    rmSync(join(bank.index, 'embeddings.bin'));
    opened = await openRetrieval(config);
    expect(await opened.retriever.retrieve('LoRA', 'zh')).not.toEqual([]);
  });
});
