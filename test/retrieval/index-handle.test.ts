import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ingest } from '../../src/ingest/ingest.ts';
import { HybridRetriever } from '../../src/retrieval/hybrid-retriever.ts';
import { IndexHandle } from '../../src/retrieval/index-handle.ts';
import { entryText } from '../corpus/entry-text.ts';
import { HashEmbeddings } from '../embedding/hash-embeddings.ts';
import { Bank } from '../ingest/bank.ts';

let bank: Bank;
let handle: IndexHandle | undefined;
beforeEach(() => {
  bank = new Bank();
});
afterEach(() => {
  handle?.close();
  bank.remove();
});

function addEntry(id: string, wording: string): void {
  bank.write(`${id}-added.md`, entryText({ id }).replace('lora init', wording));
}

describe('the index of a running server', () => {
  it('is replaced by a newer one, without being asked', async () => {
    const options = bank.options();
    await ingest(options);
    handle = await IndexHandle.open(bank.index, { ...options, pollMs: 60_000 });
    const replaced = vi.fn();
    handle.onReplaced(replaced);
    const before = handle.current;
    addEntry('vision/03', 'zebra crossing');
    const { generation } = await ingest(options);
    await vi.waitFor(
      () => {
        expect(handle!.current.name).toBe(generation);
      },
      { timeout: 5_000 },
    );
    expect(replaced).toHaveBeenCalledExactlyOnceWith(handle.current);
    expect(before.chunks.length).toBeLessThan(handle.current.chunks.length);
  });

  it('is replaced by polling where the system reports no changes', async () => {
    const options = bank.options();
    await ingest(options);
    // The watched folder is moved away and another put in its place: no report comes from there.
    handle = await IndexHandle.open(bank.index, { ...options, pollMs: 50 });
    renameSync(bank.index, `${bank.index}-old`);
    mkdirSync(bank.index);
    addEntry('vision/03', 'zebra crossing');
    const { generation } = await ingest(options);
    await vi.waitFor(
      () => {
        expect(handle!.current.name).toBe(generation);
      },
      { timeout: 5_000 },
    );
  });

  it('stays when the newer one does not load, and says so once', async () => {
    const options = bank.options();
    await ingest(options);
    const said: string[] = [];
    handle = await IndexHandle.open(bank.index, {
      ...options,
      log: (message) => void said.push(message),
      pollMs: 20,
    });
    said.length = 0;
    const { name } = handle.current;
    await ingest(bank.options(new HashEmbeddings('another')));
    await vi.waitFor(
      () => {
        expect(said.length).toBeGreaterThan(0);
      },
      { timeout: 5_000 },
    );
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(said).toEqual([expect.stringMatching(/not used: .*another/)]);
    expect(handle.current.name).toBe(name);
    // The right model again: taken at once.
    addEntry('vision/03', 'zebra crossing');
    const { generation } = await ingest(options);
    await vi.waitFor(
      () => {
        expect(handle!.current.name).toBe(generation);
      },
      { timeout: 5_000 },
    );
  });

  it('survives a pointer that is garbage for a moment or gone', async () => {
    const options = bank.options();
    await ingest(options);
    handle = await IndexHandle.open(bank.index, { ...options, pollMs: 60_000 });
    const { name } = handle.current;
    writeFileSync(join(bank.index, 'current'), 'garb');
    expect(await handle.refresh()).toBe(false);
    rmSync(join(bank.index, 'current'));
    expect(await handle.refresh()).toBe(false);
    expect(handle.current.name).toBe(name);
  });

  it('answers every query while it is replaced again and again', async () => {
    const options = bank.options();
    await ingest(options);
    handle = await IndexHandle.open(bank.index, { ...options, pollMs: 10 });
    const retriever = new HybridRetriever({ source: handle, embeddings: options.embeddings });
    const stop = new AbortController();
    let answered = 0;
    const asking = (async () => {
      while (!stop.signal.aborted) {
        const [hit] = await retriever.retrieve('非极大值抑制', 'zh');
        expect(hit?.entryId).toBe('vision/02');
        answered++;
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const generations = new Set<string>();
    for (let round = 0; round < 8; round++) {
      addEntry('vision/03', `zebra ${round}`);
      generations.add((await ingest(options)).generation);
      await handle.refresh();
    }
    stop.abort();
    await asking;
    expect(generations.size).toBe(8);
    expect(answered).toBeGreaterThan(8);
    expect([...generations]).toContain(handle.current.name);
  });
});
