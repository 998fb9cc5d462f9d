/** What small talk is about; patterns are linear in the text's length. */
import type { Mode } from '../protocol.ts';
import type { ChatterKind } from './texts/texts.ts';

/** Questions about the coach itself, as whole messages: everything else may be about the material. */
const aboutTheCoach: readonly (readonly [ChatterKind, RegExp])[] = [
  [
    'topics',
    /^(?:请问|那|现在)?(?:你们?|这里|题库)?(?:里|这里|都|现在)*(?:有|能练|可以练|能考|会问)(?:哪些|什么|几个)(?:方向|主题|话题|领域|模块|题目|题|内容|可以练的)*(?:的题目?|可选|可以选|可以练)?[啊呀呢吗]?$|^(?:what|which) (?:topics?|areas?|subjects?|questions|modules?)(?: do you have| are there| can i (?:pick|choose|practi[sc]e)| do you cover)?$|^what do you cover$/,
  ],
  [
    'scoring',
    /^(?:请问)?(?:你|这个|这里)?(?:是|的)?(?:怎么|如何|按什么|根据什么)(?:评分|打分|算分|给分|判分)(?:的)?[啊呀呢]?$|^(?:分数|得分|评分)(?:是)?(?:怎么|如何)(?:算|来|评|打|定)(?:的|出来的)?[啊呀呢]?$|^how (?:are|is|do you|does) (?:the |my |you |it )?(?:answers?|replies|score|grade|grading|scoring|marking)?\s?(?:graded?|scored?|marked?|calculated|computed|works?|my answers?)$/,
  ],
  [
    'help',
    /^(?:请问)?(?:你|这个|这)(?:到底)?(?:都)?(?:能|可以|会|是)(?:帮我)?(?:做|干)(?:些)?(?:什么|啥)(?:的)?[啊呀呢]?$|^(?:这个|你)?(?:要|该)?怎么(?:用|玩|使用)(?:你|这个|啊|呢)?$|^(?:帮助|使用说明|有什么功能|能做什么)$|^(?:help|commands|what can (?:you|i) do(?: here)?|what do you do|how does (?:this|it) work|how do i use (?:this|you))$/,
  ],
];

