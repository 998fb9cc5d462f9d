import { z } from 'zod';
import { clientMessageSchema, intentSchema, limits } from '../../../src/protocol.ts';
import type { InterviewStart, SessionCreate } from './outgoing.ts';

/** A start that the server has not answered, and how many events the session had when it was asked for. */
export interface WaitingStart {
  frame: InterviewStart;
  after: number;
}

/** A session at the server, and what opens it. */
export interface OpenSession {
  sessionId: string;
  token: string;
}

/** What a browser remembers of a session. */
export interface StoredSession {
  /** Null until the server has opened the session. */
  open: OpenSession | null;
  /** Asked for and not answered when the page was left. */
  creating: SessionCreate | null;
  starting: WaitingStart | null;
}

const unsentSchema = z.object({
  id: z.string().min(1).max(limits.idChars),
  text: z.string().max(limits.messageChars),
  intent: intentSchema.nullable(),
  keyPointId: z.string().nullable(),
  /** When it was written, in milliseconds: the order over all tabs. */
  at: z.number(),
});
/** A message that the server has not shown as stored. */
export type UnsentMessage = z.infer<typeof unsentSchema>;

/** Messages that may wait; a full outbox takes no more, and the text stays in its field. */
export const outboxSize = 20;

/** Where a session is remembered over reloads of the page, and by all of a browser's tabs. */
export interface SessionStorage {
  load(): StoredSession | null;
  save(session: StoredSession): void;
  /** Forgets the session and what waits for it. */
  clear(): void;
  /** What waits, the oldest first. */
  unsent(): UnsentMessage[];
  /** False when the browser does not keep it: it lives as long as the page. */
  keep(message: UnsentMessage): boolean;
  drop(id: string): void;
  /** Calls back after another tab has changed anything here. */
  watch(changed: () => void): void;
}

const storedSchema = z.object({
  sessionId: z.string().min(1).nullish(),
  token: z.string().min(1).nullish(),
  creating: clientMessageSchema.nullish().catch(null),
  starting: z
    .object({ frame: clientMessageSchema, after: z.int().min(0) })
    .nullish()
    .catch(null),
});

/**
 * Keeps one session under `key`, and each waiting message under a key of its own, so that two tabs never
 * write over each other. What is damaged counts as not there.
 */
export function localSessionStorage(
  key: string,
  storage: Storage | null,
  onChange: (listener: (key: string | null) => void) => void,
): SessionStorage {
  const box = () => {
    if (storage === null) throw new Error('the browser has no storage for this page');
    return storage;
  };
  const outbox = `${key}.unsent.`;
  const ids = () =>
    Array.from({ length: box().length }, (_, index) => box().key(index))
      .filter((name) => name?.startsWith(outbox) === true)
      .map((name) => name?.slice(outbox.length) ?? '');
  const drop = (id: string) => attempt(() => box().removeItem(outbox + id), undefined);
  return {
    load: () => attempt(() => readSession(box().getItem(key)), null),
    save({ open, creating, starting }) {
      attempt(() => box().setItem(key, JSON.stringify({ ...open, creating, starting })), undefined);
    },
    clear() {
      attempt(() => box().removeItem(key), undefined);
      for (const id of attempt(ids, [])) drop(id);
    },
    unsent() {
      const messages: UnsentMessage[] = [];
      for (const id of attempt(ids, [])) {
        const message = attempt(() => readUnsent(box().getItem(outbox + id)), null);
        if (message?.id !== id) drop(id);
        else messages.push(message);
      }
      return messages.sort((a, b) => a.at - b.at);
    },
    keep: (message) =>
      attempt(() => {
        box().setItem(outbox + message.id, JSON.stringify(message));
        return true;
      }, false),
    drop,
    watch(changed) {
      onChange((name) => {
        if (name === null || name === key || name.startsWith(outbox)) changed();
      });
    },
  };
}

function readSession(text: string | null): StoredSession | null {
  if (text === null) return null;
  const stored = storedSchema.parse(JSON.parse(text));
  const { sessionId, token, creating, starting } = stored;
  const session: StoredSession = {
    open: sessionId && token ? { sessionId, token } : null,
    creating: creating?.type === 'session.create' ? creating : null,
    starting:
      starting?.frame.type === 'interview.start' ? { frame: starting.frame, after: starting.after } : null,
  };
  return session.open === null && session.creating === null ? null : session;
}

function readUnsent(text: string | null): UnsentMessage {
  return unsentSchema.parse(JSON.parse(text ?? 'null'));
}

/** Storage may be blocked, full, or hold anything: `otherwise` stands in. */
function attempt<T>(run: () => T, otherwise: T): T {
  try {
    return run();
  } catch {
    return otherwise;
  }
}
