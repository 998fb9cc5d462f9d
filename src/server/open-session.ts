/** What `session.create` opens: a new session, or the one that the same request opened before its answer was lost. */
import { VivaError } from '../errors.ts';
import type { ClientMessage } from '../protocol.ts';
import type { TurnDeps } from './run-turn.ts';
import { hashToken, newToken, sessionIdOf, tokenMatches } from './tokens.ts';

type CreateMessage = Extract<ClientMessage, { type: 'session.create' }>;

/**
 * Opens the session of the message's token, or of a new token when it brings none.
 * @param admit called before a session is made; throws when none may be made now
 */
export async function openSession(
  deps: TurnDeps,
  message: CreateMessage,
  admit: () => Promise<void>,
): Promise<{ sessionId: string; token: string }> {
  const token = message.token ?? newToken();
  const opened = { sessionId: sessionIdOf(token), token };
  if (message.token !== undefined && (await exists(deps, opened))) return opened;
  await admit();
  try {
    await create(deps, message, opened);
  } catch (error) {
    // The same request on another connection was faster.
    const conflict = error instanceof VivaError && error.code === 'message-conflict';
    if (!conflict || !(await exists(deps, opened))) throw error;
  }
  return opened;
}

async function exists(
  { log }: TurnDeps,
  { sessionId, token }: { sessionId: string; token: string },
): Promise<boolean> {
  const stored = await log.tokenHash(sessionId);
  return stored !== null && tokenMatches(token, stored);
}

async function create(
  { engine, turns, metrics, now }: TurnDeps,
  { lang, mode, plan }: CreateMessage,
  { sessionId, token }: { sessionId: string; token: string },
): Promise<void> {
  const began = now();
  const { events } = await turns.aside(async ({ signal }) =>
    engine.createSession({
      sessionId,
      lang,
      mode,
      ...(plan === undefined ? {} : { plan }),
      tokenHash: hashToken(token),
      signal,
    }),
  );
  metrics.turn('create', 'done', (now() - began) / 1000);
  for (const event of events) metrics.event(event);
}
