import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ingest, type IngestProgress } from '../../src/ingest/ingest.ts';
import { loadHnswlib } from '../../src/retrieval/hnsw.ts';
import { loadIndex } from '../../src/retrieval/index-loader.ts';
import { entryText } from '../corpus/entry-text.ts';
import { svgText } from '../corpus/svg-text.ts';
import { HashEmbeddings } from '../embedding/hash-embeddings.ts';
import { Bank } from './bank.ts';

let bank: Bank;
beforeEach(() => {
  bank = new Bank();
});
afterEach(() => {
  bank.remove();
});

describe('an ingestion', () => {
  it('makes an index that loads', async () => {
    const options = bank.options();
    const report = await ingest(options);
    expect(report).toMatchObject({ changed: true, entries: 2, problems: [] });
    expect(report.embedded).toBe(report.texts);
    const index = await loadIndex(bank.index, options);
    expect(index.chunks).toHaveLength(report.chunks);
    expect(index.manifest.counts).toEqual({ entries: 2, chunks: report.chunks });
    expect(new Set(index.chunks.map((chunk) => chunk.entryId))).toEqual(
      new Set(['llm/language/05', 'vision/02']),
    );
    expect(readdirSync(bank.index).sort()).toEqual(['current', 'embeddings.bin', 'generations']);
  });

  it('touches no file and asks the model nothing the second time', async () => {
    await ingest(bank.options());
    const before = bank.files();
    const again = bank.options();
    const report = await ingest(again);
    expect(report).toMatchObject({ changed: false, embedded: 0 });
    expect(again.embeddings.asked).toEqual([]);
    expect(bank.files()).toEqual(before);
  });

  it('gives the same bytes elsewhere, graph included', async () => {
    const hnswlib = await loadHnswlib();
    const other = new Bank();
    try {
      await ingest(bank.options(new HashEmbeddings(), { hnswlib }));
      await ingest(other.options(new HashEmbeddings(), { hnswlib }));
      const content = (one: Bank) =>
        Object.entries(one.files()).map(([file, { content }]) => [file, content]);
      expect(content(other)).toEqual(content(bank));
    } finally {
      other.remove();
    }
  });

  it('embeds only what changed', async () => {
    const first = await ingest(bank.options());
    bank.write(
      'llm/language/05-lora.md',
      entryText().replace('en: A is random and B is zero', 'en: A is random while B is zero'),
    );
    const options = bank.options();
    const second = await ingest(options);
    expect(options.embeddings.asked).toEqual([
      'passage:A is random while B is zero',
      'query:A is random while B is zero',
    ]);
    expect(second).toMatchObject({ changed: true, embedded: 2 });
    expect(second.generation).not.toBe(first.generation);
    expect(readdirSync(join(bank.index, 'generations'))).toEqual([second.generation]);
  });

  it('tells running servers of a figure that changed', async () => {
    const extraFront = 'figures: [{ file: llm/boxes, alt: { zh: 方框, en: boxes } }]\n';
    bank.write('llm/language/05-lora.md', entryText({ extraFront }));
    bank.write('llm/figures/boxes.svg', svgText());
    await ingest(bank.options());
    const before = bank.generation;
    bank.write('llm/figures/boxes.svg', svgText('<circle r="3"/>'));
    expect(await ingest(bank.options())).toMatchObject({ changed: true, embedded: 0 });
    expect(bank.generation).not.toBe(before);
  });

  it('drops an entry that is gone, and its vectors', async () => {
    const before = await ingest(bank.options());
    rmSync(join(bank.corpus, 'vision/02-nms.md'));
    const after = await ingest(bank.options());
    expect(after.entries).toBe(1);
    expect(after.texts).toBeLessThan(before.texts);
    expect(bank.files()['embeddings.bin']!.content).toContain(`"count":${after.texts},`);
  });

  it('leaves a broken file out, says so, and indexes the others', async () => {
    bank.write('vision/03-broken.md', '---\nid: vision/03\nkind: [\n---\n');
    const report = await ingest(bank.options());
    expect(report.entries).toBe(2);
    expect(report.problems).toEqual([
      expect.objectContaining({ file: 'vision/03-broken.md', severity: 'error' }),
    ]);
  });

  it('refuses a corpus without any usable entry and keeps the old index', async () => {
    await ingest(bank.options());
    const before = bank.files();
    rmSync(bank.corpus, { recursive: true });
    await expect(ingest(bank.options())).rejects.toMatchObject({ code: 'corpus-missing' });
    mkdirSync(bank.corpus);
    await expect(ingest(bank.options())).rejects.toMatchObject({
      code: 'corpus-invalid',
      message: expect.stringContaining(bank.corpus),
    });
    bank.write('vision/03-broken.md', 'nothing');
    await expect(ingest(bank.options())).rejects.toMatchObject({
      code: 'corpus-invalid',
      message: expect.stringContaining('vision/03-broken.md:1'),
    });
    expect(bank.files()).toEqual(before);
  });

  it('makes everything again when forced', async () => {
    const first = await ingest(bank.options());
    const options = bank.options(new HashEmbeddings(), { force: true });
    const second = await ingest(options);
    expect(second.embedded).toBe(first.texts);
    expect(second.generation).not.toBe(first.generation);
    expect(readdirSync(join(bank.index, 'generations'))).toEqual([second.generation]);
    await loadIndex(bank.index, options);
  });

  it('replaces the index of another model, and says that everything is embedded again', async () => {
    await ingest(bank.options(new HashEmbeddings('first')));
    const said: string[] = [];
    const options = bank.options(new HashEmbeddings('second'), { log: (message) => void said.push(message) });
    const report = await ingest(options);
    expect(report.embedded).toBe(report.texts);
    expect(said.join()).toMatch(/another model than second/);
    expect((await loadIndex(bank.index, options)).manifest.embedder.id).toBe('second');
  });

  it.each(['embeddings.bin', 'current', 'manifest.json', 'vectors.bin', 'chunks.jsonl', 'lexical.json'])(
    'mends a damaged %s',
    async (name) => {
      await ingest(bank.options());
      const path =
        name === 'embeddings.bin' || name === 'current'
          ? join(bank.index, name)
          : join(bank.generation, name);
      writeFileSync(path, readFileSync(path).subarray(0, -2));
      const options = bank.options();
      const report = await ingest(options);
      expect(report.embedded).toBe(name === 'embeddings.bin' ? report.texts : 0);
      await loadIndex(bank.index, options);
      expect(await ingest(bank.options())).toMatchObject({ changed: false });
    },
  );

  it('works without embeddings.bin', async () => {
    await ingest(bank.options());
    const before = bank.files()['embeddings.bin']!.content;
    rmSync(join(bank.index, 'embeddings.bin'));
    expect(await ingest(bank.options())).toMatchObject({ changed: true });
    expect(bank.files()['embeddings.bin']!.content).toBe(before);
  });

  it('takes in a change that is made while it embeds', async () => {
    const options = bank.options();
    let calls = 0;
    options.embeddings.beforeEmbed = () => {
      if (++calls === 2)
        bank.write(
          'vision/02-nms.md',
          entryText({
            id: 'vision/02',
            en: 'Changed meanwhile. A starts random and B starts at zero. the update is zero at the first step. The scale is $\\alpha/r$. Merged weights add no latency.',
          }),
        );
    };
    await ingest(options);
    const index = await loadIndex(bank.index, options);
    expect(index.chunks.some((chunk) => chunk.text.startsWith('Changed meanwhile.'))).toBe(true);
    const again = bank.options();
    expect(await ingest(again)).toMatchObject({ changed: false });
  });

  it('ends although the corpus changes all the time', async () => {
    const options = bank.options();
    let calls = 0;
    options.embeddings.beforeEmbed = () => {
      bank.write(
        'vision/02-nms.md',
        entryText({ id: 'vision/02' }).replace('lora init', `wording ${++calls}`),
      );
    };
    expect(await ingest(options)).toMatchObject({ entries: 2 });
    await loadIndex(bank.index, options);
  });

  it('keeps the old index when the model fails, and lets the next one in', async () => {
    await ingest(bank.options());
    const before = bank.files();
    bank.write('llm/language/05-lora.md', entryText().replace('lora init', 'another wording'));
    const failing = bank.options();
    failing.embeddings.beforeEmbed = () => {
      throw new Error('the model is away');
    };
    await expect(ingest(failing)).rejects.toThrow('the model is away');
    expect(bank.files()).toEqual(before);
    expect(await ingest(bank.options())).toMatchObject({ changed: true });
  });

  it('stops when told to, without a trace', async () => {
    await ingest(bank.options());
    const before = bank.files();
    bank.write('llm/language/05-lora.md', entryText().replace('lora init', 'another wording'));
    const stop = new AbortController();
    const options = bank.options(new HashEmbeddings(), { signal: stop.signal });
    options.embeddings.beforeEmbed = () => {
      stop.abort();
    };
    await expect(ingest(options)).rejects.toMatchObject({ code: 'aborted' });
    expect(bank.files()).toEqual(before);
  });

  it('refuses to run beside another', async () => {
    const options = bank.options();
    let refused: unknown;
    options.embeddings.beforeEmbed = async () => {
      refused ??= await ingest(bank.options()).catch((error: unknown) => error);
    };
    await ingest(options);
    expect(refused).toMatchObject({ code: 'ingest-busy' });
  });

  it('reports an index folder that cannot be written', async () => {
    writeFileSync(bank.index, 'a file');
    await expect(ingest(bank.options())).rejects.toMatchObject({
      code: 'data-unwritable',
      message: expect.stringContaining('VIVA_INDEX'),
    });
  });

  it('tells what it does, in order', async () => {
    const steps: IngestProgress[] = [];
    await ingest(bank.options(new HashEmbeddings(), { onProgress: (step) => void steps.push(step) }));
    expect(steps.map(({ step }) => step)).toEqual([
      'read',
      'embed',
      'embed',
      'write',
      'switch',
      'clean',
      'done',
    ]);
    const last = steps.findLast((one) => one.step === 'embed');
    expect(last).toMatchObject({ done: expect.any(Number) });
    expect(last?.step === 'embed' && last.done === last.of).toBe(true);
  });
});
