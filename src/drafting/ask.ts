/** One part of a draft: asked for, checked, and asked for once more when too little of it could be used. */
import type { z } from 'zod';
import { VivaError } from '../errors.ts';
import type { ChatModel } from '../llm/chat-model.ts';
import { markerCode, type Prompt } from '../llm/prompts.ts';

/** Something that was proposed and left out. */
export interface LeftOut {
  /** The part, and the beginning of what was proposed. */
  readonly what: string;
  readonly reason: string;
}

export interface Checked<T> {
  readonly kept: readonly T[];
  readonly leftOut: readonly LeftOut[];
}

export interface Ask<Raw, T> {
  readonly model: ChatModel;
  readonly schema: z.ZodType<Raw>;
  readonly name: string;
  prompt(code: string, refused: readonly string[]): Prompt;
  /** @param kept what is there already; the answer's `kept` goes behind it */
  check(raw: Raw, kept: readonly T[]): Checked<T>;
  /** What is still missing, in words for the model and the reader; null when it is enough. */
  wanting(kept: readonly T[]): string | null;
  readonly maxTokens: number;
  readonly signal: AbortSignal;
}

/**
 * At most two answers. What fails the check is left out and listed.
 * @throws VivaError of the chat model, except for answers that do not fit or come too late: these are listed.
 */
export async function ask<Raw, T>(options: Ask<Raw, T>): Promise<Checked<T>> {
  const kept: T[] = [];
  const leftOut: LeftOut[] = [];
  let refused: string[] = [];
  for (let round = 0; round < 2; round++) {
    try {
      const raw = await options.model.complete(
        {
          ...options.prompt(markerCode(), refused),
          maxTokens: options.maxTokens,
          signal: options.signal,
          purpose: 'draft',
        },
        options.schema,
        // Servers take letters, digits and underscores alone.
        `draft_${options.name.replace(/\W+/gu, '_')}`.slice(0, 60),
      );
      const checked = options.check(raw, kept);
      kept.push(...checked.kept);
      // A second answer often is the first one again.
      leftOut.push(
        ...checked.leftOut.filter(
          (one) => !leftOut.some(({ what, reason }) => what === one.what && reason === one.reason),
        ),
      );
      refused = checked.leftOut.map(({ what, reason }) => `- ${what}: ${reason}`);
    } catch (error) {
      const listed =
        error instanceof VivaError && (error.code === 'llm-invalid-output' || error.code === 'timeout');
      if (!listed) throw error;
      leftOut.push({ what: options.name, reason: error.message });
      // The same question to the same model: a second long wait would end as this one did.
      break;
    }
    const wanting = options.wanting(kept);
    if (wanting === null) return { kept, leftOut };
    refused.push(`- ${wanting}`);
  }
  const wanting = options.wanting(kept);
  if (wanting !== null) leftOut.push({ what: options.name, reason: wanting });
  return { kept, leftOut };
}
