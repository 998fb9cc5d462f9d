/** Reads what a candidate wants to be asked about out of a message such as "换成目标检测的，来 3 道". */
import { contentTokens } from '../corpus/content-tokens.ts';
import type { EntryKind, PlanRequest } from '../protocol.ts';

export interface TopicWish {
  /** Module, section, kinds, number: what can be read without looking into the material. */
  readonly request: Pick<PlanRequest, 'module' | 'section' | 'kinds' | 'questions'>;
  /** Words left to look for in the material; '' when there are none. */
  readonly words: string;
  /** One question is meant ("标定的那道题", "the NMS one"). */
  readonly one: boolean;
  readonly shift: 'harder' | 'easier' | null;
  /** "类似的", "more like this". */
  readonly similar: boolean;
  /** "再来一轮", "again". */
  readonly again: boolean;
}

interface Area {
  readonly pattern: RegExp;
  readonly module?: string;
  readonly section?: string;
  readonly kinds?: EntryKind[];
}

/** The narrow ones first; Latin words stand alone, so that "code" is not found in "decoder". */
const areas: readonly Area[] = [
  {
    pattern: /3d\s*(?:目标)?检测|三维检测|3d\s*(?:object\s*)?detection/i,
    module: 'vision',
    section: 'detection-3d',
  },
  {
    pattern: /自动驾驶|无人驾驶|智能驾驶|autonomous driving|self[- ]driving/i,
    module: 'industry',
    section: 'autonomous-driving',
  },
  {
    pattern: /医学影像|医疗影像|医学|医疗|medical imaging|\bmedical\b/i,
    module: 'industry',
    section: 'medical',
  },
  {
    pattern: /目标检测|物体检测|(?<!异常|故障|缺陷|偏移)检测|object detection|\bdetection\b/i,
    module: 'vision',
    section: 'detection',
  },
  { pattern: /图像分割|语义分割|实例分割|\bsegmentation\b/i, module: 'vision', section: 'segmentation' },
  {
    pattern: /图像分类|人脸识别|image classification|\bclassification\b/i,
    module: 'vision',
    section: 'classification',
  },
  { pattern: /多模态|视觉大模型|\bmulti-?modal\b|\bvlms?\b/i, module: 'llm', section: 'vision-models' },
  { pattern: /\bpytorch\b|\btorch\b/i, module: 'foundations', section: 'pytorch' },
  { pattern: /代码题|编程题|手撕|手写代码|写代码|\bcod(?:e|ing)\b/i, kinds: ['code'] },
  { pattern: /场景题|\bscenarios?\b/i, kinds: ['scenario'] },
  {
    pattern: /大模型|大语言模型|语言模型|\bllms?\b|\blarge (?:language )?models?\b|自然语言|\bnlp\b/i,
    module: 'llm',
  },
  { pattern: /计算机视觉|机器视觉|视觉|图像|\bcomputer vision\b|\bvision\b|\bcv\b/i, module: 'vision' },
  {
    pattern: /深度学习基础|深度学习原理|基础题|基础知识|八股|\bfundamentals?\b|\bfoundations?\b|\bbasics\b/i,
    module: 'foundations',
  },
  { pattern: /行业|业务|\bindustry\b/i, module: 'industry' },
];

const harder =
  /更?难(?:一|点|些)|更难|有难度|有挑战|太简单|太容易|太基础|\bharder\b|\bmore (?:difficult|advanced|challenging)\b|\btoo (?:easy|simple|basic)\b|加大难度|提高难度|难度(?:大|高)|难的/i;
const easier =
  /(?:更|再)?(?:简单|容易|基础)(?:一|点|些)|太难|降低难度|难度(?:小|低)|简单的|容易的|\beasy\b|\beasier\b|\bsimpler\b|\bmore basic\b|\btoo (?:hard|difficult)\b/i;
const again =
  /再来一(?:轮|遍|次|场)|再面一|重新(?:开始|来)|再开一|\b(?:again|another round|one more round|start over|restart)\b/i;
const similar = /类似的?|相似的?|同类的?|差不多的|\b(?:similar|like (?:this|that|it)|same kind)\b/i;
const one = /那(?:一)?[道个]|这(?:一)?[道个]题|\bthe [\w\s-]{1,40} (?:one|question)\b/i;
/** "不想做检测了,", "instead of detection": what is named here is not wanted. */
const unwanted =
  /(?:不想|不要|别|不做|不问|不聊|不练)[^,，。;；!！?？]{0,30}(?:[,，。;；!！?？]|$)|\b(?:no more|instead of|not|enough|rather than|tired of)\s+[\w\s-]{1,30}?(?=[,.;!?]|\bbut\b|$)/gi;

