/** What is read out of LangChain's generations. */
import { AIMessage, type BaseMessage } from 'langchain';
import { z } from 'zod';
import { VivaError } from '../errors.ts';

const usageSchema = z.object({ input_tokens: z.number().positive(), output_tokens: z.number().default(0) });

/** Tokens as the server told them. */
export interface ToldUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export function finishOf(info: Record<string, unknown> | undefined): string | null {
  const reason = info?.['finish_reason'];
  return typeof reason === 'string' ? reason : null;
}

/** What the server said that an answer took; undefined when it said nothing, or zeros. */
export function usageOf(message: BaseMessage | undefined): ToldUsage | undefined {
  const told = usageSchema.safeParse(message && 'usage_metadata' in message ? message.usage_metadata : null);
  return told.success
    ? { inputTokens: told.data.input_tokens, outputTokens: told.data.output_tokens }
    : undefined;
}

/** The arguments of the first tool call as the model wrote them; null when it called none. */
export function toolArguments(message: BaseMessage): string | null {
  if (!AIMessage.isInstance(message)) return null;
  const call = message.tool_calls?.[0];
  if (call) return JSON.stringify(call.args);
  return message.invalid_tool_calls?.[0]?.args ?? null;
}

/** @throws VivaError `llm-invalid-output` or `llm-failed` for an answer that is not whole, or none */
export function requireWhole(
  { text, finish }: { readonly text: string; readonly finish: string | null },
  streamed: boolean,
  model: string,
): void {
  if (finish === 'length') {
    throw new VivaError(
      'llm-invalid-output',
      `Chat model ${model} ran out of tokens before its answer was complete.`,
      { context: { model, characters: text.length } },
    );
  }
  const failed = (what: string) =>
    new VivaError('llm-failed', `Chat model ${model} ${what}.`, { context: { model } });
  if (finish === 'content_filter') throw failed('withheld its answer (content filter)');
  if (finish === null && streamed) throw failed('broke off before its answer was complete');
  if (text.trim() === '') throw failed('gave an empty answer');
}
