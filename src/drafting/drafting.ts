/** What every part of a draft is made with. */
import type { ChatModel } from '../llm/chat-model.ts';
import type { DraftMaterial } from '../llm/prompts/draft-v1.ts';

export type Point = DraftMaterial['keyPoints'][number];

export interface Drafting {
  readonly model: ChatModel;
  /** What the model reads of the entry. */
  readonly entry: DraftMaterial;
  /** All that the entry says: links that stand there may be repeated. */
  readonly material: string;
  readonly signal: AbortSignal;
}
