/** What a chat model has to write about a reply: the form of its answer. */
import { z } from 'zod';
import { verdictValueSchema } from '../protocol.ts';

/**
 * One object per key point, each exactly once: a judge that skips a point has not judged. A misconception that it does
 * not name it does not accuse of, which does no harm; reasons and a follow-up can be done without.
 */
export function judgementSchema(keyPoints: readonly string[], misconceptions: number) {
  return z.object({
    keyPoints: z
      .array(
        z.object({
          id: z.string(),
          verdict: verdictValueSchema,
          quote: z.string(),
          explanation: z.string().default(''),
        }),
      )
      // A weak model would go on until its tokens are out.
      .max(keyPoints.length)
      .superRefine((found, context) => {
        for (const id of keyPoints) {
          const count = found.filter((one) => one.id === id).length;
          if (count !== 1) context.addIssue(`${id} stands ${count} times here: every id stands exactly once`);
        }
      }),
    misconceptions: z
      .array(z.object({ id: z.string(), asserted: z.boolean(), quote: z.string() }))
      .max(misconceptions)
      .default([]),
    followUp: z.object({ id: z.string(), text: z.string() }).default({ id: '', text: '' }),
  });
}
