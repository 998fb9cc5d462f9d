/** The index of a running server: replaced by a newer one while queries go on. */
import { watch, type FSWatcher } from 'node:fs';
import { messageOf } from '../errors.ts';
import { indexLayout } from './manifest.ts';
import { loadIndex, readPointer, type LoadedIndex, type LoadIndexOptions } from './index-loader.ts';

export interface IndexHandleOptions extends LoadIndexOptions {
  /** How often the pointer is read besides, in milliseconds: some file systems report no changes. Default 5,000. */
  readonly pollMs?: number;
}

/** Changes come in bursts; the pointer is read once they are over. */
const settleMs = 50;

export class IndexHandle {
  readonly #folder: string;
  readonly #options: IndexHandleOptions;
  readonly #listeners = new Set<(index: LoadedIndex) => void>();
  readonly #poll: NodeJS.Timeout;
  readonly #watcher: FSWatcher | null;
  #current: LoadedIndex;
  #settling: NodeJS.Timeout | undefined;
  #checking: Promise<boolean> | null = null;
  /** A generation that could not be loaded, so that it is reported once. */
  #refused = '';

  private constructor(folder: string, options: IndexHandleOptions, first: LoadedIndex) {
    this.#folder = folder;
    this.#options = options;
    this.#current = first;
    this.#poll = setInterval(() => void this.refresh(), options.pollMs ?? 5_000);
    this.#poll.unref();
    this.#watcher = this.#watch();
  }

  /**
   * Loads the index in use and keeps an eye on the pointer.
   * @throws VivaError as `loadIndex` does.
   */
  static async open(folder: string, options: IndexHandleOptions): Promise<IndexHandle> {
    return new IndexHandle(folder, options, await loadIndex(folder, options));
  }

  /** Take it once per query and stay with it. */
  get current(): LoadedIndex {
    return this.#current;
  }

  /** Called with every newer index, after it is in use. Returns a function that ends it. */
  onReplaced(listener: (index: LoadedIndex) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Looks for a newer index now. True when it was found and is in use; one that does not load is logged, the old one stays. */
  refresh(): Promise<boolean> {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = null;
    });
    return this.#checking;
  }

  /** Stops watching. The index stays usable. */
  close(): void {
    clearInterval(this.#poll);
    clearTimeout(this.#settling);
    this.#watcher?.close();
    this.#listeners.clear();
  }

  async #check(): Promise<boolean> {
    let name = '';
    try {
      name = await readPointer(this.#folder);
      if (name === this.#current.name || name === this.#refused) return false;
      const next = await loadIndex(this.#folder, this.#options);
      if (next.name === this.#current.name) return false;
      this.#current = next;
      this.#refused = '';
      this.#options.log?.(
        `index ${next.name} is in use: ${next.manifest.counts.chunks} chunks of ${next.manifest.counts.entries} entries`,
      );
    } catch (error) {
      // The server goes on with the index it has.
      if (name !== '' && name !== this.#refused) {
        this.#options.log?.(`the new index is not used: ${messageOf(error)}`);
      }
      this.#refused = name;
      return false;
    }
    for (const listener of this.#listeners) listener(this.#current);
    return true;
  }

  #watch(): FSWatcher | null {
    try {
      const watcher = watch(this.#folder, { persistent: false }, (_, file) => {
        if (file !== null && file !== indexLayout.pointer) return;
        clearTimeout(this.#settling);
        this.#settling = setTimeout(() => void this.refresh(), settleMs);
      });
      // Polling goes on.
      watcher.on('error', () => undefined);
      return watcher;
    } catch {
      return null;
    }
  }
}
