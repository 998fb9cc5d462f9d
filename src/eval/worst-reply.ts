/** The replies that a judge grades worst, each with the verdict that weighs most in it. Pure. */
import { verdictWorth } from '../grading/arithmetic.ts';
import type { Lang, VerdictValue } from '../protocol.ts';
import type { GradedCase } from './grading-eval.ts';

export interface WorstReply {
  readonly id: string;
  readonly lang: Lang;
  readonly kind: string;
  readonly variant: string | null;
  readonly gold: number;
  readonly total: number;
  /** Its first characters, in one line. */
  readonly reply: string;
  /** What weighs most in the direction of the error; null when no verdict goes that way. */
  readonly because: {
    readonly verdict: VerdictValue | 'misconception';
    /** The key point's claim, or the misconception, in the reply's language. */
    readonly claim: string;
    /** Points of ten that it gave (too generous) or withheld (too strict). */
    readonly points: number;
    /** 0–1, as the judge said. */
    readonly confidence: number;
  } | null;
}

const shownCharacters = 120;

/** Sorted by distance from gold; replies to the same question may follow each other. */
export function worstReplies(cases: readonly GradedCase[], count = 10): WorstReply[] {
  const distance = (one: GradedCase) => Math.abs((one.grade.total ?? 0) - one.gold);
  return [...cases]
    .sort((a, b) => distance(b) - distance(a) || (a.id < b.id ? -1 : 1))
    .slice(0, count)
    .map((one) => ({
      id: one.id,
      lang: one.lang,
      kind: one.kind,
      variant: one.variant ?? null,
      gold: one.gold,
      total: one.grade.total ?? 0,
      reply: beginning(one.answer),
      because: heaviest(one),
    }));
}

/** Gold has no verdicts, so this names what moved the total most, not what is wrong for certain. */
function heaviest({ grade, gold }: GradedCase): WorstReply['because'] {
  const weights = grade.verdicts.reduce((sum, verdict) => sum + verdict.weight, 0);
  const generous = (grade.total ?? 0) > gold;
  const moved = [
    ...grade.verdicts.map(({ value, claim, weight, confidence }) => ({
      verdict: value,
      claim,
      confidence,
      points: weight * (generous ? verdictWorth[value] : 1 - verdictWorth[value]),
    })),
    ...grade.misconceptions.map(({ belief, cost, confidence }) => ({
      verdict: 'misconception' as const,
      claim: belief,
      confidence,
      points: generous ? 0 : cost,
    })),
  ]
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points)[0];
  return moved ? { ...moved, points: (10 * moved.points) / weights } : null;
}

function beginning(text: string): string {
  const characters = Array.from(text.replaceAll(/\s+/g, ' ').trim());
  return characters.length <= shownCharacters
    ? characters.join('')
    : `${characters.slice(0, shownCharacters).join('')}…`;
}
