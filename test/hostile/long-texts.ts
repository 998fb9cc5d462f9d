/** Replies as long as a message may be: ordinary prose, and texts made to keep a pattern or a loop busy. */
import { limits } from '../../src/protocol.ts';

export interface LongText {
  readonly name: string;
  readonly text: string;
}

/** Cuts at the limit, and never through a character. */
function filled(piece: string, chars: number): string {
  const text = piece.repeat(Math.ceil(chars / piece.length)).slice(0, chars);
  return text.replace(/[\ud800-\udbff]$/u, '');
}

const sentences = {
  en: [
    'The matrix {w} is drawn from a Gaussian and {v} starts at zero, so the product is zero at the first step. ',
    'If {w} were zero as well then neither {v} would get a gradient, and training would never leave the start. ',
    'Because {w} keeps the size of the update about the same, the rank {v} can change without another search. ',
    'After merging {w} there is no latency, and the memory of {v} stays what it was before. ',
  ],
  zh: [
    '{w} 用高斯分布随机初始化，{v} 全部置零，所以训练开始时增量为零。',
    '如果 {w} 也是零，那么 {v} 的梯度同样为零，参数永远不会更新。',
    '缩放系数让 {w} 变化时更新的大小大致不变，{v} 不必重新搜索。',
    '合并 {w} 之后推理没有额外的延迟，{v} 的显存占用也和原来一样。',
  ],
} as const;

/** A word for every number, so that no sentence is said twice. */
function wordOf(number: number): string {
  let word = '';
  for (let left = number + 26; left > 0; left = Math.floor(left / 26))
    word += String.fromCharCode(97 + (left % 26));
  return word;
}

/** `make` of 0, 1, 2 … one after the other, up to the limit. */
function counted(make: (index: number) => string, chars: number): string {
  let text = '';
  for (let index = 0; text.length < chars; index += 1) text += make(index);
  return text.slice(0, chars);
}

/** Ordinary replies of the same length, which the others are measured against. */
export function ordinaryTexts(chars: number = limits.messageChars): LongText[] {
  return (['en', 'zh'] as const).map((lang) => ({
    name: `prose, ${lang}`,
    text: counted(
      (index) =>
        (sentences[lang][index % 4] ?? '')
          .replace('{w}', wordOf(index))
          .replace('{v}', wordOf(index * 7 + 3)),
      chars,
    ),
  }));
}

/** Runs of one sign; every one of them can start, continue or end something somewhere. */
const signs = [
  ...' \n\t\r\u00a0\u2028\u3000',
  ...'0as一的第吗，,。.；;、：:！!？?`~$#/\\|-_*+=<>@&^%"\'“”「」『』‘’(（[【{)）]】}…—·•',
  `o${'\u0301\u0323'.repeat(15)}`,
  '\u202e',
  '\ufeff',
  '😀',
  '👩‍🔬',
  '\u1100',
  'ﷺ',
  'ſ',
  'İ',
];

/** Beginnings of what some pattern looks for, which never come to their end. */
const beginnings = [
  [
    '第',
    '第1 ',
    '第 一',
    '上一',
    '前一',
    'question ',
    'q ',
    'q # ',
    'point ',
    'first ',
    'the ',
    'the a ',
    'two ',
    'two a ',
  ],
  [
    '可能',
    '可能是',
    '也许',
    '要么',
    'either ',
    'maybe ',
    'i guess ',
    'e.g',
    'e.g. ',
    'i.e. ',
    'vs',
    ' - ',
    '——',
  ],
  [
    '忽略',
    '给我',
    '给',
    '评',
    '所有要点',
    '覆盖',
    'ignore ',
    'forget ',
    'give ',
    'award ',
    'score ',
    'you are ',
  ],
  [
    '不想',
    '别',
    'not ',
    'instead of ',
    'rather than a',
    '还是',
    'or ',
    '好',
    '好的',
    'ok',
    'so ',
    '嗯',
    '哈',
    'haha',
  ],
  [
    '输出',
    '告诉我',
    'reveal ',
    'tell me ',
    'write me a ',
    'write a b ',
    '写一',
    '讲个',
    '你现在',
    'pretend ',
    'act',
  ],
  [
    '“',
    '「a',
    '『',
    '`',
    '``',
    '```',
    '```\n',
    '~~~\n',
    '**',
    '**a',
    '$$',
    '$',
    '\\(',
    '\\[',
    '[1',
    '[1, ',
    '【1 ',
  ],
  [
    '// ',
    '//\r',
    '#\r',
    'def ',
    'a, ',
    'a = ',
    'a, b = ',
    'x=',
    'wait ',
    '不对',
    '啊 ',
    '哦,',
    'sorry',
    'no wait ',
  ],
  [
    "a'",
    "i'",
    "'s",
    'a-',
    'a.',
    'a_',
    "a'b",
    '1.',
    '1,',
    '1.1',
    '-1',
    'http://',
    'a@',
    '&amp;',
    '<a ',
    '<!--',
    '| ',
  ],
].flat();

