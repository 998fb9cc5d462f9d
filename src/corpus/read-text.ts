/** Reads one text file of the corpus. */
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import type { Problem } from './problem.ts';

export interface SizeLimit {
  readonly bytes: number;
  /** How a problem goes on after the number of bytes: what is allowed, and what to do. */
  readonly advice: string;
}

/** The text of a file relative to `root`; null, with a problem, when it is too large or no UTF-8 text. */
export async function readText(
  root: string,
  file: string,
  limit: SizeLimit,
  problems: Problem[],
): Promise<string | null> {
  const complain = (message: string): null => {
    problems.push({ file, line: 1, message, severity: 'error' });
    return null;
  };
  let bytes: Buffer;
  try {
    const { size } = await lstat(join(root, file));
    if (size > limit.bytes) return complain(`${size} bytes: ${limit.advice}`);
    bytes = await readFile(join(root, file));
  } catch (error) {
    return complain(`cannot be read: ${messageOf(error)}`);
  }
  if (bytes.includes(0)) return complain('not a text file (it holds a NUL byte): save it as UTF-8 text');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return complain('not valid UTF-8: save the file as UTF-8');
  }
}
