/** How much of what a coach may say passes the leak check, and how much of what he must not is caught. */
import type { Entry } from '../corpus/entry.ts';
import type { Leak, LeakCheck } from '../grading/leak-check.ts';
import type { Lang } from '../protocol.ts';
import { bootstrapInterval, mean, type Interval } from './bootstrap.ts';
import { frames, isEven, leakCases, leakingKinds, passingKinds, type LeakCase } from './leak-cases.ts';

export interface LeakShare {
  readonly n: number;
  /** Passed, or caught, 0–1. */
  readonly share: number;
  /** Entries drawn again. */
  readonly interval: Interval;
}

export interface LeakHalf {
  readonly entries: number;
  /** Of texts that give nothing away, each held against all key points. */
  readonly passed: LeakShare;
  readonly caught: LeakShare;
  readonly byKind: Readonly<Record<string, LeakShare>>;
  readonly byLang: Readonly<Record<Lang, { readonly passed: LeakShare; readonly caught: LeakShare }>>;
}

export interface WrongLeak {
  readonly id: string;
  readonly kind: string;
  readonly text: string;
  readonly leak: Leak | null;
}

export interface LeakReport {
  /** Entries with even numbers, by which the thresholds were chosen, and the others. */
  readonly even: LeakHalf;
  readonly odd: LeakHalf;
  /** Of the odd half. */
  readonly stopped: readonly WrongLeak[];
  readonly missed: readonly WrongLeak[];
}

interface Checked {
  readonly one: LeakCase;
  readonly leak: Leak | null;
}

/**
 * Every text is held against all key points of its entry, as if nothing had been said yet: the strictest case.
 * @param onEntry told after each entry
 */
export async function evaluateLeaks(
  entries: readonly Entry[],
  check: LeakCheck,
  options: { readonly seed?: number; readonly onEntry?: (done: number) => void } = {},
): Promise<LeakReport> {
  const checked: Checked[] = [];
  for (const [index, entry] of entries.entries()) {
    for (const one of leakCases(entry, isEven(entry) ? frames.chosen : frames.reported, options.seed ?? 1)) {
      const unmet = one.entry.keyPoints.map(({ id }) => id);
      // oxlint-disable-next-line no-await-in-loop -- thousands of them: one after the other keeps memory level
      checked.push({ one, leak: await check.find({ entry: one.entry, text: one.text, unmet, known: [] }) });
    }
    options.onEntry?.(index + 1);
  }
  const odd = checked.filter(({ one }) => !isEven(one.entry));
  const wrong = (of: readonly Checked[]) =>
    of.map(({ one, leak }): WrongLeak => ({ id: one.entry.id, kind: one.kind, text: one.text, leak }));
  return {
    even: halfOf(checked.filter(({ one }) => isEven(one.entry))),
    odd: halfOf(odd),
    stopped: wrong(odd.filter(({ one, leak }) => one.keyPointId === null && leak)),
    missed: wrong(odd.filter(({ one, leak }) => one.keyPointId !== null && !leak)),
  };
}

function halfOf(checked: readonly Checked[]): LeakHalf {
  const passing = checked.filter(({ one }) => one.keyPointId === null);
  const leaking = checked.filter(({ one }) => one.keyPointId !== null);
  const ofLang = (lang: Lang) => ({
    passed: shareOf(passing.filter(({ one }) => one.lang === lang)),
    caught: shareOf(leaking.filter(({ one }) => one.lang === lang)),
  });
  return {
    entries: new Set(checked.map(({ one }) => one.entry.id)).size,
    passed: shareOf(passing),
    caught: shareOf(leaking),
    byKind: Object.fromEntries(
      [...passingKinds, ...leakingKinds].map((kind) => [
        kind,
        shareOf(checked.filter(({ one }) => one.kind === kind)),
      ]),
    ),
    byLang: { zh: ofLang('zh'), en: ofLang('en') },
  };
}

/** Of texts of one sort: the share that was treated rightly. */
function shareOf(checked: readonly Checked[]): LeakShare {
  const right = checked.map(({ one, leak }) => Number((leak === null) === (one.keyPointId === null)));
  return {
    n: right.length,
    share: mean(right),
    interval: bootstrapInterval(right, { groups: checked.map(({ one }) => one.entry.id) }),
  };
}
