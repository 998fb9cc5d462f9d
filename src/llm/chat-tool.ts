/** Tools that a chat model may call while it answers: read-only, with checked arguments and bounded results. */
import { z } from 'zod';
import type { ChatRequest } from './chat-model.ts';

/** Characters of a result that a model gets to read. */
const longestResult = 4_000;

export interface ChatTool {
  readonly name: string;
  /** For the model: what it gives, and when to call it. */
  readonly description: string;
  /** Of the arguments: always an object. */
  readonly parameters: z.ZodType;
  /**
   * What the model reads. Arguments that do not fit are answered with what is wrong with them, so that it may call again.
   * @throws what the tool throws
   */
  call(args: unknown, signal: AbortSignal): Promise<string>;
}

/** A tool of checked arguments. */
export function chatTool<Args>(tool: {
  readonly name: string;
  readonly description: string;
  readonly parameters: z.ZodType<Args>;
  readonly run: (args: Args, signal: AbortSignal) => Promise<string> | string;
}): ChatTool {
  const { name, description, parameters, run } = tool;
  return {
    name,
    description,
    parameters,
    async call(args, signal) {
      const checked = parameters.safeParse(args);
      if (!checked.success) {
        const what = z.prettifyError(checked.error).slice(0, 600);
        return `These arguments do not fit the tool ${name}:\n${what}\nCall it again with arguments that fit.`;
      }
      const result = await run(checked.data, signal);
      return result.length > longestResult ? `${result.slice(0, longestResult)} …(cut)` : result;
    },
  };
}

/** A request in which the model may call tools; `maxTokens` are those of one call of the model. */
export interface ToolUseRequest extends ChatRequest {
  readonly tools: readonly ChatTool[];
  /** The code of the marker lines that results of tools stand between; `system` has told the model of them. */
  readonly code: string;
  /** Milliseconds for the whole run; default: twice the pause allowed between two signs of life. */
  readonly deadlineMs?: number;
  /** A call of the model begins, from 1: what it wrote in the one before was not the answer. */
  readonly onModelCall?: (number: number) => void;
  /** Text as it is written. */
  readonly onText?: (text: string) => void;
  /** Told of a tool that failed; the model is told that it did, and not why. */
  readonly onToolFailure?: (error: unknown, tool: string) => void;
}

/** What came of a run: the text of the last call of the model. */
export interface ToolUse {
  readonly text: string;
  readonly modelCalls: number;
  readonly toolCalls: number;
}
