/** Messages that want the coach to do something else than answer about the material. */

/** Attempts to change the rules, or to read them. The noun is required: "forget the previous state" asks about an LSTM. */
const override = [
  /(?:忽略|无视|忘记|忘掉|不要管|不用管|不要遵守|绕过)[^。？?]{0,16}(?:指令|规则|要求|提示词?|限制|设定)/u,
  /(?:输出|打印|显示|告诉我|重复|泄露|复述|透露)[^。？?]{0,12}(?:系统提示|提示词|system\s*prompt|初始指令|内部指令|隐藏(?:指令|规则))/iu,
  /越狱|开发者模式|无限制模式|DAN\s*模式/iu,
  /你现在是|从(?:现在|今)(?:起|开始)，?你|假装你|(?:请你?|你来|来)扮演|角色扮演/u,
  /(?:给|打|判|算)我?[^。？?]{0,6}(?:满分|高分)/u,
  /\b(?:ignore|disregard|forget|override|bypass)\s+(?:\w+\s+){0,4}(?:instructions?|rules|prompts?|guidelines|restrictions|everything (?:above|before))\b/iu,
  /\b(?:reveal|print|show|repeat|output|leak|tell me)\b[^.?!]{0,30}\b(?:system prompt|your (?:instructions|prompt|rules|configuration)|hidden (?:prompt|instructions))\b/iu,
  /\b(?:jailbreak|developer mode|do anything now|DAN mode)\b/iu,
  /\byou are now\b|\bpretend (?:to be|you are|that you|you)\b|(?:^|[.!?;,:]\s*|\bplease\s+|\bnow\s+)act as\b|\brole-?play as\b/iu,
  /\bgive me (?:full marks|a perfect score|the (?:maximum|highest) score)\b/iu,
];

/** Pieces of writing, which no question about deep learning asks for. */
const writing = [
  /(?:帮我|给我|请你?|替我)?写(?:一|几)?(?:首|封|篇|段|个|份)[^。？?]{0,8}(?:诗|歌词?|情书|作文|小说|故事|邮件|演讲稿|检讨|笑话|简历)/u,
  /讲(?:一)?个(?:笑话|故事)/u,
  /\bwrite (?:me )?(?:a|an|some) (?:\w+ ){0,3}(?:poem|song|story|essay|e-?mail|letter|joke|haiku|limerick|rap)\b/iu,
  /\btell (?:me )?(?:a|another) (?:joke|story)\b/iu,
];

/** What somebody else said is not said to the coach. */
const quoted = /"[^"]*"|“[^“”]*”|「[^「」]*」|『[^『』]*』|`[^`]*`/gu;

/** True for an attempt to change what the coach does, to read its instructions, or to have something else written. */
export function isInstruction(message: string): boolean {
  const text = message.normalize('NFKC').replace(quoted, ' ');
  return [...override, ...writing].some((pattern) => pattern.test(text));
}
