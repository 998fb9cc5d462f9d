import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readJsonl } from '../../src/eval/jsonl.ts';

const folder = mkdtempSync(join(tmpdir(), 'viva-jsonl-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const file = join(folder, 'cases.jsonl');
const schema = z.object({ a: z.number() });

describe('reading lines of JSON', () => {
  it('gives each value with its place, and skips blank lines', async () => {
    writeFileSync(file, '\uFEFF{"a":1}\r\n\n  \n{"a":2}');
    expect(await readJsonl(file, schema)).toEqual([
      { value: { a: 1 }, file, line: 1 },
      { value: { a: 2 }, file, line: 4 },
    ]);
  });

  it('gives nothing for an empty file', async () => {
    writeFileSync(file, '');
    expect(await readJsonl(file, schema)).toEqual([]);
  });

  it.each([
    ['{"a":1}\n{"a":', 2, 'not JSON'],
    ['{"a":1}\n\n{"a":"x"}', 3, 'a: '],
    ['[]', 1, 'the line: '],
    ['null', 1, 'the line: '],
  ])('refuses %j with file and line', async (text, line, why) => {
    writeFileSync(file, text);
    await expect(readJsonl(file, schema)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`${file}:${line}: ${why}`),
    });
  });

  it('refuses a file that is not there', async () => {
    await expect(readJsonl(join(folder, 'none'), schema)).rejects.toMatchObject({ code: 'usage' });
  });
});
