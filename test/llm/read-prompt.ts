/** What a model can read out of a request: the data between markers, the points to judge, and the form that is asked for. */
import type { SeenRequest } from './scripted-chat-server.ts';

export interface Point {
  readonly id: string;
  readonly text: string;
}

export interface ReadPrompt {
  /** Everything that was sent, messages one after the other. */
  readonly all: string;
  readonly user: string;
  /** The candidate's words: the last block between markers; '' without one. */
  readonly reply: string;
  /** Lines like `K1: …` and `M1: …` outside of the reply, each id once. */
  readonly points: readonly Point[];
  /** JSON Schema of the answer; null when text is asked for. */
  readonly schema: JsonSchema | null;
  /** The tool whose arguments the answer must be. */
  readonly forcedTool: string | null;
}

export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly maxLength?: number;
}

const blockPattern = /<<([\p{L} _-]+?) ([0-9a-f]{8,})>>\n?([\s\S]*?)\n?<<end of \1 \2>>/gu;

export function readPrompt({ body }: SeenRequest): ReadPrompt {
  const all = body.messages.map(({ content }) => content).join('\n\n');
  const users = body.messages.filter(({ role }) => role === 'user').map(({ content }) => content);
  const user = users.join('\n\n');
  const blocks = [...user.matchAll(blockPattern)];
  const reply = blocks.findLast(([, name]) => name === 'reply')?.[3] ?? blocks.at(-1)?.[3] ?? '';
  const outside = user.replaceAll(blockPattern, '');
  const points = new Map<string, string>();
  for (const [, id = '', text = ''] of outside.matchAll(/^[-*\s]*\(?([KM]\d+)\)?\s*[:：.]\s*(.+)$/gmu)) {
    if (!points.has(id)) points.set(id, text.trim());
  }
  const choice = body.tool_choice;
  const forced =
    typeof choice === 'object' && choice !== null
      ? ((choice as { function?: { name?: string } }).function?.name ?? null)
      : null;
  return {
    all,
    user,
    reply,
    points: [...points].map(([id, text]) => ({ id, text })),
    schema: schemaOf(body, all, forced),
    forcedTool: forced,
  };
}

function schemaOf(body: SeenRequest['body'], all: string, forced: string | null): JsonSchema | null {
  if (forced !== null) {
    const tool = body.tools?.find((one) => one.function.name === forced);
    return (tool?.function['parameters'] as JsonSchema | undefined) ?? null;
  }
  const given = (body.response_format?.['json_schema'] as { schema?: JsonSchema } | undefined)?.schema;
  if (given) return given;
  const at = all.indexOf('{', all.indexOf('JSON Schema:\n') + 1);
  if (!all.includes('JSON Schema:\n') || at === -1) return null;
  return parsePrefix(all.slice(at));
}

/** The JSON object that a text begins with. */
function parsePrefix(text: string): JsonSchema | null {
  const line = text.split('\n', 1)[0] ?? '';
  try {
    return JSON.parse(line) as JsonSchema;
  } catch {
    // Not on one line: there is no schema that could be read.
    return null;
  }
}
