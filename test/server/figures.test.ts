import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';
import { entryDetailSchema } from '../../src/protocol.ts';
import { AccessKey } from '../../src/server/access-key.ts';
import { entryText } from '../corpus/entry-text.ts';
import { svgText } from '../corpus/svg-text.ts';
import { startServer, type TestServer } from './harness.ts';

let folder: string;
let test: TestServer;

function write(file: string, text: string): void {
  mkdirSync(join(folder, file, '..'), { recursive: true });
  writeFileSync(join(folder, file), text);
}

async function entries() {
  const { entries: read } = await loadCorpus(folder);
  return new Map(read.map((entry) => [entry.id, entry]));
}

const zh = svgText('<text>二</text>');
const en = svgText('<text>two</text>');

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'viva-figures-'));
  write('vision/figures/boxes.zh.svg', zh);
  write('vision/figures/boxes.en.svg', en);
  write('vision/figures/curves.svg', svgText());
  write('vision/figures/lonely.svg', svgText());
  write('vision/figures/hostile.svg', svgText('<script/>'));
  const extraFront = `figures:
  - { file: vision/boxes, alt: { zh: 方框, en: boxes }, caption: { zh: 两个, en: two } }
  - { file: vision/curves, alt: { zh: 曲线, en: curves } }
  - { file: vision/hostile, alt: { zh: 坏, en: bad } }
`;
  write('llm/language/05-x.md', entryText({ extraFront }));
  const material = await entries();
  test = await startServer({ entries: () => material });
});
afterEach(async () => {
  await test.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function shown() {
  const response = await test.fetch('/api/entries/llm%2Flanguage%2F05');
  return entryDetailSchema.parse(response.json()).figures;
}

describe("an entry's figures", () => {
  it('come with alternative text, size and address; one that was refused does not', async () => {
    const address = (name: string) =>
      expect.stringMatching(new RegExp(`^/api/figures/vision/${name}\\.svg\\?v=[0-9a-f]{16}$`)) as string;
    const image = (name: string) => ({ src: address(name), width: 680, height: 320 });
    expect(await shown()).toEqual([
      {
        alt: { zh: '方框', en: 'boxes' },
        caption: { zh: '两个', en: 'two' },
        images: { zh: image('boxes.zh'), en: image('boxes.en') },
      },
      { alt: { zh: '曲线', en: 'curves' }, images: { zh: image('curves'), en: image('curves') } },
    ]);
  });

  it('are sent as they are, and can do nothing where they are opened', async () => {
    const [boxes] = await shown();
    const response = await test.fetch(boxes!.images.zh.src);
    expect(response.status).toBe(200);
    expect(response.text).toBe(zh);
    expect(response.headers).toMatchObject({
      'content-type': 'image/svg+xml; charset=utf-8',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect((await test.fetch(boxes!.images.en.src)).text).toBe(en);
  });

  it('are kept by the browser alone, for ever under the address of their content', async () => {
    const [boxes] = await shown();
    const { src } = boxes!.images.zh;
    const kept = await test.fetch(src);
    expect(kept.headers['cache-control']).toBe('private, max-age=31536000, immutable');
    const [plain = ''] = src.split('?');
    for (const address of [plain, `${plain}?v=0123456789abcdef`]) {
      const asked = await test.fetch(address);
      expect(asked.headers['cache-control']).toBe('private, no-cache');
      const again = await test.fetch(address, { headers: { 'if-none-match': asked.headers.etag! } });
      expect(again.status).toBe(304);
    }
  });

  it.each([
    'vision/lonely.svg',
    'vision/hostile.svg',
    'vision/boxes.svg',
    'vision/boxes.fr.svg',
    'vision/boxes.zh',
    'vision/figures/boxes.zh.svg',
    'llm/boxes.zh.svg',
    'vision/..%2Ffigures%2Fboxes.zh.svg',
    '..%2Fvision/boxes.zh.svg',
    'vision%2Fboxes.zh.svg',
    '%00/x.svg',
    '__proto__/x',
    'vision/',
  ])('are nowhere else: %s', async (path) => {
    const response = await test.fetch(`/api/figures/${path}`);
    expect(response.status).toBe(404);
    expect(response.json()).toMatchObject({ error: { code: 'not-found' } });
    expect(response.headers['cache-control']).toBe('no-store');
  });

  it('are asked for with the access key where there is one', async () => {
    const [boxes] = await shown();
    const { src } = boxes!.images.zh;
    const material = await entries();
    const key = 'a-key-of-this-house-1';
    const guarded = await startServer({
      entries: () => material,
      access: new AccessKey({ key, now: Date.now }),
    });
    try {
      expect((await guarded.fetch(src)).status).toBe(401);
      expect((await guarded.fetch(src, { headers: { 'x-viva-access-key': key } })).text).toBe(zh);
    } finally {
      await guarded.stop();
    }
  });
});
