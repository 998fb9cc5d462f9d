/** What a kill found half done: that it can find anything is what makes the rounds worth something. */
import { fold, pendingMessage } from '../../src/coach/state.ts';
import { sessionIdOf } from '../../src/server/tokens.ts';
import { leftovers } from './check-index.ts';
import type { ClientSession } from './client-session.ts';
import type { Found } from './figures.ts';
import type { House } from './house.ts';
import type { Stored } from './stored.ts';

export function countFound(
  found: Found,
  stored: Stored,
  sessions: readonly ClientSession[],
  house: House,
): void {
  for (const session of sessions) {
    const events = stored.sessions.get(session.sessionId ?? sessionIdOf(session.token))?.events;
    if (events === undefined) continue;
    if (session.sessionId === null) found.unopened += 1;
    if (pendingMessage(fold(events)) !== null) found.unanswered += 1;
    found.unsent += events.length - session.view.length;
    for (const event of events) {
      if (event.type !== 'message.received') continue;
      if (session.messages.get(event.clientId)?.acked === null) found.unacknowledged += 1;
    }
  }
  if (leftovers(house).length > 0) found.ingestions += 1;
}
