/** A chat model that drafts: it answers by the part that is asked for, which the form of the answer tells. */
import { readPrompt, type ReadPrompt } from '../llm/read-prompt.ts';
import { thinks, type Step } from '../llm/scripted-chat-server.ts';

export const zhQuestion = 'LoRA 怎么初始化？';
export const zhText = 'A 用高斯随机初始化，B 置零。因此训练开始时增量为零。缩放系数是 α/r。合并后没有延迟。';
export const enText =
  'A starts random and B starts at zero. So the update is zero at the first step. The scale is α/r. Merged weights add no latency.';

/** The least a mentor writes: a question and an answer, in both languages. */
export const plainEntry = `---
# from the winter course
question: { zh: ${zhQuestion}, en: How is LoRA initialised? }
---
## 参考答案
${zhText}

## Reference answer
${enText}
`;

const point = (id: string, weight: number, zh: string, en: string, sentence: number) => ({
  id,
  weight,
  zh,
  en,
  zhSentence: `Z${sentence}`,
  enSentence: `E${sentence}`,
});

export const goodParts = {
  translation: { question: 'How is LoRA initialised?', answer: enText },
  askedAs: { zh: ['lora 初始化', 'A 和 B 怎么设'], en: ['lora init', 'what are A and B at the start'] },
  keyPoints: {
    keyPoints: [
      point('A random', 3, 'A 随机初始化而 B 为零', 'A is random and B is zero', 1),
      point('zero-update', 2, '训练开始时增量为零', 'the update is zero at first', 2),
      point('scale', 1, '缩放系数是 α/r', 'the scale is α/r', 3),
      point('merge', 1, '合并后推理没有延迟', 'merged weights add no latency', 4),
    ],
  },
  misconceptions: {
    misconceptions: [
      {
        id: 'both-zero',
        weight: 2,
        zh: '两个矩阵都置零',
        en: 'Both matrices start at zero',
        correctionZh: '都为零则没有梯度',
        correctionEn: 'With both at zero no gradient flows',
      },
    ],
  },
  hints: {
    hints: [
      { zh: '想想第 0 步的输出', en: 'Think about step zero' },
      { zh: '哪个梯度能流动？', en: 'Which gradient can flow?' },
      { zh: '与原模型比较', en: 'Compare with the base model' },
    ],
  },
  followUps: { followUps: [{ on: 'a-random', zh: '反过来会怎样？', en: 'What if it were reversed?' }] },
  statements: (prompt: ReadPrompt) => {
    const id = /for the key point ([a-z-]+)\./.exec(prompt.user)?.[1] ?? '';
    return / in Chinese for /.test(prompt.user)
      ? {
          covered: [`${id} 说对了`, `${id} 就是这样`],
          partial: [`${id} 差不多`],
          contradicted: [`${id} 反了`, `${id} 不成立`],
        }
      : {
          covered: [`${id} holds`, `yes, ${id} it is`],
          partial: [`${id} somehow`],
          contradicted: [`${id} is the other way round`, `${id} never holds`],
        };
  },
};
export type Parts = { readonly [K in keyof typeof goodParts]: unknown };

/** Which part a request asks for. */
export function partOf(prompt: ReadPrompt): keyof Parts {
  const names = Object.keys(prompt.schema?.properties ?? {});
  if (names.includes('answer')) return 'translation';
  if (names.includes('covered')) return 'statements';
  if (names.includes('zh')) return 'askedAs';
  const [name] = names;
  if (name === 'keyPoints' || name === 'misconceptions' || name === 'hints' || name === 'followUps')
    return name;
  throw new Error(`no part of a draft: ${names.join(', ')}`);
}

/** Answers every part; a function makes the answer from the request. */
export function drafts(parts: Partial<Parts> = {}): Step {
  return thinks((request) => {
    const prompt = readPrompt(request);
    const value = { ...goodParts, ...parts }[partOf(prompt)];
    return {
      text: JSON.stringify(
        typeof value === 'function' ? (value as (p: ReadPrompt) => unknown)(prompt) : value,
      ),
    };
  });
}
