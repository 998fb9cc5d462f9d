/** A small valid entry as text, for tests that break one thing in it. */
export interface EntryTextOptions {
  id?: string;
  extraFront?: string;
  zh?: string;
  en?: string;
}

export const zhAnswer =
  'A 用高斯随机初始化，B 置零。因此训练开始时增量为零。缩放系数是 $\\alpha/r$。合并后没有延迟。';
export const enAnswer =
  'A starts random and B starts at zero. So the update is zero at the first step. The scale is $\\alpha/r$. Merged weights add no latency.';

export function entryText(options: EntryTextOptions = {}): string {
  return `---
id: ${options.id ?? 'llm/language/05'}
kind: concept
difficulty: 2
tags: [lora]
question: { zh: LoRA 怎么初始化？, en: How is LoRA initialised? }
askedAs: { zh: [lora 初始化, A 和 B 怎么设], en: [lora init, what are A and B at the start] }
keyPoints:
  - { id: a-random, weight: 3, zh: A 随机而 B 为零, en: A is random and B is zero, reference: { zh: A 用高斯随机初始化，B 置零, en: A starts random and B starts at zero } }
  - { id: zero-update, weight: 2, zh: 开始时增量为零, en: the update is zero at first, reference: { zh: 训练开始时增量为零, en: the update is zero at the first step } }
  - { id: scale, weight: 1, zh: 缩放系数 alpha/r, en: scaled by alpha over r, reference: { zh: '缩放系数是 $\\alpha/r$', en: 'The scale is $\\alpha/r$' } }
  - { id: merge, weight: 1, zh: 合并后推理没有延迟, en: merging adds no latency, reference: { zh: 合并后没有延迟, en: Merged weights add no latency } }
misconceptions:
  - { id: both-zero, zh: 两个矩阵都置零, en: both matrices are zero, correction: { zh: 都为零则没有梯度, en: with both at zero no gradient flows } }
hints:
  - { zh: 想想第 0 步的输出, en: think about step zero }
  - { zh: 哪个梯度能流动？, en: which gradient can flow? }
  - { zh: 与原模型比较, en: compare with the base model }
followUps:
  - { on: a-random, zh: 反过来会怎样？, en: What if it were the other way round? }
sources:
  - { title: 'LoRA, Hu et al.', year: 2021, url: 'https://arxiv.org/abs/2106.09685' }
related: []
${options.extraFront ?? ''}---
## 参考答案
${options.zh ?? zhAnswer}

## Reference answer
${options.en ?? enAnswer}
`;
}

export const statementsText = `a-random:
  covered: { zh: [A 高斯 B 全零, 就是把 B 设成零], en: [B is all zeros and A is gaussian] }
  partial: { zh: [有一个是零], en: [] }
  contradicted: { zh: [A 置零而 B 随机], en: [B is random and A is zero, both are random] }
`;
