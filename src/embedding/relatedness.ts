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

interface Backgrounds {
  readonly text: Float32Array;
  readonly wording: Float32Array;
  /** Dot product of the two. */
  readonly both: number;
}

export class Relatedness {
  readonly #embeddings: VivaEmbeddings;
  readonly #wordingKind: 'query' | 'passage';
  #backgrounds: Promise<Backgrounds> | null = null;

  /** @param wordingKind how wordings are embedded; texts always are queries. Choose what the cache holds. */
  constructor(embeddings: VivaEmbeddings, wordingKind: 'query' | 'passage' = 'query') {
    this.#embeddings = embeddings;
    this.#wordingKind = wordingKind;
  }

  /** For each pair, the cosine of the text and its nearest wording: −1…1; −1 without wordings. */
  async measure(pairs: readonly RelatedPair[], signal?: AbortSignal): Promise<number[]> {
    return (await this.matrix(pairs, signal)).map((row) => Math.max(-1, ...row));
  }

  /** For each pair, the cosine of the text and each of its wordings, in order. */
  async matrix(pairs: readonly RelatedPair[], signal?: AbortSignal): Promise<number[][]> {
    if (pairs.length === 0) return [];
    const backgrounds = await this.#background();
    const texts = await this.#embed(
      pairs.map((pair) => pair.text),
      'query',
      signal,
    );
    const wordings = await this.#embed(
      pairs.flatMap((pair) => pair.wordings),
      this.#wordingKind,
      signal,
    );
    return pairs.map((pair) => {
      const text = texts.get(pair.text);
      const from = text && placed(text, backgrounds.text, backgrounds.wording);
      return pair.wordings.map((one) => {
        const wording = wordings.get(one);
        if (!text || !from || !wording) return -1;
        const to = placed(wording, backgrounds.wording, backgrounds.text);
        // (t − a)·(w − b) without making either difference.
        const product = dot(text, wording) - from.onOther - to.onOther + backgrounds.both;
        return from.length * to.length === 0 ? 0 : product / (from.length * to.length);
      });
    });
  }

  async #embed(
    texts: readonly string[],
    kind: 'query' | 'passage',
    signal: AbortSignal | undefined,
  ): Promise<Map<string, Float32Array>> {
    const distinct = [...new Set(texts)];
    const vectors = await this.#embeddings.embed(distinct, { kind, signal });
    return new Map(
      distinct.flatMap((text, index): [string, Float32Array][] => {
        const vector = vectors[index];
        return vector ? [[text, vector]] : [];
      }),
    );
  }

  async #background(): Promise<Backgrounds> {
    // Not tied to one caller's signal: the next caller needs it too.
    this.#backgrounds ??= this.#makeBackgrounds();
    try {
      return await this.#backgrounds;
    } catch (error) {
      this.#backgrounds = null;
      throw error;
    }
  }

  async #makeBackgrounds(): Promise<Backgrounds> {
    const text = meanOf(await this.#embeddings.embed(background, { kind: 'query' }));
    const wording = meanOf(await this.#embeddings.embed(background, { kind: this.#wordingKind }));
    return { text, wording, both: dot(text, wording) };
  }
}

/** How far a vector lies from its own background, and its dot product with the other one. */
function placed(
  vector: Float32Array,
  own: Float32Array,
  other: Float32Array,
): { length: number; onOther: number } {
  const squared = dot(vector, vector) - 2 * dot(vector, own) + dot(own, own);
  return { length: Math.sqrt(Math.max(0, squared)), onOther: dot(vector, other) };
}

function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) {
    for (let index = 0; index < mean.length; index++) {
      mean[index] = (mean[index] ?? 0) + (vector[index] ?? 0) / vectors.length;
    }
  }
  return mean;
}
