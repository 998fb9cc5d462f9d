import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ingest } from '../../src/ingest/ingest.ts';
import { loadIndex } from '../../src/retrieval/index-loader.ts';
import { loadHnswlib } from '../../src/retrieval/hnsw.ts';
import { entryText } from '../corpus/entry-text.ts';
import { HashEmbeddings } from '../embedding/hash-embeddings.ts';
import { Bank } from './bank.ts';

let bank: Bank;
beforeEach(() => {
  bank = new Bank();
});
afterEach(() => {
  bank.remove();
});

const program = join(import.meta.dirname, 'ingest-until-killed.ts');

function runUntil(moment: string): NodeJS.Signals | null {
  const args = ['--import', 'tsx', program, bank.corpus, bank.index, moment];
  return spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] }).signal;
}

const newWording = 'a wording that is new';

describe('an ingestion that is killed', () => {
  it.each(['read', 'embed', 'write', '0ms', '3ms', '10ms', '25ms', 'switch', 'clean', 'done'])(
    'at %s leaves an index that works, and the next one finishes the work',
    async (moment) => {
      const hnswlib = await loadHnswlib();
      const options = bank.options(new HashEmbeddings(), { hnswlib });
      const first = await ingest(options);
      bank.write('llm/language/05-lora.md', entryText().replace('lora init', newWording));
      const signal = runUntil(moment);
      // A late moment may come after the end.
      if (!moment.endsWith('ms')) expect(signal).toBe('SIGKILL');

      const left = await loadIndex(bank.index, options);
      const isNew = left.chunks.some((chunk) => chunk.text === newWording);
      expect(left.name === first.generation).toBe(!isNew);
      if (['read', 'embed', 'write', 'switch'].includes(moment)) expect(isNew).toBe(false);
      if (['clean', 'done'].includes(moment)) expect(isNew).toBe(true);

      const next = await ingest(bank.options(new HashEmbeddings(), { hnswlib }));
      const index = await loadIndex(bank.index, options);
      expect(index.chunks.some((chunk) => chunk.text === newWording)).toBe(true);
      expect(readdirSync(join(bank.index, 'generations'))).toEqual([next.generation]);
      expect(readdirSync(bank.index).sort()).toEqual(['current', 'embeddings.bin', 'generations']);
    },
  );

  it('before there was any index leaves none, and the next one makes it', async () => {
    expect(runUntil('switch')).toBe('SIGKILL');
    const options = bank.options();
    await expect(loadIndex(bank.index, options)).rejects.toMatchObject({ code: 'index-missing' });
    await ingest(options);
    await loadIndex(bank.index, options);
  });
});
