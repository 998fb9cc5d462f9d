/** A database file while it is open: deleted or replaced, it takes every write and keeps none. */
import { statSync } from 'node:fs';
import { VivaError } from '../errors.ts';

export class OpenFile {
  readonly #path: string;
  readonly #inode: bigint | null;

  /** @param path a file that was opened a moment ago */
  constructor(path: string) {
    this.#path = path;
    this.#inode = inodeOf(path);
  }

  /** @throws VivaError `storage-failed` when the file at the path is not the one that is open */
  mustBeInPlace(): void {
    if (inodeOf(this.#path) === this.#inode) return;
    throw new VivaError(
      'storage-failed',
      `${this.#path} was moved, removed or replaced while it was open: put it back, or start Viva again.`,
      { context: { file: this.#path, trouble: 'gone' }, retryAfterSeconds: 30 },
    );
  }
}

/** null when there is no such file. */
function inodeOf(path: string): bigint | null {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null;
}
