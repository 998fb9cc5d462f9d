/** Calls of tools as they are asked for and as they come out of LangChain's messages. */
import type { ChatGenerationChunk } from '@langchain/core/outputs';
import { AIMessage, AIMessageChunk, type BaseMessage } from 'langchain';
import type { ChatTool } from './chat-tool.ts';
import { jsonSchemaOf } from './structured-output.ts';
import { ThinkingFilter } from './thinking.ts';
import type { ModelWrote, WantedCall } from './tool-agent.ts';

/** How a request names the tools; `mustWrite`: it names them and wants none called. */
export function toolChoice(tools: readonly ChatTool[], mustWrite: boolean) {
  return {
    tools: tools.map(({ name, description, parameters }) => ({
      type: 'function' as const,
      function: { name, description, parameters: jsonSchemaOf(parameters) },
    })),
    tool_choice: mustWrite ? ('none' as const) : ('auto' as const),
  };
}

/** The part of a chunk that belongs to calls. */
export function callText(message: BaseMessage): string {
  if (!AIMessageChunk.isInstance(message)) return '';
  return (message.tool_call_chunks ?? []).map(({ name, args }) => `${name ?? ''}${args ?? ''}`).join('');
}

/** What a message that came whole says and wants called. */
export function readWhole(message: BaseMessage, onText?: (text: string) => void): ModelWrote {
  const thinking = new ThinkingFilter();
  const text = thinking.push(message.text) + thinking.end();
  if (text !== '') onText?.(text);
  return { text, calls: wantedCallsOf(message) };
}

/** The same of a stream, with its text while it comes. */
export async function readChunks(
  chunks: AsyncIterable<ChatGenerationChunk>,
  onText?: (text: string) => void,
): Promise<ModelWrote> {
  const thinking = new ThinkingFilter();
  const wanted = new WantedCalls();
  let text = '';
  const push = (piece: string) => {
    text += piece;
    if (piece !== '') onText?.(piece);
  };
  for await (const chunk of chunks) {
    wanted.push(chunk.message);
    push(thinking.push(chunk.text));
  }
  push(thinking.end());
  return { text, calls: wanted.list() };
}

function wantedCallsOf(message: BaseMessage): WantedCall[] {
  if (!AIMessage.isInstance(message)) return [];
  return [
    ...(message.tool_calls ?? []).map(({ name, args }) => ({ name, args: JSON.stringify(args) })),
    ...(message.invalid_tool_calls ?? []).map(({ name, args }) => ({ name: name ?? '', args: args ?? '' })),
  ];
}

/** Puts the calls of a stream together. */
class WantedCalls {
  readonly #calls: { index: number; id: string | undefined; name: string; args: string }[] = [];

  push(message: BaseMessage): void {
    if (!AIMessageChunk.isInstance(message)) return;
    for (const { index, id, name, args } of message.tool_call_chunks ?? []) {
      const place = index ?? 0;
      const known = this.#calls.findLast((call) => call.index === place);
      // Some servers number every call 0: a name with another id begins a new one.
      if (!known || (name && id !== undefined && known.id !== id)) {
        this.#calls.push({ index: place, id, name: name ?? '', args: args ?? '' });
      } else {
        known.name ||= name ?? '';
        known.args += args ?? '';
      }
    }
  }

  list(): WantedCall[] {
    return this.#calls.map(({ name, args }) => ({ name, args }));
  }
}
