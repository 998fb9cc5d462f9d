/** The seam of the chat model. Nothing outside `llm/` knows which library or provider is behind it. */
import type { z } from 'zod';
import type { ToolUse, ToolUseRequest } from './chat-tool.ts';

/** What calls are counted by. */
export const purposes = ['grade', 'talk', 'answer', 'appeal', 'intent', 'draft', 'other'] as const;
export type Purpose = (typeof purposes)[number];

/** What one call took. A request may cost several: a repaired answer, a model that stood in. */
export interface ModelUsage {
  /** Who answered: the model asked for, or the one that stood in. */
  readonly model: string;
  readonly purpose: Purpose;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** The server told no numbers: these are counted from the texts. */
  readonly estimated: boolean;
  /** In the currency of the settings' prices; null without prices. */
  readonly cost: number | null;
}

export interface ChatRequest {
  /** Instructions. Never holds words of a candidate. */
  readonly system: string;
  /** The task's data; candidates' words stand here, marked as data. */
  readonly user: string;
  /** Most tokens to write; default 1,024. */
  readonly maxTokens?: number;
  readonly signal?: AbortSignal;
  /** Default `other`. */
  readonly purpose?: Purpose;
  /** The session whose budget pays; default: that of `inModelScope`, if any. */
  readonly sessionId?: string;
  /** Told of every call that was answered, also when its answer is of no use. */
  readonly onUsage?: (usage: ModelUsage) => void;
}

export interface ChatModel {
  /** The model's name as configured. */
  readonly id: string;
  /**
   * One structured answer. Output that does not fit the schema is asked for once more with the complaint.
   * @throws VivaError `llm-failed`, `llm-invalid-output`, `model-budget`, `timeout` or `aborted`.
   */
  complete<T>(request: ChatRequest, schema: z.ZodType<T>, schemaName: string): Promise<T>;
  /**
   * Text as it is written. Ends normally only when the model said that it was done.
   * @throws VivaError as `complete`; `llm-failed` also when the stream broke off.
   */
  stream(request: ChatRequest): AsyncIterable<string>;
  /**
   * Text that the model writes after it called tools as it saw fit, within few calls of the model and one deadline.
   * Null when its server cannot call tools; absent where nothing can.
   * @throws VivaError as `stream`
   */
  useTools?(request: ToolUseRequest): Promise<ToolUse | null>;
}
