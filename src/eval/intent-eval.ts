/** Classifies labelled messages and says how often the intent was found. */
import { z } from 'zod';
import type { IntentClassifier } from '../coach/intent.ts';
import type { Entry } from '../corpus/entry.ts';
import { messageOf } from '../errors.ts';
import { intentSchema, langSchema, phaseSchema, type Intent } from '../protocol.ts';
import { bootstrapInterval, mean, type Interval } from './bootstrap.ts';

export const intentCaseSchema = z.object({
  lang: langSchema,
  message: z.string(),
  /** Where the interview stands; default: a question is open. */
  state: phaseSchema.default('question'),
  intent: intentSchema,
  /** The entry whose question is open. */
  entry: z.string().nullish(),
  split: z.string().optional(),
});
export type IntentCase = z.infer<typeof intentCaseSchema>;

export interface IntentReport {
  readonly n: number;
  /** Cases whose entry is not in the corpus; in no score. */
  readonly unknown: number;
  readonly unknownIds: readonly string[];
  readonly accuracy: number;
  readonly interval: Interval;
  readonly byLang: Readonly<Record<string, { n: number; accuracy: number }>>;
  readonly byState: Readonly<Record<string, { n: number; accuracy: number }>>;
  readonly byIntent: Readonly<Record<string, { n: number; recall: number }>>;
  /** Gold intent → found intent → how often. */
  readonly confusion: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly errors: readonly { readonly message: string; readonly error: string }[];
  readonly misses: readonly {
    message: string;
    state: string;
    gold: Intent;
    found: Intent;
    confidence: number;
  }[];
}

export async function evaluateIntent(
  cases: readonly IntentCase[],
  classifier: IntentClassifier,
  entries: ReadonlyMap<string, Entry>,
): Promise<IntentReport> {
  const outcomes: { one: IntentCase; found: Intent; confidence: number }[] = [];
  const errors: { message: string; error: string }[] = [];
  const unknownIds = new Set<string>();
  let unknown = 0;
  for (const one of cases) {
    const open = one.state === 'question' || one.state === 'follow-up';
    const entry = one.entry ? entries.get(one.entry) : undefined;
    if (one.entry && !entry) {
      unknown++;
      unknownIds.add(one.entry);
      continue;
    }
    try {
      // oxlint-disable-next-line no-await-in-loop -- the classifier batches nothing
      const { intent, confidence } = await classifier.classify({
        message: one.message,
        phase: one.state,
        lang: one.lang,
        openQuestion: open && entry ? entry.question[one.lang] : null,
      });
      outcomes.push({ one, found: intent, confidence });
    } catch (error) {
      errors.push({ message: one.message, error: messageOf(error) });
    }
  }
  const right = outcomes.map(({ one, found }) => Number(one.intent === found));
  const by = (nameOf: (one: IntentCase) => string) => {
    const names = [...new Set(outcomes.map(({ one }) => nameOf(one)))].sort();
    return names.map((name): [string, { n: number; accuracy: number }] => {
      const of = right.filter((_, index) => {
        const outcome = outcomes[index];
        return outcome !== undefined && nameOf(outcome.one) === name;
      });
      return [name, { n: of.length, accuracy: mean(of) }];
    });
  };
  const confusion: Record<string, Record<string, number>> = {};
  for (const { one, found } of outcomes) {
    const row = (confusion[one.intent] ??= {});
    row[found] = (row[found] ?? 0) + 1;
  }
  return {
    n: outcomes.length,
    unknown,
    unknownIds: [...unknownIds].sort(),
    accuracy: mean(right),
    interval: bootstrapInterval(right),
    byLang: Object.fromEntries(by((one) => one.lang)),
    byState: Object.fromEntries(by((one) => one.state)),
    byIntent: Object.fromEntries(
      by((one) => one.intent).map(([name, { n, accuracy }]) => [name, { n, recall: accuracy }]),
    ),
    confusion,
    errors,
    misses: outcomes
      .filter(({ one, found }) => one.intent !== found)
      .map(({ one, found, confidence }) => ({
        message: one.message,
        state: one.state,
        gold: one.intent,
        found,
        confidence,
      })),
  };
}
