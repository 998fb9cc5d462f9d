import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TextEncoder } from '../../src/inference/text-encoder.ts';

interface Fixture {
  kind: string;
  from: 'source' | 'cut';
  text: string;
  repeat: number;
  ids: number[];
}

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const tokenizer = read('../../models/embedding/tokenizer.json') as { model: { vocab: [string, number][] } };
const fixtures = read('./tokenizer-fixtures.json') as Fixture[];
const unlimited = new TextEncoder(tokenizer, { maxTokens: 100_000, longestPiece: 16 });
const limited = new TextEncoder(tokenizer, { maxTokens: 512, longestPiece: 16 });
const pieces = (ids: number[]): (string | undefined)[] => ids.map((id) => tokenizer.model.vocab[id]?.[0]);

describe('TextEncoder', () => {
  it('has fixtures of every kind, most of them split as the full vocabulary splits them', () => {
    expect(fixtures.length).toBeGreaterThanOrEqual(300);
    expect(fixtures.filter((fixture) => fixture.from === 'source').length).toBeGreaterThan(
      fixtures.length * 0.8,
    );
    expect(new Set(fixtures.map((fixture) => fixture.kind)).size).toBeGreaterThanOrEqual(12);
  });

  it.each([...new Set(fixtures.map((fixture) => fixture.kind))])(
    'splits %s as the reference does',
    (kind) => {
      const group = fixtures.filter((fixture) => fixture.kind === kind);
      const split = group.map(({ text, repeat }) => ({
        text,
        pieces: pieces(unlimited.encode(text.repeat(repeat))),
      }));
      expect(split).toEqual(group.map(({ text, ids }) => ({ text, pieces: pieces(ids) })));
    },
  );

  it('cuts a long text at its end and keeps the end mark', () => {
    const long = fixtures.filter((fixture) => fixture.kind === 'long');
    for (const { text, repeat, ids } of long) {
      const encoded = limited.encode(text.repeat(repeat));
      expect(encoded).toHaveLength(Math.min(512, ids.length));
      expect(encoded.slice(0, 511)).toEqual(ids.slice(0, 511));
      expect(encoded.at(-1)).toBe(ids.at(-1));
    }
  });

  it('reads the front of ten megabytes in little time', () => {
    const start = performance.now();
    expect(limited.encode('梯度下降 gradient '.repeat(700_000))).toHaveLength(512);
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('never takes the spelling of a mark for the mark', () => {
    const [begin, ...rest] = limited.encode('</s> <s> <pad> <unk>');
    const end = rest.pop();
    expect(rest).not.toContain(begin);
    expect(rest).not.toContain(end);
    expect(rest.filter((id) => id < 4)).toEqual([]);
  });
});
