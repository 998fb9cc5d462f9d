import { z } from 'zod';

/** What this page reads of `trust-card.json`; `viva eval card` writes it. */

const number = z.number();
const estimateSchema = z.object({
  value: number.nullable(),
  interval: z.tuple([number, number]).nullable(),
});
const measuredSchema = z.object({
  n: number,
  questions: number,
  pearson: estimateSchema,
  spearman: estimateSchema,
  rmse: estimateSchema,
  bias: estimateSchema,
  withinQuestion: estimateSchema,
  rightOrder: estimateSchema,
  withinOne: estimateSchema,
  withinTwo: estimateSchema,
  overFour: estimateSchema,
});
const replyKindSchema = z.object({
  n: number,
  gold: number,
  total: number,
  atMost3: estimateSchema,
  atLeast8: estimateSchema,
});
const binSchema = z.object({
  from: number,
  to: number,
  n: number,
  other: z.object({ mean: number, p10: number, p90: number }).nullable(),
});
const runSchema = z.object({
  all: measuredSchema,
  byLang: z.record(z.string(), measuredSchema),
  byModule: z.record(z.string(), measuredSchema),
  byEntryKind: z.record(z.string(), measuredSchema),
  byReplyKind: z.record(z.string(), replyKindSchema),
  byTotal: z.array(binSchema),
  points: z.array(z.tuple([number, number, number])),
  latencyMs: z.object({ p50: number, p99: number }),
});
const verdictsSchema = z.object({
  n: number,
  replies: number,
  right: number,
  sure: z.object({ n: number, right: number.nullable() }),
  unsure: z.object({ n: number, right: number.nullable() }),
  calibrationError: number,
  bins: z.array(z.object({ from: number, to: number, n: number, confidence: number, right: number })),
});
const worstSchema = z.object({
  id: z.string(),
  lang: z.enum(['zh', 'en']),
  kind: z.string(),
  variant: z.string().nullable(),
  gold: number,
  total: number,
  reply: z.string(),
  because: z.object({ verdict: z.string(), claim: z.string(), points: number }).nullable(),
});

export const trustCardSchema = z.object({
  format: z.literal(2),
  made: z.string(),
  judge: z.string(),
  models: z.array(z.object({ folder: z.string(), id: z.string(), files: z.array(z.string()) })),
  corpus: z.object({ entries: number, statements: number, hash: z.string() }),
  leftOut: z.object({ unknown: number, errors: number }),
  withStatements: runSchema,
  withoutStatements: runSchema,
  verdicts: verdictsSchema,
  worst: z.array(worstSchema),
  fingerprint: z.object({ judge: z.string(), replies: z.string() }),
});
export type VerdictMeasures = z.infer<typeof verdictsSchema>;
export type TrustCard = z.infer<typeof trustCardSchema>;
export type TrustRun = z.infer<typeof runSchema>;
export type Measured = z.infer<typeof measuredSchema>;
export type ReplyKind = z.infer<typeof replyKindSchema>;
export type Estimate = z.infer<typeof estimateSchema>;
export type Worst = z.infer<typeof worstSchema>;
