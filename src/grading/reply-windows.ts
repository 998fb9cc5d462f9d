/** The stretches of a reply that are judged: one way for the grader and for whoever calibrates it. */
import type { Entry } from '../corpus/entry.ts';
import { claimWindows, splitClauses, type Clause } from './clauses.ts';
import { worthyClauses } from './worthless.ts';

/** Most stretches that are judged: every clause first, then neighbours together, up to this many. */
const maxWindows = 400;

/**
 * Cuts a reply to an entry's question into what may earn or cost something.
 * @param asked the question's words when they were none of the entry's own (a follow-up): repeating them earns nothing
 */
export function replyWindows(entry: Entry, reply: string, asked?: string): Clause[] {
  const questions = [
    entry.question.zh,
    entry.question.en,
    ...entry.askedAs.zh,
    ...entry.askedAs.en,
    ...(asked === undefined ? [] : [asked]),
  ];
  return claimWindows(reply, worthyClauses(reply, splitClauses(reply), questions)).slice(0, maxWindows);
}
