/** What the server says of a session, from its read models, against what its stored events come to. */
import { isDeepStrictEqual } from 'node:util';
import { redactHistory } from '../../src/server/redact.ts';
import { exportJson } from '../../src/sessions/export-session.ts';
import { buildRecord } from '../../src/sessions/read-models.ts';
import type { ClientSession } from './client-session.ts';
import type { Stored } from './stored.ts';

export async function checkExports(
  url: string,
  stored: Stored,
  sessions: readonly ClientSession[],
): Promise<string[]> {
  const faults: string[] = [];
  for (const { sessionId, token } of sessions) {
    const events = stored.sessions.get(sessionId ?? '')?.events;
    if (sessionId === null || events === undefined) continue;
    const response = await fetch(`${url}/api/sessions/${sessionId}/export`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const rebuilt: unknown = JSON.parse(
      JSON.stringify(exportJson(sessionId, buildRecord(redactHistory(events)))),
    );
    if (response.status !== 200) faults.push(`session ${sessionId}: its export answers ${response.status}`);
    else if (!isDeepStrictEqual(await response.json(), rebuilt)) {
      faults.push(`session ${sessionId}: its export is not what its events come to`);
    }
  }
  return faults;
}
