/** How much two texts have to do with each other, by their vectors without what all texts of the field share. */
import { dot } from './dot.ts';
import type { VivaEmbeddings } from './viva-embeddings.ts';

/**
 * Sentences about anything and nothing. Their mean vector is what all sentences of this field share;
 * taken out, the bundled embedder's cosines spread from 0.8…0.95 to −0.2…0.9.
 */
const background = [
  '学习率先升后降可以让训练更稳定',
  '卷积核在图像上滑动并共享参数',
  '模型在训练集上很好而在测试集上变差',
  '检索到的文档被拼进提示词',
  '两个框的交并比大于阈值就去掉一个',
  '把权重从浮点数量化成八位整数',
  '多张显卡之间同步梯度',
  '标注不一致会影响评估',
  'gradients vanish in a very deep network',
  'the dataset is split into training and validation parts',
  'attention weights are normalised over the sequence',
  'the loss goes down while accuracy stays the same',
  'noise is removed step by step to make an image',
  'the tracker predicts the next position of an object',
  'this function returns an array of the same shape',
  'a teacher network guides a smaller student',
  '我觉得这个问题非常有意思',
  '面试官您好，我对这个很熟悉',
  '这样做效果会更好一些',
  '我在上一家公司做过两年',
  'thank you for this great question',
  'I have read about it and know it very well',
  'it improves performance and efficiency',
  'so basically that is how it works',
];

/** A text and the wordings of what it may be about. */
export interface RelatedPair {
  readonly text: string;
  readonly wordings: readonly string[];
}

export class Relatedness {
  readonly #embeddings: VivaEmbeddings;
  #mean: Promise<Float32Array> | null = null;

  constructor(embeddings: VivaEmbeddings) {
    this.#embeddings = embeddings;
  }

  /** For each pair, the cosine of the text and its nearest wording: −1…1; −1 without wordings. */
  async measure(pairs: readonly RelatedPair[], signal?: AbortSignal): Promise<number[]> {
    if (pairs.length === 0) return [];
    const mean = await this.#background();
    const texts = [...new Set(pairs.flatMap(({ text, wordings }) => [text, ...wordings]))];
    const vectors = await this.#embeddings.embed(texts, { kind: 'query', signal });
    const centred = new Map<string, Float32Array>();
    for (const [index, text] of texts.entries()) {
      const vector = vectors[index];
      if (vector) centred.set(text, centre(vector, mean));
    }
    return pairs.map(({ text, wordings }) => {
      const from = centred.get(text);
      const near = wordings.map((wording) => {
        const to = centred.get(wording);
        return from && to ? dot(from, to) : -1;
      });
      return Math.max(-1, ...near);
    });
  }

  async #background(): Promise<Float32Array> {
    // Not tied to one caller's signal: the next caller needs it too.
    this.#mean ??= this.#embeddings.embed(background, { kind: 'query' }).then(meanOf);
    try {
      return await this.#mean;
    } catch (error) {
      this.#mean = null;
      throw error;
    }
  }
}

function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) {
    for (let index = 0; index < mean.length; index++)
      mean[index] = (mean[index] ?? 0) + (vector[index] ?? 0) / vectors.length;
  }
  return mean;
}

function centre(vector: Float32Array, mean: Float32Array): Float32Array {
  const moved = vector.map((value, index) => value - (mean[index] ?? 0));
  const length = Math.hypot(...moved);
  return length === 0 ? moved : moved.map((value) => value / length);
}