/** Claims as small as they come, so that a reply is cut into as many as possible. */
const tiny = [
  [
    '是。',
    '对，',
    'a. ',
    'a, ',
    'x is 1; ',
    '甲是乙。',
    '我是甲，',
    'B is zero. ',
    'B 是零\n',
    '- a\n',
    '1. a\n',
    'a\n\n',
  ],
  [
    'x=1;\n',
    'y = f(x)\n',
    '然后是甲',
    'it is so and then ',
    '不对，是甲。',
    '可能是甲。',
    '？是。',
    '(a)。',
    '甲、',
    '|a|b|',
  ],
].flat();

/** Opens something after a word, runs on, and ends in what fits nothing. */
const tails = ['', 'x', '。x', '\n一', '?'];

/** Every text has `chars` UTF-16 code units at most, and passes the checks of a message. */
export function adversarialTexts(chars: number = limits.messageChars): LongText[] {
  const found: LongText[] = [];
  const add = (name: string, text: string) => found.push({ name, text: text.slice(0, chars) });
  for (const sign of signs) {
    for (const [index, tail] of tails.slice(0, 2).entries()) {
      add(`a run of ${JSON.stringify(sign)}, end ${index}`, `${filled(sign, chars - 2)}${tail}`);
    }
    add(`${JSON.stringify(sign)} between words`, `B is zero${filled(sign, chars - 30)}and A is random`);
  }
  for (const beginning of beginnings) {
    add(`${JSON.stringify(beginning)} again and again`, filled(beginning, chars));
    add(
      `${JSON.stringify(beginning)} and spaces`,
      `${beginning}${filled(' ', chars - beginning.length - 1)}x`,
    );
    add(`${JSON.stringify(beginning)} and letters`, `${beginning}${filled('a', chars - beginning.length)}`);
    add(
      `${JSON.stringify(beginning)} and digits`,
      `${beginning}${filled('1', chars - beginning.length - 1)}x`,
    );
  }
  for (const piece of tiny)
    for (const tail of tails) add(`${JSON.stringify(piece)} + ${tail}`, filled(piece, chars - 2) + tail);
  const han = (index: number) => String.fromCharCode(0x4e00 + (index % 9000), 0x4e00 + ((index * 31) % 9000));
  add(
    'claims of four letters',
    counted((index) => `${wordOf(index)}. `, chars),
  );
  add(
    'claims of two characters',
    counted((index) => `${han(index)}。`, chars),
  );
  add(
    'claims of one long word',
    counted((index) => `${wordOf(index).repeat(20)}\n`, chars),
  );
  add(
    'claims without a comma',
    counted((index) => `${han(index)}${han(index + 7)}是${han(index + 99).repeat(9)}。`, chars),
  );
  add(
    'keywords that are all different',
    counted((index) => `${han(index)}、`, chars),
  );
  add(
    'words that are all different',
    counted((index) => `${wordOf(index)} `, chars),
  );
  add(
    'clauses after connectives',
    counted((index) => `${wordOf(index)}abcdef so ${wordOf(index + 5)} then `, chars),
  );
  add(
    'clauses that are taken back',
    counted((index) => `${han(index)}是零，不对，`, chars),
  );
  add(
    'hedged clauses',
    counted((index) => `可能${han(index)}也可能${han(index + 3)}。`, chars),
  );
  add(
    'lines of code that are all different',
    counted((index) => `${wordOf(index)} = f(${wordOf(index + 9)}[${index}])\n`, chars),
  );
  const half = Math.floor(chars / 2);
  for (const [open, close] of ['()', '（）', '[]', '{}', '【】', '“”', '「」']) {
    add(`nested ${open}${close}`, filled(open ?? '', half) + filled(close ?? '', half));
  }
  add('brackets that open and open', filled('([{（【', chars));
  add('two scripts by turns', filled('a一б1', chars));
  add('words and spaces by turns', filled(`${'a'.repeat(60)}${' '.repeat(60)}`, chars));
  add('one word', filled('initialisation', chars));
  add('one Chinese word', filled('初始化', chars));
  add('a list of keywords', filled('LoRA、秩、梯度、', chars));
  add('the question again', filled('为什么 B 初始化为 0？', chars));
  add('commas and digits', filled('1,2,3,', chars));
  add('numbers', filled('3.14 ', chars));
  add('lines of code', filled('for i in range(10):\n    x[i] = (a + b) * c  # 注释\n', chars));
  return found;
}
