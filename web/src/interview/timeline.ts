import type { Intent } from '../../../src/protocol.ts';
import type { Item, QuestionItem } from '../connection/items.ts';

/** The conversation in two: what came before the latest interview, and that interview. */
export function splitInterviews(items: readonly Item[]): {
  earlier: readonly Item[];
  current: readonly Item[];
} {
  const at = items.findLastIndex((item) => item.kind === 'planned');
  return at <= 0
    ? { earlier: [], current: items }
    : { earlier: items.slice(0, at), current: items.slice(at) };
}

/** What the page's language switch sends, by the wanted language. */
export const languageRequests = { zh: '中文', en: 'English' } as const;

function isLanguageSwitch(intent: Intent, text: string): boolean {
  return intent === 'change-language' && Object.values<string>(languageRequests).includes(text);
}

/** Leaves out the messages that an open grade shows itself, and those of the language switch. */
export function visibleItems(items: readonly Item[]): Item[] {
  const graded = new Set(items.map((item) => (item.kind === 'grade' && !item.held ? item.replySeq : null)));
  return items.filter(
    (item) => item.kind !== 'message' || !(graded.has(item.seq) || isLanguageSwitch(item.intent, item.text)),
  );
}

/**
 * The entry whose answer is being asked for piece by piece: a follow-up of it is open, and its reference has
 * not been asked for. Its grade keeps the points that are still to be found to itself, and so does a first look, behind
 * which a follow-up may come.
 */
export function entryInPlay(items: readonly Item[], open: QuestionItem | null): string | null {
  if (open === null || !(open.followUp || isFirstLook(items.at(-1), open.entryId))) return null;
  const main = items.findLast((item) => item.kind === 'question' && !item.followUp)?.seq ?? 0;
  const told = items.some(
    (item) => item.kind === 'reference' && item.entryId === open.entryId && item.seq > main,
  );
  return told ? null : open.entryId;
}

/** A local grade that a chat model is still to read, with nothing said after it. */
function isFirstLook(item: Item | undefined, entryId: string): boolean {
  if (item?.kind !== 'grade' || item.entryId !== entryId) return false;
  return item.grade.state === 'provisional' && item.grade.awaits !== undefined;
}

export interface QuestionProgress {
  number: number;
  entryId: string;
  text: string;
  state: 'graded' | 'held' | 'ungraded' | 'skipped' | 'unfinished' | 'open';
  total: number | null;
}

/** How far an interview is: its main questions so far, and how many there will be. */
export function progressOf(items: readonly Item[]): { total: number; questions: QuestionProgress[] } {
  const questions: QuestionProgress[] = [];
  let total = 0;
  for (const item of items) {
    if (item.kind === 'planned') total = item.count;
    if (item.kind === 'question') {
      total = item.total;
      if (!item.followUp) {
        questions.push({
          number: item.number,
          entryId: item.entryId,
          text: item.text,
          state: 'open',
          total: null,
        });
      }
    }
    if (item.kind === 'ended') {
      for (const question of questions) if (question.state === 'open') question.state = 'unfinished';
    }
    const entryId = item.kind === 'grade' || item.kind === 'skipped' ? item.entryId : null;
    const question = questions.findLast((question) => question.entryId === entryId);
    if (question === undefined) continue;
    if (item.kind === 'skipped' && question.state === 'open') {
      question.state = item.reason === 'end' ? 'unfinished' : 'skipped';
    }
    // a follow-up is graded on one point alone: the question keeps its own state and total
    if (item.kind === 'grade' && (item.scope === 'question' || question.state === 'open')) {
      question.state = item.held ? 'held' : item.grade.total === null ? 'ungraded' : 'graded';
      question.total = item.held ? null : item.grade.total;
    }
  }
  return { total, questions };
}

/** The key points whose dispute waits for its outcome. */
export function openDisputes(
  items: readonly Item[],
  pending: readonly { intent: string | null; keyPointId: string | null }[],
): Set<string> {
  const open = new Set<string>();
  for (const item of items) {
    if (item.kind === 'message' && item.intent === 'dispute' && item.keyPointId !== null)
      open.add(item.keyPointId);
    if (item.kind === 'grade') for (const keyPointId of Object.keys(item.disputes)) open.delete(keyPointId);
  }
  for (const message of pending) {
    if (message.intent === 'dispute' && message.keyPointId !== null) open.add(message.keyPointId);
  }
  return open;
}
