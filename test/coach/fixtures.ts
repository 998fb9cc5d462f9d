/** Entries and grades to hold interviews on in tests. */
import type { Entry, KeyPoint } from '../../src/corpus/entry.ts';
import { totalOf } from '../../src/grading/arithmetic.ts';
import type { Grade, Lang, Verdict, VerdictValue } from '../../src/protocol.ts';

interface PointInput {
  id: string;
  weight: number;
  zh: string;
  en: string;
}

function keyPoint(point: PointInput, answer: Record<Lang, string>): KeyPoint {
  const span = (lang: Lang) => {
    const text = lang === 'zh' ? point.zh : point.en;
    const start = answer[lang].indexOf(text);
    return { start, end: start + text.length, text };
  };
  return { ...point, reference: { zh: span('zh'), en: span('en') }, statements: [] };
}

export interface EntryInput {
  id: string;
  question: { zh: string; en: string };
  points: PointInput[];
  difficulty?: number;
  kind?: Entry['kind'];
  related?: string[];
  tags?: string[];
  askedAs?: Entry['askedAs'];
  followUps?: Entry['followUps'];
}

export function entryOf(input: EntryInput): Entry {
  const parts = input.id.split('/');
  const answer = {
    zh: input.points.map((point) => `${point.zh}。`).join('\n'),
    en: input.points.map((point) => `${point.en}.`).join('\n'),
  };
  return {
    id: input.id,
    kind: input.kind ?? 'concept',
    difficulty: input.difficulty ?? 2,
    tags: input.tags ?? ['tag'],
    question: input.question,
    askedAs: input.askedAs ?? {
      zh: [`换个说法：${input.question.zh}`, `也可以问：${input.question.zh}`],
      en: [`in other words: ${input.question.en}`, `put otherwise: ${input.question.en}`],
    },
    misconceptions: [],
    hints: [
      { zh: '提示一', en: 'hint one' },
      { zh: '提示二', en: 'hint two' },
      { zh: '提示三', en: 'hint three' },
    ],
    followUps: input.followUps ?? [],
    sources: [{ title: 'A paper', year: 2020 }],
    related: input.related ?? [],
    figures: [],
    module: parts[0]!,
    section: parts.length === 3 ? parts[1]! : '',
    keyPoints: input.points.map((point) => keyPoint(point, answer)),
    answer,
    sections: { zh: { text: answer.zh, fileOffset: 0 }, en: { text: answer.en, fileOffset: 0 } },
    file: `${input.id}-x.md`,
  };
}

export const lora = entryOf({
  id: 'llm/language/05',
  question: {
    zh: 'LoRA 的两个低秩矩阵分别怎么初始化？为什么？',
    en: "How are LoRA's two low-rank matrices initialised, and why?",
  },
  askedAs: {
    zh: ['低秩适配的 A、B 矩阵初始值怎么设', '那两个小矩阵一开始填什么数'],
    en: ['what do the A and B matrices hold before training', 'how do you init the two adapter matrices'],
  },
  tags: ['lora', 'peft'],
  points: [
    {
      id: 'a-random-b-zero',
      weight: 3,
      zh: 'A 随机初始化，B 初始化为全零',
      en: 'A is drawn at random and B is filled with zeros',
    },
    {
      id: 'start-equals-pretrained',
      weight: 3,
      zh: '起步时输出与预训练模型完全一致',
      en: 'the adapted model starts out identical to the pretrained one',
    },
    {
      id: 'both-zero-stuck',
      weight: 2,
      zh: '两个都置零则梯度同时消失，训练不动',
      en: 'with both at zero both gradients vanish and nothing moves',
    },
    { id: 'swap', weight: 1, zh: '对调角色同样可以训练', en: 'swapping the roles trains as well' },
  ],
  followUps: [
    {
      on: 'start-equals-pretrained',
      zh: '如果一步还没训就去测验证集，你预期 loss 是多少？',
      en: 'You evaluate before any training step. What loss do you expect?',
    },
  ],
  related: ['llm/language/01'],
});

