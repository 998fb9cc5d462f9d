import { describe, expect, it } from 'vitest';
import { parseManifest, type IndexManifest } from '../../src/retrieval/manifest.ts';

const sha256 = 'a'.repeat(64);
const manifest: IndexManifest = {
  format: 'viva-index',
  version: 2,
  generation: '0123456789abcdef',
  embedder: { id: 'm', dims: 4 },
  chunker: 1,
  lexical: { engine: 'minisearch', tokenizer: 'bigram' },
  graph: null,
  corpus: sha256,
  counts: { entries: 1, chunks: 2 },
  files: {
    'chunks.jsonl': { bytes: 1, sha256 },
    'vectors.bin': { bytes: 1, sha256 },
    'lexical.json': { bytes: 1, sha256 },
  },
};

function refusal(value: unknown): unknown {
  try {
    return parseManifest(typeof value === 'string' ? value : JSON.stringify(value), 'manifest.json');
  } catch (error) {
    return error;
  }
}

describe('a manifest', () => {
  it('is read', () => {
    expect(parseManifest(JSON.stringify(manifest), 'manifest.json')).toEqual(manifest);
  });

  it.each([
    ['no JSON', '{"format":'],
    ['empty', ''],
    ['something else', '[]'],
    ['without dimensions', { ...manifest, embedder: { id: 'm' } }],
    ['with negative counts', { ...manifest, counts: { entries: -1, chunks: 2 } }],
    ['with an unknown field', { ...manifest, surprise: 1 }],
    ['with a generation that leads elsewhere', { ...manifest, generation: '../../../etc' }],
  ])('that is %s is corrupt', (_, value) => {
    expect(refusal(value)).toMatchObject({
      code: 'index-corrupt',
      message: expect.stringContaining("run 'viva ingest'"),
    });
  });

  it('of another version is incompatible', () => {
    expect(refusal({ ...manifest, version: 3, whatever: true })).toMatchObject({
      code: 'index-incompatible',
      message: expect.stringMatching(/format 3.*reads 2.*viva ingest/),
    });
  });
});