const frames: readonly RegExp[] = [
  /再来一(?:轮|遍|次|场)|重新开始|还想|还要|还能|这(?:一)?次|接下来|下面|今天|现在|后面|我们|咱们|可不可以|可以|能不能|能否|有没有|有无|(?:我?(?:下周|下个月|明天|后天|最近|马上)?(?:就?要|有)?[个场]?面试)|准备|主要|麻烦|请|给我|帮我/g,
  /(?:换|改|切|转)(?:成|到|为|一个|一下|个|道|些|点)?|(?:来|出|问|考|考考|练|练练|聊|聊聊|讲|讲讲|做|做做|面|看|试试|主攻|专攻|复习)(?:一下|一道|一些|几道|几个|几题|道|点|些|个)?/g,
  /另外?一?[道个]|开始|我想|我要|想要|我|想|要|先|再|里面?|希望|关于|有关|相关|方面|方向|领域|部分|话题|主题|题目|问题|题|知识点|那道|那个|这道|这个|全要|都要|全部|只要|只|全|都|吧|呗|啊|呢|吗|嘛|呀|行|好不好|好/g,
  /更?难(?:一点|一些|点|些)?(?:的)?|(?:更|再)?(?:简单|容易)(?:一点|一些|点|些)?(?:的)?|太|难度/g,
  /\b(?:can|could|may|shall|let's|lets|let|we|i'd|i'll|i|you|please|would|like|want|to|do|get|have|try|ask|quiz|test|drill|give|switch|change|move|go|talk|practi[cs]e|focus|me|us|on|about|over|with|for|something|some|any|a|an|the|few|bit|more|of|questions?|ones?|topics?|only|just|related|instead|now|next|time|round|another|again|those|that|this|from|in|into|start|over|interview|stuff|make|made|it|different|other|else|got|any|there|mostly|mainly|prepare|preparing|practising|practicing|job|ml|week|tomorrow|soon|good|morning|afternoon|evening|hi|hello|hey|really|feel|think|think|maybe|harder|easier|simpler|difficult|too|easy|hard|ok|okay|and|then|but)\b/gi,
];

const chineseDigits = '零一二三四五六七八九十';
const englishDigits = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** Never fails: a message without a wish gives an empty one. Reads the first 500 characters. */
export function readTopicWish(message: string): TopicWish {
  let text = message.slice(0, 500).normalize('NFKC');
  text = text.replace(unwanted, ' ');
  const number = readNumber(text);
  const area = areas.find((candidate) => candidate.pattern.test(text));
  const wish = {
    one: one.test(text),
    shift: shiftOf(message),
    again: again.test(text),
    similar: similar.test(text),
  };
  let words = area ? text.replace(area.pattern, ' ') : text;
  if (number) words = words.replace(number.text, ' ');
  for (const frame of frames) words = words.replace(frame, ' ');
  // Beside an area, "models" and the like say nothing more.
  if (area) words = words.replace(/\b(?:models?|networks?|tasks?|algorithms?)\b|模型|任务|算法|网络/gi, ' ');
  words = words.replace(/(?<!目)的|[了得地和与]/g, (particle, at: number) =>
    isBoundary(words, at) ? ' ' : particle,
  );
  words = words.replace(/[^\p{L}\p{N}+#./-]+/gu, ' ').trim();
  return {
    ...wish,
    request: {
      ...(area?.module === undefined ? {} : { module: area.module }),
      ...(area?.section === undefined ? {} : { section: area.section }),
      ...(area?.kinds === undefined ? {} : { kinds: area.kinds }),
      ...(number ? { questions: Math.min(20, Math.max(1, number.value)) } : {}),
    },
    words: contentTokens(words).length > 0 ? words : '',
  };
}

function shiftOf(text: string): TopicWish['shift'] {
  if (harder.test(text)) return 'harder';
  return easier.test(text) ? 'easier' : null;
}

/** A particle at the edge of what is left carries nothing; inside a term it may ("目的"). */
function isBoundary(text: string, at: number): boolean {
  const before = text[at - 1] ?? ' ';
  const after = text[at + 1] ?? ' ';
  return !/[\p{L}\p{N}]/u.test(before) || !/[\p{L}\p{N}]/u.test(after);
}

function readNumber(text: string): { text: string; value: number } | null {
  const zh = /(\d{1,2}|[一二两三四五六七八九十])\s*(?:道|题|个问题)/.exec(text);
  if (zh?.[1] && !/^一$/.test(zh[1])) {
    const digit = zh[1] === '两' ? 2 : chineseDigits.indexOf(zh[1]);
    return { text: zh[0], value: /\d/.test(zh[1]) ? Number(zh[1]) : digit };
  }
  const en =
    /\b(\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)\s+(?:\w+\s+){0,2}?(?:questions|ones)\b/i.exec(
      text,
    );
  if (!en?.[1]) return null;
  const value = /\d/.test(en[1]) ? Number(en[1]) : englishDigits.indexOf(en[1].toLowerCase());
  return { text: en[1], value };
}