export const gqa = entryOf({
  id: 'llm/language/20',
  difficulty: 3,
  question: { zh: 'GQA 是什么？它省了什么？', en: 'What is GQA and what does it save?' },
  tags: ['attention', 'kv-cache'],
  points: [
    {
      id: 'shared-heads',
      weight: 3,
      zh: '多个查询头共用一组键值头',
      en: 'several query heads share one key-value head',
    },
    {
      id: 'smaller-cache',
      weight: 2,
      zh: '缓存按组数成比例缩小',
      en: 'the cache shrinks in proportion to the groups',
    },
    { id: 'between', weight: 1, zh: '质量介于两种极端方案之间', en: 'quality lies between the two extremes' },
    {
      id: 'uptrain',
      weight: 1,
      zh: '可由已有检查点平均后续训得到',
      en: 'it can be uptrained from mean-pooled checkpoints',
    },
  ],
});

export const nms = entryOf({
  id: 'vision/detection/02',
  difficulty: 1,
  question: { zh: 'NMS 的步骤是什么？', en: 'What are the steps of NMS?' },
  tags: ['nms', 'detection'],
  points: [
    {
      id: 'sort',
      weight: 3,
      zh: '按置信度从高到低排序',
      en: 'sort the boxes by confidence in descending order',
    },
    {
      id: 'suppress',
      weight: 3,
      zh: '去掉与最高分框重叠超过阈值的框',
      en: 'drop the boxes whose overlap with the best exceeds the threshold',
    },
    { id: 'repeat', weight: 1, zh: '对剩余的框重复直到为空', en: 'repeat on what remains until it is empty' },
    { id: 'per-class', weight: 1, zh: '通常逐类别进行', en: 'usually run class by class' },
  ],
});

export const focalCode = entryOf({
  id: 'code/06',
  kind: 'code',
  difficulty: 3,
  question: { zh: '用 PyTorch 写出 focal loss。', en: 'Write focal loss in PyTorch.' },
  tags: ['focal-loss', 'pytorch'],
  points: [
    { id: 'modulate', weight: 3, zh: '乘上调制因子', en: 'multiply by the modulating factor' },
    { id: 'balance', weight: 2, zh: '再乘类别权重', en: 'then apply the class weight' },
    { id: 'stable', weight: 1, zh: '用 logits 版本保证数值稳定', en: 'use the logits version for stability' },
    { id: 'reduce', weight: 1, zh: '最后取均值', en: 'take the mean at the end' },
  ],
});

export const book = entryOf({
  id: 'resources/04',
  kind: 'resource',
  difficulty: 1,
  question: { zh: '推荐哪本深度学习入门书？', en: 'Which introductory deep-learning book do you recommend?' },
  points: [
    { id: 'which', weight: 3, zh: '动手学深度学习', en: 'Dive into Deep Learning' },
    { id: 'why', weight: 1, zh: '代码与讲解并行', en: 'code beside the text' },
  ],
});

export const material: ReadonlyMap<string, Entry> = new Map(
  [lora, gqa, nms, focalCode, book].map((entry) => [entry.id, entry]),
);

type Judged = VerdictValue | { value: VerdictValue; quote: string; confidence?: number };

/** A grade of a reply: key points not named are missing; a quotation must stand in the reply. */
export function gradeOf(
  entry: Entry,
  reply: string,
  values: Record<string, Judged>,
  options: {
    ids?: readonly string[];
    lang?: Lang;
    judge?: string;
    misconceptions?: Grade['misconceptions'];
  } = {},
): Grade {
  const lang = options.lang ?? 'zh';
  const verdicts = entry.keyPoints
    .filter((point) => !options.ids || options.ids.includes(point.id))
    .map((point): Verdict => {
      const judged = values[point.id] ?? 'missing';
      const { value, quote, confidence } =
        typeof judged === 'string'
          ? { value: judged, quote: reply, confidence: 0.9 }
          : { confidence: 0.9, ...judged };
      const start = reply.indexOf(quote);
      if (start < 0) throw new Error(`"${quote}" is not in the reply`);
      return {
        keyPointId: point.id,
        claim: point[lang],
        weight: point.weight,
        value,
        confidence,
        replySpan: value === 'missing' ? null : { start, end: start + quote.length, text: quote },
        referenceSpan: { ...point.reference[lang], lang },
      };
    });
  const misconceptions = options.misconceptions ?? [];
  return {
    state: 'graded',
    total: totalOf(
      verdicts,
      misconceptions.reduce((sum, one) => sum + one.cost, 0),
    ),
    verdicts,
    misconceptions,
    judge: options.judge ?? 'scripted',
  };
}
