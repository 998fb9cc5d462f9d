/** The seam of the chat model. Nothing outside `llm/` knows which library or provider is behind it. */
import type { z } from 'zod';

export interface ChatRequest {
  /** Instructions. Never holds words of a candidate. */
  readonly system: string;
  /** The task's data; candidates' words stand here, marked as data. */
  readonly user: string;
  /** Most tokens to write; default 1,024. */
  readonly maxTokens?: number;
  readonly signal?: AbortSignal;
}

export interface ChatModel {
  /** The model's name as configured. */
  readonly id: string;
  /**
   * One structured answer. Output that does not fit the schema is asked for once more with the complaint.
   * @throws VivaError `llm-failed`, `llm-invalid-output`, `timeout` or `aborted`.
   */
  complete<T>(request: ChatRequest, schema: z.ZodType<T>, schemaName: string): Promise<T>;
  /**
   * Text as it is written. Ends normally only when the model said that it was done.
   * @throws VivaError as `complete`; `llm-failed` also when the stream broke off.
   */
  stream(request: ChatRequest): AsyncIterable<string>;
}
