/** Files of one JSON object a line. */
import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { messageOf, VivaError } from '../errors.ts';

export interface JsonLine<T> {
  readonly value: T;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/**
 * Reads and checks every line; blank lines are skipped.
 * @throws VivaError `usage` naming file, line and what is wrong with it.
 */
export async function readJsonl<T>(file: string, schema: z.ZodType<T>): Promise<JsonLine<T>[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new VivaError('usage', `${file}: cannot be read; give a file of one JSON object a line.`, {
      cause,
    });
  });
  const found: JsonLine<T>[] = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (raw.trim() === '') continue;
    found.push({ value: parseLine(raw, schema, `${file}:${index + 1}`), file, line: index + 1 });
  }
  return found;
}

function parseLine<T>(raw: string, schema: z.ZodType<T>, place: string): T {
  let json: unknown;
  try {
    json = JSON.parse(raw);
  } catch (cause) {
    throw new VivaError('usage', `${place}: not JSON (${messageOf(cause)}).`, { cause });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.') || 'the line'}: ${message}`,
  );
  throw new VivaError('usage', `${place}: ${complaints.join('; ')}`, { cause: parsed.error });
}
