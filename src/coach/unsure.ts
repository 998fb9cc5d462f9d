/** When the coach does not know what a message is, and asks back before it counts. */
import type { Intent } from '../protocol.ts';
import { chatterKind } from './chatter.ts';

/** Below this confidence, a message that may be a reply or a question is asked about before it is graded. */
export const confirmBelow = 0.7;

/** The same for a terse message that looks like small talk, and how long such a one may be. */
const terseBelow = 0.85;
const terseChars = 16;

/** A message with its likeliest readings. */
export interface Reading {
  readonly text: string;
  readonly intent: Intent;
  readonly confidence: number;
  readonly runnerUp: Intent | null;
}

const asking: ReadonlySet<Intent> = new Set(['question', 'clarify']);

/** What the message may be, the likeliest first, when the coach would ask back; null when the reading is good enough. */
export function inDoubt(reading: Reading): readonly [Intent, Intent, ...Intent[]] | null {
  const { intent, runnerUp } = reading;
  if (runnerUp === null) return null;
  return isUnsure(reading) || mayBeTerse(reading) ? [intent, runnerUp] : null;
}

/** A reply that may be a question, or the other way round. */
function isUnsure({ intent, confidence, runnerUp }: Reading): boolean {
  if (confidence >= confirmBelow || runnerUp === null) return false;
  return (intent === 'reply' && asking.has(runnerUp)) || (asking.has(intent) && runnerUp === 'reply');
}

/** A word or two that nothing marks as small talk: "no", "faster". */
function mayBeTerse({ text, intent, confidence, runnerUp }: Reading): boolean {
  return (
    intent === 'chatter' &&
    runnerUp === 'reply' &&
    confidence < terseBelow &&
    text.trim().length <= terseChars &&
    chatterKind(text) === 'other'
  );
}
