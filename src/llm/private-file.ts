/** Small files of the server's own: there whole or not at all, on the disk when written, read by their owner alone. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, VivaError } from '../errors.ts';

/**
 * Puts `text` in the place of a file.
 * @throws VivaError `data-unwritable`
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new VivaError(
      'data-unwritable',
      `Cannot write ${path} (${messageOf(cause)}): free space or give write access there, or set VIVA_DATA to another folder.`,
      { cause },
    );
  }
}

/** Makes a rename outlast a power cut, where the system can. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  if (handle === null) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
}
