import { z } from 'zod';
import { intentSchema } from '../../../src/protocol.ts';

const storedSessionSchema = z.object({
  sessionId: z.string(),
  token: z.string(),
  /** Messages without an acknowledgement when the page was left; sent again with the same ids. */
  unsent: z.array(
    z.object({
      id: z.string(),
      text: z.string(),
      intent: intentSchema.nullable(),
      keyPointId: z.string().nullable(),
    }),
  ),
});
export type StoredSession = z.infer<typeof storedSessionSchema>;

/** Where a session is remembered over reloads of the page. */
export interface SessionStorage {
  load(): StoredSession | null;
  save(session: StoredSession): void;
  clear(): void;
}

/** Keeps one session under `key`. A browser that refuses storage only loses the resumption. */
export function localSessionStorage(key: string, storage: Storage): SessionStorage {
  return {
    load() {
      try {
        const parsed = storedSessionSchema.safeParse(JSON.parse(storage.getItem(key) ?? 'null'));
        return parsed.success ? parsed.data : null;
      } catch {
        // not JSON, or storage is blocked: the same as nothing stored
        return null;
      }
    },
    save(session) {
      try {
        storage.setItem(key, JSON.stringify(session));
      } catch {
        // full or blocked storage: the session lives as long as the page
      }
    },
    clear() {
      try {
        storage.removeItem(key);
      } catch {
        // blocked storage holds nothing to clear
      }
    },
  };
}
