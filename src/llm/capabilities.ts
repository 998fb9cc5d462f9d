/** What an endpoint was found to do. Names of servers tell little: what counts is what it did when it was asked. */

export interface Capabilities {
  /** Answers as a stream of events that ends properly. */
  readonly streaming: boolean;
  /** Keeps to a JSON schema that only `response_format` tells it of. */
  readonly jsonSchema: boolean;
  /** Takes `response_format: json_object` and answers with JSON. */
  readonly jsonMode: boolean;
  /** Calls a tool by itself. */
  readonly toolCalls: boolean;
  /** Calls the tool that it is made to call. */
  readonly forcedTool: boolean;
  /** Tells the tokens of an answer. */
  readonly usage: boolean;
  /** Tells them in streams too, when asked by `stream_options`. */
  readonly streamUsage: boolean;
  /** Takes instructions as a message of their own. */
  readonly systemRole: boolean;
  /** Takes a temperature. */
  readonly temperature: boolean;
}

/** How a structured answer is asked for; `prompt`: by words alone. */
export type StructuredMethod = 'json-schema' | 'json-mode' | 'tool' | 'prompt';

/** The surest method that the endpoint has. */
export function methodOf(known: Capabilities): StructuredMethod {
  // Answers by schema are read from a stream (see openai-chat-model.ts).
  if (known.jsonSchema && known.streaming) return 'json-schema';
  if (known.jsonMode) return 'json-mode';
  return known.forcedTool ? 'tool' : 'prompt';
}
