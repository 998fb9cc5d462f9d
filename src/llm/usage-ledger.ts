/** What the chat model has taken: by purpose since the start, and by day and session against their budgets. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { VivaError } from '../errors.ts';
import { purposes, type ModelUsage, type Purpose } from './chat-model.ts';
import { writePrivateFile } from './private-file.ts';

/** Sessions that are kept count of; the ones that called last. */
const mostSessions = 5_000;

export interface UsageLedgerOptions {
  /** Where the counts of day and sessions outlast a restart; null: they do not. */
  readonly file: string | null;
  /** Most tokens of a day (UTC) and of a session; null: no limit. */
  readonly dayTokens: number | null;
  readonly sessionTokens: number | null;
  /** Prices of a million tokens; null: no cost is told. */
  readonly priceIn: number | null;
  readonly priceOut: number | null;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told when the counts cannot be read or written: they go on in memory. */
  readonly onFailure: (error: unknown) => void;
  /** Told of every call that is counted, with its cost. */
  readonly onAdd?: (usage: ModelUsage) => void;
}

export interface PurposeUsage {
  readonly purpose: Purpose;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of `calls`, those whose tokens the server did not tell. */
  readonly estimatedCalls: number;
  readonly cost: number | null;
}

const stored = z.object({
  format: z.literal(1),
  day: z.string(),
  tokens: z.number().nonnegative(),
  sessions: z.record(z.string(), z.number().nonnegative()),
});

export class UsageLedger {
  readonly #options: UsageLedgerOptions;
  readonly #purposes = new Map<Purpose, PurposeUsage>();
  /** By a hash of the session's id: a session that is deleted leaves no id here. */
  readonly #sessions = new Map<string, number>();
  #day: string;
  #tokens = 0;
  #dirty = false;
  #writing: Promise<void> | null = null;

  constructor(options: UsageLedgerOptions) {
    this.#options = options;
    this.#day = this.#today();
  }

  /** A ledger that goes on where the last one stopped. */
  static async open(options: UsageLedgerOptions): Promise<UsageLedger> {
    const ledger = new UsageLedger(options);
    if (options.file === null) return ledger;
    const text = await readFile(options.file, 'utf8').catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) options.onFailure(error);
      return null;
    });
    if (text !== null) ledger.#load(text);
    return ledger;
  }

  /** Counts a call; gives it back with its cost. */
  add(usage: ModelUsage, sessionId: string | null): ModelUsage {
    const { priceIn, priceOut } = this.#options;
    const cost =
      priceIn === null || priceOut === null
        ? null
        : (usage.inputTokens * priceIn + usage.outputTokens * priceOut) / 1e6;
    const before = this.#of(usage.purpose);
    this.#purposes.set(usage.purpose, {
      purpose: usage.purpose,
      calls: before.calls + 1,
      inputTokens: before.inputTokens + usage.inputTokens,
      outputTokens: before.outputTokens + usage.outputTokens,
      estimatedCalls: before.estimatedCalls + (usage.estimated ? 1 : 0),
      cost: cost === null ? before.cost : (before.cost ?? 0) + cost,
    });
    const tokens = usage.inputTokens + usage.outputTokens;
    this.#turnPage();
    this.#tokens += tokens;
    if (sessionId !== null) this.#addToSession(keyOf(sessionId), tokens);
    this.#save();
    const priced = { ...usage, cost };
    this.#options.onAdd?.(priced);
    return priced;
  }

  /** @throws VivaError `model-budget` when the day or the session has used up its tokens */
  requireRoom(sessionId: string | null): void {
    const { dayTokens, sessionTokens, now } = this.#options;
    this.#turnPage();
    if (dayTokens !== null && this.#tokens >= dayTokens) {
      throw new VivaError(
        'model-budget',
        'The chat model has used up its tokens of today: it is asked again tomorrow (UTC), or raise VIVA_MODEL_DAY_TOKENS.',
        { retryAfterSeconds: Math.ceil((86_400_000 - (now() % 86_400_000)) / 1000) },
      );
    }
    if (sessionTokens !== null && sessionId !== null && this.session(sessionId) >= sessionTokens) {
      throw new VivaError(
        'model-budget',
        'This session has used up its tokens of the chat model: go on without it, start another session, or raise VIVA_MODEL_SESSION_TOKENS.',
      );
    }
  }

  /** Tokens that a session has taken. */
  session(sessionId: string): number {
    return this.#sessions.get(keyOf(sessionId)) ?? 0;
  }

  get today(): { readonly tokens: number; readonly limit: number | null } {
    this.#turnPage();
    return { tokens: this.#tokens, limit: this.#options.dayTokens };
  }

  /** By purpose, since the start; those that were called for. */
  list(): readonly PurposeUsage[] {
    return purposes.flatMap((purpose) => this.#purposes.get(purpose) ?? []);
  }

  /** Resolves when everything counted so far is on the disk. */
  async flush(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  #of(purpose: Purpose): PurposeUsage {
    const none = { purpose, calls: 0, inputTokens: 0, outputTokens: 0, estimatedCalls: 0, cost: null };
    return this.#purposes.get(purpose) ?? none;
  }

  #addToSession(key: string, tokens: number): void {
    const sum = (this.#sessions.get(key) ?? 0) + tokens;
    // At the end of the order again: the first ones are those that called longest ago.
    this.#sessions.delete(key);
    this.#sessions.set(key, sum);
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= mostSessions) break;
      this.#sessions.delete(oldest);
    }
  }

  #today(): string {
    return new Date(this.#options.now()).toISOString().slice(0, 10);
  }

  #turnPage(): void {
    const today = this.#today();
    if (today === this.#day) return;
    this.#day = today;
    this.#tokens = 0;
  }

  #load(text: string): void {
    try {
      const { day, tokens, sessions } = stored.parse(JSON.parse(text));
      if (day === this.#day) this.#tokens = tokens;
      for (const [key, sum] of Object.entries(sessions)) this.#sessions.set(key, sum);
    } catch (cause) {
      const message = `${this.#options.file} cannot be read: the chat model's tokens of today are counted from 0.`;
      this.#options.onFailure(new VivaError('storage-failed', message, { cause }));
    }
  }

  /** One write at a time; what is counted meanwhile goes into the next one. */
  #save(): void {
    if (this.#options.file === null) return;
    this.#dirty = true;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
    });
  }

  async #write(): Promise<void> {
    const { file } = this.#options;
    if (file === null) return;
    while (this.#dirty) {
      this.#dirty = false;
      const sessions = Object.fromEntries(this.#sessions);
      const text = JSON.stringify({ format: 1, day: this.#day, tokens: this.#tokens, sessions });
      try {
        await writePrivateFile(file, `${text}\n`);
      } catch (error) {
        this.#options.onFailure(error);
      }
    }
  }
}

function keyOf(sessionId: string): string {
  return createHash('sha256').update(sessionId).digest('hex').slice(0, 16);
}
