/** Session tokens: the only proof that a session is yours. Never stored, never logged, never in a URL. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits, base64url. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * The id of the session that a token opens. It follows from the token, so that a creation whose answer was lost can be
 * asked for again; it tells nothing of the token, and nothing of its stored hash.
 */
export function sessionIdOf(token: string): string {
  return createHash('sha256').update(`viva session\n${token}`, 'utf8').digest('hex').slice(0, 32);
}

/** SHA-256 in hex: what the event log keeps. A token is random enough to need neither salt nor stretching. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}

/** Compares in time that does not depend on where the hashes differ. */
export function tokenMatches(token: string, storedHash: string): boolean {
  const given = Buffer.from(hashToken(token), 'hex');
  const stored = Buffer.from(storedHash, 'hex');
  return given.length === stored.length && timingSafeEqual(given, stored);
}

/** The token of an `Authorization: Bearer …` header; null without one. */
export function bearerToken(header: string | undefined): string | null {
  return /^Bearer ([\w~+/.=-]{1,128})$/i.exec(header ?? '')?.[1] ?? null;
}
