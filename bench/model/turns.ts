/** One reply in a session of its own, timed as its candidate sees it. */
import type { ServerFrame } from '../../src/protocol.ts';
import { Client } from '../../test/server/harness.ts';
import type { Reply } from '../load/orders.ts';

export interface Turn {
  /** From sending the reply to the first grade; null when it was not taken for a reply. */
  readonly firstMs: number | null;
  /** From sending the reply to the grade that stays; null when none came in time. */
  readonly lastMs: number | null;
}

/** How long the model's grade is waited for. */
const patienceMs = 40_000;

/** @param refined whether a second grade, the model's, is waited for when the first one is provisional */
export async function takeTurn(url: string, reply: Reply, refined: boolean): Promise<Turn> {
  const client = await Client.open(url);
  client.patienceMs = patienceMs;
  try {
    const { sessionId } = await client.create({ lang: reply.lang, plan: { entryId: reply.id } });
    const isGrade = (frame: ServerFrame, last: boolean) =>
      frame.type === 'event' &&
      frame.event.type === 'reply.graded' &&
      (!last || frame.event.grade.state === 'graded');
    const sent = performance.now();
    const id = client.send({ type: 'message.send', sessionId, text: reply.answer, intent: 'reply' });
    const first = await client
      .until((frame) => isGrade(frame, false) || (frame.type === 'error' && frame.id === id))
      .catch(() => null);
    if (first === null || first.type === 'error') return { firstMs: null, lastMs: null };
    const firstMs = performance.now() - sent;
    if (!refined) return { firstMs, lastMs: firstMs };
    const last = await client.until((frame) => isGrade(frame, true)).catch(() => null);
    return { firstMs, lastMs: last === null ? null : performance.now() - sent };
  } finally {
    client.socket.terminate();
  }
}