const kinds: readonly (readonly [ChatterKind, RegExp])[] = [
  [
    'orders',
    /忽略|无视|满分|(?:打|给|判|算|改成|判定为).{0,6}(?:10|十)\s*分|系统提示|高分|通过(?:吧|了)?$|system prompt|^\W*system\b|(?:ignore|disregard|forget) (?:all|any|the|every|previous|above|your)|(?:give|award|mark|score|grade)\b.{0,30}\b(?:10|ten|full|perfect|covered|correct)\b|full (?:marks|score|credit)|10\s*\/\s*10|you are now|你现在是/i,
  ],
  // Hard on themselves, not on the coach.
  [
    'nerves',
    /我.{0,4}(?:笨|蠢|菜|废物|没用)|\bi(?:'m| am) (?:so |such an? |just )?(?:stupid|dumb|idiot|useless)/i,
  ],
  [
    'insult',
    /垃圾|傻|蠢|笨|滚|废物|智障|脑残|狗屁|有病|烂透|太烂|妈的|去死|他妈|懂不懂|会不会(?:出题|评分)|\b(?:stupid|idiot|dumb|useless|garbage|trash|rubbish|sucks?|suck|hate you|moron|shut up|crap|bullshit|fuck\w*|shit\w*|wtf|terrible|awful|worst)\b/i,
  ],
  [
    'identity',
    /真人|机器人|你是谁|你叫什么|你的名字|your name|你是(?:什么|哪)|\bAI\b.{0,6}[吗？?]|are you .{0,12}(?:real|human|bot|ai|robot|person)|who are you|what are you|chat ?gpt/i,
  ],
  [
    'nerves',
    /好难|太难|真难|难啊|难死|\b(?:so|too|really|pretty) (?:hard|difficult|tough)\b|紧张|害怕|焦虑|心慌|手抖|压力|\b(?:nervous|anxious|scared|stressed|sweating|panick?\w*)\b/i,
  ],
  [
    'thanks',
    /谢|辛苦|感谢|讲得(?:真|很)好|\b(?:thanks?|thank you|thx|ty|appreciate\w*|awesome|great job|well done|that was fun)\b/i,
  ],
  [
    'greeting',
    /^\W*(?:你好|您好|哈喽|嗨|在吗|早上好|下午好|晚上好|(?:hi|hello|hey|good (?:morning|afternoon|evening))\b)/iu,
  ],
  [
    'nod',
    /^\W*(?:嗯+|哦+|噢+|好+|好的|好吧|行|可以|收到|知道|明白|懂了|了解|没事|随便|无所谓|(?:我来)?(?:回答|作答|答)|哈+|呵+|稍等|等等|等一下|等下|让我想想|我想想|想一下|我再想想|对不起|抱歉|不好意思|暂停|休息|歇|ok(?:ay)?|k|sure|fine|right|alright|cool|great|got it|i see|understood|whatever|never ?mind|lol|haha\w*|pause|break|(?:let me |i'?ll )?answer|h+m+|um+|uh+|wait|hold on|one (?:sec|second|moment)|give me a (?:sec|second|moment|minute)|let me think|thinking|sorry)[\s\p{P}了吧啊呀呢一下会儿]*(?:$|让我想|我想|再想|等|let me|i'm thinking|one |wait|ok|about (?:it|that))/iu,
  ],
];

/** The kind of question about the coach itself that a whole message is; null for everything else. */
export function aboutCoach(text: string): ChatterKind | null {
  if (text.length > 60) return null;
  const folded = text
    .normalize('NFKC')
    .toLowerCase()
    .trim()
    .replace(/[\p{P}\p{S}\s]+$/gu, '');
  return aboutTheCoach.find(([, pattern]) => pattern.test(folded))?.[0] ?? null;
}

/** `other` for what no pattern knows. Reads the first 300 characters. */
export function chatterKind(text: string): ChatterKind {
  const start = text.slice(0, 300);
  return aboutCoach(start) ?? kinds.find(([, pattern]) => pattern.test(start))?.[0] ?? 'other';
}

/** The mode that a whole message asks for; null for everything else. */
export function wantedMode(text: string): Mode | null {
  if (text.length > 60) return null;
  if (
    /模拟(?:面试)?模式|(?:来|做|开始|能不能|可以|想要?|换成|切换?到?)[一场次个]*模拟面试|^模拟面试|(?:中途|过程中|先)(?:不要?|别)(?:再)?(?:评分|打分|给分|反馈)|(?:不要|别)(?:在)?(?:中途|过程中)|\bmock (?:mode|interview)\b|\bno (?:feedback|scores?|grades?) (?:until|till|before)\b|\bfeedback (?:only )?at the end\b/i.test(
      text,
    )
  ) {
    return 'mock';
  }
  return /(?:学习|练习)模式|(?:每题|答完|马上|当场)(?:就|都)?(?:给我?)?(?:评分|打分|反馈)|\bstudy mode\b|\bfeedback (?:right away|at once|after each)\b/i.test(
    text,
  )
    ? 'study'
    : null;
}

/** True for "开始", "ready", "let's go": a question is wanted, whichever. */
export function wantsToStart(text: string): boolean {
  return /^\W*(?:(?:好|好的|行|嗯|那|我|咱们|我们|直接|请|ok|okay|yes|sure|so)[\s,，。.!！]*)*(?:开始|准备好|来吧|继续|出题|再来|start|begin|go\b|let'?s (?:go|start|begin|do it)|(?:i'?m )?ready|continue|another (?:round|one)|again|one more)/iu.test(
    text.slice(0, 60),
  );
}
