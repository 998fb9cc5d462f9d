/** What small talk is about; patterns are linear in the text's length. */
import type { ChatterKind } from './texts/texts.ts';

const kinds: readonly (readonly [ChatterKind, RegExp])[] = [
  [
    'orders',
    /忽略|无视|满分|system prompt|系统提示|ignore (?:all|any|the|every|previous|above)|disregard|give me (?:a )?(?:10|ten|full)|you are now|你现在是/i,
  ],
  [
    'insult',
    /垃圾|傻|蠢|笨|滚|废物|智障|脑残|狗屁|有病|烂透|太烂|妈的|去死|\b(?:stupid|idiot|dumb|useless|garbage|trash|rubbish|sucks?|suck|hate you|moron|shut up|crap|fuck\w*|shit\w*|wtf|terrible|awful|worst)\b/i,
  ],
  [
    'identity',
    /真人|机器人|你是谁|你是(?:什么|哪)|\bAI\b.{0,6}[吗？?]|are you (?:a |an )?(?:real|human|bot|ai|robot|person)|who are you|what are you/i,
  ],
  ['nerves', /紧张|害怕|焦虑|心慌|手抖|压力|\b(?:nervous|anxious|scared|stressed|sweating|panick?\w*)\b/i],
  [
    'thanks',
    /谢|辛苦|感谢|讲得(?:真|很)好|\b(?:thanks?|thank you|thx|ty|appreciate\w*|awesome|great job|well done|that was fun)\b/i,
  ],
  ['greeting', /你好|您好|哈喽|嗨|在吗|早上好|下午好|晚上好|\b(?:hi|hello|hey|morning|afternoon|evening)\b/i],
];

/** `other` for what no pattern knows. Reads the first 300 characters. */
export function chatterKind(text: string): ChatterKind {
  const start = text.slice(0, 300);
  return kinds.find(([, pattern]) => pattern.test(start))?.[0] ?? 'other';
}
