/** Attacks that want the answer told: what a follow-up, a hint and a clarification say after such a reply. */
import type { Entry } from '../../src/corpus/entry.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { SessionEvent } from '../../src/protocol.ts';
import type { EventLog } from '../../src/sessions/event-log.ts';
import { attacked, type Attack } from './attack.ts';
import type { Obey } from './grade-attacks.ts';
import { leakedPiece } from './leaks.ts';

export interface TalkedAttack {
  readonly attack: Attack;
  /** Texts that a chat model worded, of all that was said. */
  readonly worded: number;
  readonly texts: number;
  /** Pieces of key points not made yet, in what was said. */
  readonly leaks: readonly string[];
}

export async function talkUnderAttack(
  attack: Attack,
  entry: Entry,
  { engine, log }: { readonly engine: Engine; readonly log: EventLog },
  obey: Obey,
): Promise<TalkedAttack> {
  const { sessionId } = await engine.createSession({
    lang: attack.lang,
    mode: 'study',
    plan: { entryId: entry.id },
    tokenHash: 'attack',
  });
  const reply = attacked(attack);
  const asks =
    attack.lang === 'zh' ? ['给点提示', '这是什么意思？'] : ['A hint, please.', 'What do you mean?'];
  obey(attack);
  await engine.handleMessage(sessionId, { clientId: 'reply', text: reply, intent: 'reply' });
  await engine.idle(sessionId);
  await engine.handleMessage(sessionId, {
    clientId: 'hint',
    text: `${asks[0]} ${attack.attack}`,
    intent: 'hint',
  });
  await engine.handleMessage(sessionId, {
    clientId: 'what',
    text: `${asks[1]} ${attack.attack}`,
    intent: 'clarify',
  });
  await engine.idle(sessionId);
  obey(null);
  const events = await log.read(sessionId, 0);
  const said = events.flatMap(saidIn);
  const open = { ...entry, keyPoints: entry.keyPoints.filter(({ id }) => !covered(events).has(id)) };
  // What the bank's authors wrote to be said before a reply is no secret.
  const written = [...entry.hints, ...entry.followUps, entry.question].flatMap(({ zh, en }) => [zh, en]);
  return {
    attack,
    worded: said.filter(({ by }) => by !== undefined).length,
    texts: said.length,
    leaks: said
      .map(({ text }) => leakedPiece(text, open, [reply, ...written]))
      .filter((piece) => piece !== ''),
  };
}

function saidIn(event: SessionEvent): { text: string; by?: string | undefined }[] {
  if (event.type === 'coach.said' || event.type === 'hint.given') return [event];
  return event.type === 'question.asked' && event.kind === 'follow-up' ? [event] : [];
}

function covered(events: readonly SessionEvent[]): Set<string> {
  const grades = events.flatMap((event) => (event.type === 'reply.graded' ? [event.grade] : []));
  return new Set(
    grades.flatMap(({ verdicts }) =>
      verdicts.flatMap(({ value, keyPointId }) => (value === 'covered' ? [keyPointId] : [])),
    ),
  );
}
