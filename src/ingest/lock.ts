/** One ingestion at a time in an index folder. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { temporaryName, unwritable } from '../embedding/replace-file.ts';
import { VivaError } from '../errors.ts';
import { indexLayout } from '../retrieval/manifest.ts';

const ownerSchema = z.object({ pid: z.int(), host: z.string(), token: z.string() });
type Owner = z.infer<typeof ownerSchema>;

/** How often a lock's file is touched, and after how long without a touch it counts as left behind, in milliseconds. */
const touchEveryMs = 5_000;
const staleAfterMs = 60_000;

/** Tokens of the locks that this process holds. */
const held = new Set<string>();

export interface IngestLock {
  /** @throws VivaError `ingest-busy` when somebody took the lock for left behind and has it now. */
  assertHeld(): Promise<void>;
  /** Idempotent. */
  release(): Promise<void>;
}

/**
 * Takes the lock of an index folder; makes the folder when there is none. A lock whose process has ended is taken over.
 * @throws VivaError `ingest-busy` while another ingestion runs, `data-unwritable` when the folder cannot be written.
 */
export async function takeLock(indexFolder: string): Promise<IngestLock> {
  const path = join(indexFolder, indexLayout.lock);
  const owner: Owner = { pid: process.pid, host: hostname(), token: randomUUID() };
  try {
    await mkdir(indexFolder, { recursive: true });
  } catch (cause) {
    throw unwritable(indexFolder, cause);
  }
  held.add(owner.token);
  try {
    await acquire(path, owner);
  } catch (error) {
    held.delete(owner.token);
    throw error;
  }
  const touch = setInterval(() => {
    const now = new Date();
    // The lock may be gone for good; `assertHeld` finds out.
    void utimes(path, now, now).catch(() => undefined);
  }, touchEveryMs);
  touch.unref();
  const isHeld = async () => parseOwner(await readFile(path, 'utf8').catch(() => ''))?.token === owner.token;
  return {
    assertHeld: async () => {
      if (!(await isHeld())) throw busy(path, await readFile(path, 'utf8').catch(() => ''));
    },
    release: async () => {
      clearInterval(touch);
      held.delete(owner.token);
      if (await isHeld()) await rm(path, { force: true });
    },
  };
}

/** @throws VivaError `ingest-busy`, `data-unwritable` */
async function acquire(path: string, owner: Owner): Promise<void> {
  while (!(await create(path, owner))) {
    const text = await readFile(path, 'utf8').catch(() => null);
    // Released between the two calls: try again.
    if (text === null) continue;
    if (!(await isLeftBehind(path, text))) throw busy(path, text);
    await putAside(path, text);
  }
}

/** False when there is a lock already. */
async function create(path: string, owner: Owner): Promise<boolean> {
  const whole = temporaryName(path);
  const text = `${JSON.stringify(owner)}\n`;
  try {
    await writeFile(whole, text);
    // A lock appears with its owner in it: one without, of a process killed in between, would block until it is old.
    await link(whole, path).catch(async (error: unknown) => {
      if (isCode(error, 'EEXIST')) throw error;
      // No links on this file system.
      await writeFile(path, text, { flag: 'wx' });
    });
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw unwritable(path, error);
  } finally {
    await rm(whole, { force: true });
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function parseOwner(text: string): Owner | null {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

async function isLeftBehind(path: string, text: string): Promise<boolean> {
  const owner = parseOwner(text);
  if (owner?.host === hostname()) {
    // A container that is started again gives its process the number that the killed one had.
    if (owner.pid === process.pid) return !held.has(owner.token);
    if (!isAlive(owner.pid)) return true;
  }
  // Another machine's, cut off while it was written, or a number that another process may have by now: its age tells.
  const found = await stat(path).catch(() => null);
  return found === null || Date.now() - found.mtimeMs > staleAfterMs;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return isCode(error, 'EPERM');
  }
}

/** Removes a lock that was left behind, unless it has changed hands meanwhile. */
async function putAside(path: string, expected: string): Promise<void> {
  const aside = temporaryName(path);
  try {
    await rename(path, aside);
  } catch (error) {
    // Somebody else put it aside.
    if (isCode(error, 'ENOENT')) return;
    throw unwritable(path, error);
  }
  const taken = await readFile(aside, 'utf8').catch(() => expected);
  // It was a living one: give it back, if its place is still free.
  if (taken !== expected) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function busy(path: string, text: string): VivaError {
  const owner = parseOwner(text);
  const who = owner === null ? 'another process' : `process ${owner.pid} on ${owner.host}`;
  return new VivaError(
    'ingest-busy',
    `An ingestion by ${who} is under way (${path}): wait until it is done.`,
    {
      retryAfterSeconds: 5,
    },
  );
}
