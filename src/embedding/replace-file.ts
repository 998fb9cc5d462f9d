/** Files that are there whole or not at all. */
import { open, rename, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { messageOf, VivaError } from '../errors.ts';

/** What a half-written file is called; whoever holds the folder's lock may delete these. */
export const halfWritten = /\.tmp-\d+-[0-9a-f]{8}$/;

/** A name beside `path` that `halfWritten` recognises. */
export function temporaryName(path: string): string {
  return `${path}.tmp-${process.pid}-${randomBytes(4).toString('hex')}`;
}

/** Writes a file and waits until the disk has it. */
export async function writeThrough(path: string, bytes: Uint8Array | string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a rename in a folder outlast a power cut, where the system can. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; there a rename is as safe as it gets.
  const handle = await open(folder, 'r').catch(() => null);
  if (handle === null) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
}

/**
 * Puts `bytes` in the place of a file: readers see the old content or the new one, never a part, whatever happens between.
 * @throws VivaError `data-unwritable`.
 */
export async function replaceFile(path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await writeThrough(temporary, bytes);
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw unwritable(path, cause);
  }
}

/** The error for a path that cannot be written, with the system's reason. */
export function unwritable(path: string, cause: unknown): VivaError {
  const reason = messageOf(cause);
  return new VivaError(
    'data-unwritable',
    `Cannot write ${path} (${reason}): free space or give write access there, or set VIVA_INDEX to another folder.`,
    { cause },
  );
}
