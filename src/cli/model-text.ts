/** What a probe of a chat model found, in words for whoever runs it. */
import { methodOf, type Capabilities } from '../llm/capabilities.ts';
import type { Lang } from '../protocol.ts';

interface Words {
  readonly name: string;
  /** What it is good for; what is done without it. */
  readonly has: string;
  readonly lacks: string;
}

const words: Readonly<Record<Lang, Readonly<Record<keyof Capabilities, Words>>>> = {
  zh: {
    streaming: { name: '流式输出', has: '回答边写边显示', lacks: '回答写完后一次性显示' },
    jsonSchema: { name: 'JSON Schema', has: '评分结果按格式输出，最稳妥', lacks: '改用下面支持的方式' },
    jsonMode: { name: 'JSON 模式', has: '能保证输出是 JSON', lacks: '不使用' },
    toolCalls: { name: '工具调用', has: '自由提问时可以自己查资料', lacks: '自由提问时由程序查资料' },
    forcedTool: { name: '指定工具', has: '可以用工具调用取得结构化结果', lacks: '不使用' },
    usage: { name: '用量', has: '按服务器给出的 token 数计费', lacks: '按文本长度估算，并注明是估算' },
    streamUsage: { name: '流式用量', has: '流式回答也给出 token 数', lacks: '流式回答的 token 数按文本估算' },
    systemRole: { name: '系统消息', has: '指令与材料分开发送', lacks: '指令写在用户消息的开头' },
    temperature: { name: '温度', has: '设为 0，结果更稳定', lacks: '使用模型自己的默认值' },
  },
  en: {
    streaming: {
      name: 'streaming',
      has: 'answers show while they are written',
      lacks: 'answers show when they are complete',
    },
    jsonSchema: {
      name: 'JSON schema',
      has: 'grades come in their form, the surest way',
      lacks: 'another way below is taken',
    },
    jsonMode: { name: 'JSON mode', has: 'what comes is JSON', lacks: 'not used' },
    toolCalls: {
      name: 'tool calls',
      has: 'it can look things up for free questions',
      lacks: 'things are looked up for it',
    },
    forcedTool: {
      name: 'forced tool',
      has: 'structured answers can come as a tool call',
      lacks: 'not used',
    },
    usage: {
      name: 'usage',
      has: 'tokens are counted as the server tells them',
      lacks: 'tokens are estimated from the texts, and marked so',
    },
    streamUsage: {
      name: 'stream usage',
      has: 'streams tell their tokens too',
      lacks: 'tokens of streams are estimated',
    },
    systemRole: {
      name: 'system role',
      has: 'instructions are sent apart from the material',
      lacks: 'instructions stand at the head of the user message',
    },
    temperature: {
      name: 'temperature',
      has: 'set to 0, for steadier answers',
      lacks: "the model's own is used",
    },
  },
};

const methods: Readonly<Record<Lang, Readonly<Record<ReturnType<typeof methodOf>, string>>>> = {
  zh: { 'json-schema': 'JSON Schema', 'json-mode': 'JSON 模式', tool: '工具调用', prompt: '仅靠提示词' },
  en: { 'json-schema': 'JSON schema', 'json-mode': 'JSON mode', tool: 'a tool call', prompt: 'words alone' },
};

/** A line for each capability, and one that says how structured answers are asked for. */
export function capabilityLines(found: Capabilities, lang: Lang): readonly string[] {
  const lines = Object.entries(words[lang]).map(([key, { name, has, lacks }]) => {
    const there = found[key as keyof Capabilities];
    return `${there ? '✓' : '–'} ${padded(name, 14)}${there ? has : lacks}`;
  });
  const method = methods[lang][methodOf(found)];
  const last = lang === 'zh' ? `结构化结果的方式：${method}` : `structured answers by: ${method}`;
  return [...lines, `  ${last}`];
}

/** Chinese characters take two columns of a terminal. */
function padded(text: string, columns: number): string {
  const width = [...text].reduce((sum, character) => sum + (character.charCodeAt(0) > 0x2e7f ? 2 : 1), 0);
  return text + ' '.repeat(Math.max(1, columns - width));
}
