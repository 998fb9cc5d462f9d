/** Messages as the text that models of the Qwen 2.5 family were trained on, and tool calls read out of what they write. */

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON as the model wrote it, valid or not. */
  readonly arguments: string;
}

export interface MarkupMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
  readonly toolCalls?: readonly ToolCall[];
}

export interface MarkupTool {
  readonly name: string;
  readonly description?: string | undefined;
  readonly parameters: unknown;
}

export const callOpening = '<tool_call>\n';

const turn = (role: string, text: string) => `<|im_start|>${role}\n${text}<|im_end|>\n`;

/**
 * The whole prompt, up to where the model writes on. Words of a message that look like the markup of a turn are broken
 * apart: what a candidate types never begins a turn.
 */
export function markUp(messages: readonly MarkupMessage[], tools: readonly MarkupTool[] = []): string {
  const system = messages
    .filter(({ role }) => role === 'system')
    .map(({ content }) => plain(content))
    .join('\n\n');
  const parts = [turn('system', `${system || 'You are a helpful assistant.'}${toolPart(tools)}`)];
  for (const { role, content, toolCalls = [] } of messages) {
    if (role === 'system') continue;
    if (role === 'tool') {
      parts.push(turn('user', `<tool_response>\n${plain(content)}\n</tool_response>`));
      continue;
    }
    const calls = toolCalls.map(
      (call) =>
        `${callOpening}{"name": ${JSON.stringify(call.name)}, "arguments": ${call.arguments}}\n</tool_call>`,
    );
    parts.push(turn(role, [plain(content), ...calls].filter((part) => part !== '').join('\n')));
  }
  return `${parts.join('')}<|im_start|>assistant\n`;
}

function toolPart(tools: readonly MarkupTool[]): string {
  if (tools.length === 0) return '';
  const described = tools.map((tool) => JSON.stringify({ type: 'function', function: tool }));
  return (
    '\n\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\n' +
    `You are provided with function signatures within <tools></tools> XML tags:\n<tools>\n${described.join('\n')}\n</tools>\n\n` +
    'For each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:\n' +
    '<tool_call>\n{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call>'
  );
}

function plain(text: string): string {
  return text.replaceAll('<|', '< |');
}

/**
 * The text outside of tool calls, and the calls; one that cannot be read is left in the text.
 * @param names of the tools: small models often leave the marks out, and write nothing but the object
 */
export function readCalls(
  written: string,
  names: readonly string[] = [],
): { text: string; calls: ToolCall[] } {
  const calls: ToolCall[] = [];
  const take = (body: string): boolean => {
    const name = /"name"\s*:\s*"([^"]+)"/u.exec(body)?.[1];
    const from = /"arguments"\s*:\s*/u.exec(body);
    if (name === undefined || from === null) return false;
    const rest = body.slice(from.index + from[0].length).trim();
    // What follows the arguments closes the object around them.
    calls.push({ id: `call_${calls.length + 1}`, name, arguments: rest.replace(/\}\s*$/u, '').trim() });
    return true;
  };
  const bare = written.trim();
  if (names.some((name) => bare.startsWith(`{"name": "${name}"`)) && bare.endsWith('}') && take(bare)) {
    return { text: '', calls };
  }
  const text = written.replaceAll(/<tool_call>([\s\S]*?)(?:<\/tool_call>|$)/gu, (whole, body: string) =>
    take(body) ? '' : whole,
  );
  return { text: text.trim(), calls };
}
