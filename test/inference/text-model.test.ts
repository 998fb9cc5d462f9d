import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VivaError } from '../../src/errors.ts';
import {
  readManifest,
  textModelManifestSchema,
  type TextModelManifest,
} from '../../src/inference/manifest.ts';
import { TextModel } from '../../src/inference/text-model.ts';

const dir = fileURLToPath(new URL('../../models/embedding', import.meta.url));
const passages = (n: number): string[] =>
  Array.from({ length: n }, (_, at) =>
    `passage: ${at} 注意力机制 attention is all you need, part ${at * 7} `.repeat(1 + (at % 3)),
  );

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * b[at]!, 0);
}

async function failure(promise: Promise<unknown>): Promise<VivaError> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof VivaError) return error;
  throw error;
}

describe('TextModel', () => {
  let manifest: TextModelManifest;
  let model: TextModel;

  beforeAll(async () => {
    manifest = await readManifest(dir, textModelManifestSchema);
    model = await TextModel.load({ dir, manifest });
  });

  afterAll(() => model.close());

  it('gives one row of length 1 per text, in order, alike for equal texts', async () => {
    const texts = [...passages(40), 'passage: same', '', 'passage: same'];
    const rows = await model.run(texts);
    expect(rows).toHaveLength(texts.length);
    for (const row of rows) {
      expect(row).toHaveLength(384);
      expect(cosine(row, row)).toBeCloseTo(1, 5);
    }
    expect(cosine(rows.at(-1)!, rows.at(-3)!)).toBeCloseTo(1, 5);
    const [alone] = await model.run([texts[17]!]);
    expect(cosine(alone!, rows[17]!)).toBeGreaterThan(0.999);
  });

  it('puts texts of several calls through together, and counts that', async () => {
    const sole = ['query: what is LoRA', 'query: what is a mask'];
    const before = model.counts;
    await model.run([sole[0]!]);
    await model.run([sole[1]!]);
    const apart = model.counts;
    expect(apart).toEqual({ ...before, batches: before.batches + 2, rows: before.rows + 2 });
    // The first call goes off alone; those that come while it runs share what follows.
    await Promise.all(Array.from({ length: 9 }, async (_, at) => model.run([`query: what is LoRA ${at}`])));
    const together = model.counts;
    expect(together.rows).toBe(apart.rows + 9);
    expect(together.batches).toBeLessThan(apart.batches + 5);
    expect(together.sharedBatches).toBeGreaterThan(apart.sharedBatches);
  });

  it('gives no rows for no texts', async () => {
    expect(await model.run([])).toEqual([]);
  });

  it('cuts a text at the length the model takes', async () => {
    const [once, twice] = await model.run(['梯度下降 '.repeat(2_000), '梯度下降 '.repeat(4_000)]);
    expect(cosine(once!, twice!)).toBeCloseTo(1, 5);
  });

  it('lets a question overtake a long call', async () => {
    const order: string[] = [];
    const long = model.run(passages(80)).then(() => order.push('long'));
    const short = model.run(['query: a question']).then(() => order.push('short'));
    await Promise.all([long, short]);
    expect(order).toEqual(['short', 'long']);
  });

  it('shares batches between calls made at the same time', async () => {
    const texts = passages(24);
    const together = await Promise.all(texts.map((text) => model.run([text])));
    const expected = await model.run(texts);
    for (const [at, [row]] of together.entries()) expect(cosine(row!, expected[at]!)).toBeGreaterThan(0.999);
  });

  it('leaves the event loop free while it works', async () => {
    const delay = monitorEventLoopDelay({ resolution: 2 });
    const texts = passages(80);
    await model.run(texts.slice(0, 2));
    delay.enable();
    await model.run(texts);
    delay.disable();
    // On a free machine 99 % are below 5 ms; the margin is for busy ones.
    expect(delay.percentile(90) / 1e6).toBeLessThan(20);
  });

  it('gives up at once when the signal fires, and goes on working for others', async () => {
    const controller = new AbortController();
    const long = failure(model.run(passages(400), controller.signal));
    const other = model.run(['query: somebody else']);
    setTimeout(() => {
      controller.abort();
    }, 30);
    expect((await long).code).toBe('aborted');
    expect(await other).toHaveLength(1);
    expect(await model.run(['query: again'])).toHaveLength(1);
  });

  it('does nothing for a signal that has fired already', async () => {
    expect((await failure(model.run(['x'], AbortSignal.abort()))).code).toBe('aborted');
  });

  it('fails calls under way and later ones when it is closed', async () => {
    const closing = await TextModel.load({ dir, manifest, threads: 2 });
    const running = failure(closing.run(passages(100)));
    await closing.close();
    await closing.close();
    expect((await running).code).toBe('aborted');
    expect((await failure(closing.run(['x']))).code).toBe('aborted');
  });
});

describe('loading a model', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'viva-model-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  async function copy(name: string, change: (dir: string) => Promise<void>): Promise<string> {
    const target = join(folder, name);
    await mkdir(target);
    for (const file of ['manifest.json', 'tokenizer.json', 'model.onnx'])
      await copyFile(join(dir, file), join(target, file));
    await change(target);
    return target;
  }

  async function load(from: string): Promise<TextModel> {
    return TextModel.load({ dir: from, manifest: await readManifest(from, textModelManifestSchema) });
  }

  it('names the manifest that is missing', async () => {
    const error = await failure(load(join(folder, 'nowhere')));
    expect(error.code).toBe('model-missing');
    expect(error.message).toContain(join(folder, 'nowhere', 'manifest.json'));
    expect(error.message).toContain('VIVA_MODELS');
  });

  it('names the file that is missing', async () => {
    const from = await copy('missing', (at) => rm(join(at, 'model.onnx')));
    const error = await failure(load(from));
    expect(error.code).toBe('model-missing');
    expect(error.message).toContain(join(from, 'model.onnx'));
  });

  it('refuses a file with other bytes than the manifest names', async () => {
    const from = await copy('flipped', async (at) => {
      const content = await readFile(join(at, 'model.onnx'));
      content[1_000_000]! ^= 1;
      await writeFile(join(at, 'model.onnx'), content);
    });
    const error = await failure(load(from));
    expect(error.code).toBe('model-corrupt');
    expect(error.message).toContain('sha256');
  });

  it('refuses a pointer in place of the file', async () => {
    const from = await copy('pointer', (at) =>
      writeFile(join(at, 'tokenizer.json'), 'version https://git-lfs'),
    );
    expect((await failure(load(from))).message).toContain('Git LFS');
  });

  it('refuses a manifest of another format or shape, and says which field', async () => {
    const from = await copy('format', async (at) => {
      const manifest = JSON.parse(await readFile(join(at, 'manifest.json'), 'utf8')) as Record<
        string,
        unknown
      >;
      await writeFile(join(at, 'manifest.json'), JSON.stringify({ ...manifest, format: 2 }));
    });
    const error = await failure(load(from));
    expect(error.code).toBe('model-corrupt');
    expect(error.message).toContain('format');
    const broken = await copy('json', (at) => writeFile(join(at, 'manifest.json'), '{'));
    expect((await failure(load(broken))).code).toBe('model-corrupt');
  });
});
