import { localSessionStorage, type SessionStorage } from '../../web/src/connection/stored-session.ts';

type Listener = (key: string | null) => void;

/** One browser's storage, with the events that its tabs get of each other's changes. */
export class FakeBrowser {
  readonly items = new Map<string, string>();
  /** Characters that it holds before it refuses more. */
  room = Infinity;
  readonly #tabs: Listener[][] = [];

  /** The storage as one tab sees it. */
  tab(): SessionStorage {
    const own: Listener[] = [];
    this.#tabs.push(own);
    const tell = (key: string) => {
      for (const tab of this.#tabs) if (tab !== own) for (const listener of tab) listener(key);
    };
    const { items } = this;
    const storage: Storage = {
      get length() {
        return items.size;
      },
      key: (index) => [...items.keys()][index] ?? null,
      getItem: (key) => items.get(key) ?? null,
      setItem: (key, value) => {
        if (value.length > this.room) throw new DOMException('full', 'QuotaExceededError');
        if (items.get(key) === value) return;
        items.set(key, value);
        tell(key);
      },
      removeItem: (key) => {
        if (items.delete(key)) tell(key);
      },
      clear: () => items.clear(),
    };
    return localSessionStorage('s', storage, (listener) => own.push(listener));
  }

  session(): unknown {
    const text = this.items.get('s');
    return text === undefined ? null : JSON.parse(text);
  }

  unsent(): string[] {
    return [...this.items.keys()].filter((key) => key.startsWith('s.unsent.'));
  }
}
