import type { Lang } from '../../src/protocol.ts';

/** What a candidate says in these tests. */
export const words: Readonly<
  Record<Lang, { topic: string; topicQuestion: RegExp; reply: string; followUp: string; free: string }>
> = {
  zh: {
    topic: 'LoRA 初始化',
    topicQuestion: /LoRA 的两个低秩矩阵/,
    reply:
      'A 用高斯随机初始化，B 全部置零，这样一开始 BA 等于 0，加了 LoRA 的模型和原来的预训练模型输出完全一样，训练从预训练的解出发。',
    followUp: '如果两个都是零，那 A 和 B 的梯度都是 0，永远不更新，训练就卡在那里了。',
    free: 'GQA 是怎么减少 KV cache 的？',
  },
  en: {
    topic: 'LoRA initialisation',
    topicQuestion: /LoRA's two low-rank matrices/,
    reply:
      'A is drawn from a random Gaussian and B is all zeros, so BA is zero at the start and the model gives exactly what the pretrained one gives.',
    followUp: 'If both were zero, both gradients would be zero and nothing would ever be updated.',
    free: 'How does GQA reduce the KV cache?',
  },
};
