import { describe, expect, test } from 'vitest';
import { questionPart } from '../../src/coach/question-part.ts';

describe('the part of a question that a key point answers', () => {
  const complexity =
    '推导 Transformer 自注意力的时间和空间复杂度；序列多长时它才成为主要开销？有哪些降低复杂度的思路，各降到多少？';

  test('is the one that shares most words with it', () => {
    expect(questionPart(complexity, '序列不长时主要开销是投影和 FFN')).toBe('序列多长时它才成为主要开销');
    expect(
      questionPart(
        "What do a camera's intrinsics and extrinsics mean, and how does each change when the image is resized to twice its size?",
        'When the image is resized, fx and fy change by the same factor',
      ),
    ).toBe('how does each change when the image is resized to twice its size');
  });

  test('is none in a question of one part, or when no part is nearer than the others', () => {
    expect(questionPart('Focal loss 的参数如何设置与调整？', '参数 γ 控制难易')).toBeNull();
    expect(questionPart(complexity, '完全无关的一句话')).toBeNull();
    const camera = 'What do the intrinsics mean, and how does each change when the image has twice its size?';
    expect(questionPart(camera, 'fx is the focal length divided by the pixel size')).toBeNull();
  });
});
