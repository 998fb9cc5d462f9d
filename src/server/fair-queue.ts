/**
 * Whose turn is next: addresses take turns, and within an address its sessions do, so that whoever sends much waits behind
 * himself. Pure: no clock, no callbacks.
 */

/** Where an item waits. */
export interface Lane {
  readonly address: string;
  readonly session: string;
}

export class FairQueue<T extends Lane> {
  /** Sessions by address and items by session, each map in the order in which they are served. */
  readonly #addresses = new Map<string, Map<string, T[]>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(item: T): void {
    const sessions = this.#addresses.get(item.address) ?? new Map<string, T[]>();
    const lane = sessions.get(item.session) ?? [];
    lane.push(item);
    sessions.set(item.session, lane);
    this.#addresses.set(item.address, sessions);
    this.#size += 1;
  }

  /** Takes out the next item whose session is `ready`; its address and session go to the end of their rows. */
  take(ready: (session: string) => boolean): T | undefined {
    for (const [address, sessions] of this.#addresses) {
      for (const [session, lane] of sessions) {
        if (!ready(session)) continue;
        const item = lane.shift();
        if (item === undefined) continue;
        this.#size -= 1;
        toTheEnd(sessions, session, lane.length > 0 ? lane : undefined);
        toTheEnd(this.#addresses, address, sessions.size > 0 ? sessions : undefined);
        return item;
      }
    }
    return undefined;
  }

  remove(item: T): boolean {
    const sessions = this.#addresses.get(item.address);
    const lane = sessions?.get(item.session);
    const at = lane?.indexOf(item) ?? -1;
    if (!sessions || !lane || at < 0) return false;
    lane.splice(at, 1);
    this.#size -= 1;
    if (lane.length === 0) sessions.delete(item.session);
    if (sessions.size === 0) this.#addresses.delete(item.address);
    return true;
  }

  /** All items in the order in which `take` gives them out when every session is ready and nothing is added. */
  order(): T[] {
    const rows = [...this.#addresses.values()].map((sessions) => dealt([...sessions.values()]));
    return dealt(rows);
  }

  /**
   * Who gives way when there are too many: the youngest item of the session with the most of them, of the address with the
   * most; among equals the one that came last. Items that may not go are not counted. Null when none may.
   */
  heaviest(mayGo: (item: T) => boolean): T | null {
    let heaviest: Map<string, T[]> | null = null;
    let most = 0;
    for (const sessions of this.#addresses.values()) {
      const count = [...sessions.values()].flat().filter(mayGo).length;
      if (count > 0 && count >= most) [most, heaviest] = [count, sessions];
    }
    let found: T | null = null;
    let longest = 0;
    for (const lane of heaviest?.values() ?? []) {
      const own = lane.filter(mayGo);
      if (own.length > 0 && own.length >= longest) [longest, found] = [own.length, own.at(-1) ?? null];
    }
    return found;
  }
}

function toTheEnd<V>(map: Map<string, V>, key: string, value: V | undefined): void {
  map.delete(key);
  if (value !== undefined) map.set(key, value);
}

/** One of each row, then the second of each, and so on. */
function dealt<T>(rows: readonly (readonly T[])[]): T[] {
  const all: T[] = [];
  for (let round = 0; ; round += 1) {
    const before = all.length;
    for (const row of rows) {
      const item = row[round];
      if (item !== undefined) all.push(item);
    }
    if (all.length === before) return all;
  }
}
