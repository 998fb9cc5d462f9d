/** Which question or key point a message means when it says "第三题", "the last question", "the second point". */
import { contentTokens } from '../corpus/content-tokens.ts';
import type { KeyPoint } from '../corpus/entry.ts';
import type { Material } from './effects.ts';
import type { Progress } from './progress.ts';
import { reported } from './report.ts';
import { round, type CoachState, type Message } from './state.ts';

const chineseDigits = '零一二三四五六七八九十';
const ordinals = [
  '',
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
];

/** The number of a question named in the text, from 1; null when none is. */
export function questionNumber(text: string): number | null {
  const match =
    /第\s*(\d{1,2}|[一二三四五六七八九十])\s*(?:[道个]\s*)?(?:题|问题)|\b(?:question|q)\s*(?:#\s*)?(\d{1,2})\b/i.exec(
      text,
    );
  if (match) return digit(match[1] ?? match[2] ?? '');
  const word = /\b(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth) question\b/i.exec(text);
  return word?.[1] ? ordinals.indexOf(word[1].toLowerCase()) : null;
}

/** True when the text names a question by its number or as the one before. */
export function namesQuestion(text: string): boolean {
  return questionNumber(text) !== null || meansPrevious(text);
}

/** True when the text speaks of the question before the open one. */
export function meansPrevious(text: string): boolean {
  return /上一?(?:道|个)?题|前一?(?:道|个)?题|刚才(?:那|的)|\b(?:previous|last|earlier|prior) (?:question|one)\b/i.test(
    text,
  );
}

/** The ordinal of a key point named in the text, from 1; null when none is. */
export function pointNumber(text: string): number | null {
  const zh = /第\s*(\d{1,2}|[一二三四五六七八九十])\s*(?:[个条项]\s*)?(?:要点|点|条|项)/.exec(text);
  if (zh?.[1]) return digit(zh[1]);
  const en =
    /\b(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth) (?:key )?point\b|\bpoint (\d{1,2})\b/i.exec(
      text,
    );
  if (en?.[2]) return Number(en[2]);
  return en?.[1] ? ordinals.indexOf(en[1].toLowerCase()) : null;
}

function digit(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : chineseDigits.indexOf(text);
}

/** The question of this round that a message means by number or as the previous one; null when it names none. */
export function namedQuestion(state: CoachState, text: string): Progress | null {
  const asked = round(state);
  const number = questionNumber(text);
  if (number !== null && state.finished) return reported(asked)[number - 1] ?? null;
  if (number !== null) return asked.findLast((one) => one.number === number) ?? null;
  if (!meansPrevious(text)) return null;
  // The one before may belong to the round before.
  return state.questions.at(state.open ? -2 : -1) ?? null;
}

export interface DisputeTarget {
  readonly progress: Progress;
  readonly keyPointId: string;
}

/** What a dispute is about when it is about no verdict that could be judged again. */
export type Undisputed =
  | { readonly kind: 'nothing' }
  /** No point is named; which of them is it? */
  | { readonly kind: 'which'; readonly progress: Progress; readonly unmet: readonly NumberedPoint[] }
  | { readonly kind: 'met'; readonly point: KeyPoint };

/** A key point with its place in the entry, from 1: what "the second point" counts. */
export interface NumberedPoint {
  readonly number: number;
  readonly point: KeyPoint;
}

/** The verdict that a candidate disputes: named by a button, by number, or by its words. */
export function disputeTarget(
  state: CoachState,
  material: Material,
  message: Message,
): DisputeTarget | Undisputed {
  const judged = state.questions.filter((one) => one.points.size > 0 && one.replies.length > 0);
  const named = message.keyPointId;
  if (named !== null) {
    const having = judged.filter((one) => one.points.has(named));
    const unmet = having.findLast((one) => one.points.get(named)?.value !== 'covered');
    const progress = unmet ?? having.at(-1);
    return progress ? { progress, keyPointId: named } : { kind: 'nothing' };
  }
  const asked = namedQuestion(state, message.text);
  const progress = asked && asked.points.size > 0 ? asked : judged.at(-1);
  const entry = progress ? material.get(progress.entryId) : undefined;
  if (!progress || !entry) return { kind: 'nothing' };
  const ordinal = pointNumber(message.text);
  const counted = ordinal === null ? undefined : entry.keyPoints[ordinal - 1];
  if (counted && progress.points.has(counted.id)) return { progress, keyPointId: counted.id };
  const words = new Set(tokensOf(message.text.replace(appealing, ' ')));
  const contradiction = /矛盾|contradict/i.test(message.text);
  const scored = entry.keyPoints
    .flatMap((point, index) => {
      const judgement = progress.points.get(point.id);
      if (!judgement) return [];
      const { value, verdict } = judgement;
      const bonus = contradiction && value === 'contradicted' ? 100 : 0;
      const quoted = verdict.replySpan === null ? 0 : shared(words, tokensOf(verdict.replySpan.text));
      return [{ point, number: index + 1, value, score: bonus + Math.max(overlap(words, point), quoted) }];
    })
    .toSorted((a, b) => b.score - a.score || b.point.weight - a.point.weight);
  const unmet = scored.filter((one) => one.value !== 'covered');
  const [best] = unmet;
  const met = scored.find((one) => one.value === 'covered');
  if (met && met.score >= namingWords && met.score >= (best?.score ?? 0))
    return { kind: 'met', point: met.point };
  if (best && (best.score >= namingWords || unmet.length === 1))
    return { progress, keyPointId: best.point.id };
  return { kind: 'which', progress, unmet: heaviest(unmet) };
}

/** As many points as can be read at a glance, in the order of the entry. */
function heaviest(points: readonly NumberedPoint[]): NumberedPoint[] {
  return points
    .toSorted((a, b) => b.point.weight - a.point.weight)
    .slice(0, 5)
    .toSorted((a, b) => a.number - b.number);
}

/** Words that appeals are made of: they name no point. */
const appealing =
  /我?(?:明明|刚才|已经|确实)?(?:说|讲|提|写|答|回答)(?:了|过|到)?|不(?:同意|服|认同|认可|对)|判(?:定|错|得)|扣分|丢分|申诉|为什么|凭什么|(?:上一?|第\s*\S{1,2}\s*)(?:道|个)?(?:题|点|要点)|得分|分数|\b(?:why|how|what|did|does|do|i|my|me|said|say|mentioned|wrote|clearly|already|disagree|agree|appeal|grade|graded|score|verdict|points?|lose|lost|questions?|answer|answered|last|previous|wrong|right|missing|covered|mark|marked|think|about|can|one|only|get|got|\d+)\b/giu;

function tokensOf(text: string): string[] {
  return contentTokens(text.replace(/-/g, ' '));
}

/** This many words in common name a key point; one may be chance. */
const namingWords = 2;

/** How many of the words the key point's claim, reference or covered wordings hold. */
function overlap(words: ReadonlySet<string>, point: KeyPoint): number {
  const covered = point.statements.filter((one) => one.label === 'covered').map((one) => one.text);
  const own = new Set(
    [point.zh, point.en, point.reference.zh.text, point.reference.en.text, ...covered].flatMap(tokensOf),
  );
  return shared(words, own);
}

function shared(words: ReadonlySet<string>, others: Iterable<string>): number {
  let count = 0;
  for (const word of new Set(others)) if (words.has(word)) count++;
  return count;
}
