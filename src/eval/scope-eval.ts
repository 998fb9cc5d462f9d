/** Whether questions that the material covers are answered, and others refused. */
import { z } from 'zod';
import type { Answerer } from '../answering/answerer.ts';
import { messageOf } from '../errors.ts';
import { langSchema } from '../protocol.ts';
import { bootstrapInterval, mean, quantile, type Interval } from './bootstrap.ts';

export const scopeCaseSchema = z.object({
  lang: langSchema,
  query: z.string().min(1),
  /** Absent means false: nothing in the material answers it. */
  inScope: z.boolean().optional(),
  /** The entry that answers it; cases of one entry are drawn together for the interval. */
  id: z.string().optional(),
  split: z.string().optional(),
});
export type ScopeCase = z.infer<typeof scopeCaseSchema>;

export interface ScopeShare {
  readonly share: number;
  readonly interval: Interval;
  readonly n: number;
}

export interface ScopeReport {
  readonly n: number;
  readonly refusedOutOfScope: ScopeShare;
  readonly answeredInScope: ScopeShare;
  readonly misses: readonly {
    readonly query: string;
    readonly lang: string;
    readonly expected: 'answer' | 'refusal';
  }[];
  /** Cases that failed; they count neither way. */
  readonly errors: readonly { readonly query: string; readonly message: string }[];
  readonly latencyMs: { readonly p50: number; readonly p95: number };
}

export async function evaluateScope(cases: readonly ScopeCase[], answerer: Answerer): Promise<ScopeReport> {
  const right: Record<'answer' | 'refusal', { value: number; group: string }[]> = { answer: [], refusal: [] };
  const misses: ScopeReport['misses'][number][] = [];
  const errors: ScopeReport['errors'][number][] = [];
  const times: number[] = [];
  for (const { query, lang, inScope, id } of cases) {
    const expected = inScope === true ? 'answer' : 'refusal';
    const begun = performance.now();
    try {
      const answer = await answerer.answer({ question: query, lang });
      times.push(performance.now() - begun);
      const isRight = (answer.kind === 'answered') === (expected === 'answer');
      right[expected].push({ value: Number(isRight), group: id ?? query });
      if (!isRight) misses.push({ query, lang, expected });
    } catch (error) {
      errors.push({ query, message: messageOf(error) });
    }
  }
  const timeAt = (share: number) => Math.round(quantile(times, share) * 10) / 10;
  return {
    n: cases.length,
    refusedOutOfScope: shareOf(right.refusal),
    answeredInScope: shareOf(right.answer),
    misses,
    errors,
    latencyMs: { p50: timeAt(0.5), p95: timeAt(0.95) },
  };
}

function shareOf(results: readonly { readonly value: number; readonly group: string }[]): ScopeShare {
  const values = results.map((one) => one.value);
  return {
    share: mean(values),
    interval: bootstrapInterval(values, { groups: results.map((one) => one.group) }),
    n: values.length,
  };
}
