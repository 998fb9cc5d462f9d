/** Messages whose intent their words alone settle; everything else is left to the model. */
import type { Intent } from '../protocol.ts';

/** Whole messages, after folding: a candidate who types one of these means nothing else. */
const phrases: Readonly<Partial<Record<Intent, readonly string[]>>> = {
  hint: [
    '提示',
    '给个提示',
    '来个提示',
    '给点提示',
    '求提示',
    'hint',
    'a hint',
    'hint please',
    'give me a hint',
    'another hint',
  ],
  skip: [
    '跳过',
    '跳过这题',
    '下一题',
    '下一道',
    '下一个',
    '换一题',
    '换个题',
    'skip',
    'skip it',
    'skip this',
    'next',
    'next question',
    'pass',
    'move on',
  ],
  'dont-know': [
    '不知道',
    '我不知道',
    '不会',
    '我不会',
    '不懂',
    '忘了',
    '没学过',
    'idk',
    "i don't know",
    'i dont know',
    'dont know',
    "don't know",
    'no idea',
    'no clue',
  ],
  repeat: [
    '重复一遍',
    '再说一遍',
    '重复题目',
    '题目是什么',
    'repeat',
    'repeat please',
    'say again',
    'repeat the question',
    'what was the question',
  ],
  explain: [
    '答案',
    '看答案',
    '参考答案',
    '看参考答案',
    '公布答案',
    '解析',
    'answer please',
    'the answer please',
    'show answer',
    'show me the answer',
    'show the answer',
  ],
  dispute: ['申诉', '我要申诉', '我不服', 'appeal', 'i want to appeal', 'i disagree'],
  report: ['报告', '看报告', '成绩', '总结', 'report', 'my report', 'summary', 'results'],
  end: [
    '结束',
    '结束面试',
    '退出',
    '不面了',
    '拜拜',
    '再见',
    'end',
    'end interview',
    'end the interview',
    'quit',
    'exit',
    'stop',
    'bye',
    'goodbye',
  ],
  'change-language': [
    '中文',
    '英文',
    '说中文',
    '说英文',
    '用中文',
    '用英文',
    'english please',
    'in english',
    'in english please',
    'chinese please',
    'switch to english',
    'switch to chinese',
  ],
  chatter: [
    '你好',
    '您好',
    'hi',
    'hello',
    'hey',
    '谢谢',
    'thanks',
    'thank you',
    '开始',
    '开始吧',
    'start',
    "let's start",
    'ok',
    '好的',
  ],
};

const settled: ReadonlyMap<string, Intent> = new Map(
  Object.entries(phrases).flatMap(([intent, words]) =>
    words.map((word) => [word, intent as Intent] as const),
  ),
);

/** The intent that the words alone settle; null for everything else. */
export function ruledIntent(message: string): Intent | null {
  if (!/[\p{L}\p{N}]/u.test(message)) return 'empty';
  if (message.length > 40) return null;
  const folded = message
    .normalize('NFKC')
    .toLowerCase()
    .replace(/’/g, "'")
    .replace(/^[\s\p{P}\p{S}]+|[\s\p{P}\p{S}]+$/gu, '')
    .replace(/(?:吧|呗|啊|呀|了|哈|呢|吗)$/u, '');
  return settled.get(folded) ?? null;
}
