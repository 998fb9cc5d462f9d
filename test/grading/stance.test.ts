import { describe, expect, it } from 'vitest';
import { splitClauses } from '../../src/grading/clauses.ts';
import { undenied } from '../../src/grading/stance.ts';

const denied = (reply: string) =>
  splitClauses(reply)
    .filter((clause) => clause.denied)
    .map((clause) => clause.text);

describe('what a candidate denies', () => {
  it.each([
    ['我不认为 B 要初始化为全零，A 要随机初始化。学习率可以大一些。', 2],
    ['说 B 初始化为全零、A 用高斯随机，其实是不对的。', 3],
    ['有人说 B 初始化为全零，我觉得这个说法站不住脚。', 2],
    ['B 初始化为全零可以保证一开始不变。这个说法不成立。', 2],
    ['恕我直言，我无法认同 B 初始化为全零。', 1],
    ["I don't believe that B starts at zero. A is random.", 1],
    ['The idea that B starts at zero is a myth.', 1],
    ['The claim that B starts at zero is simply wrong.', 1],
    ['It is simply not true that B starts at zero, or that A is Gaussian.', 2],
    ['B starts at zero - I respectfully disagree.', 2],
    ['一开始 B 置零，A 用高斯随机。我不这么认为。', 3],
    ['B 初始化为全零，恐怕并非如此。', 2],
    ['没有任何证据表明 B 初始化为全零更好。', 1],
    ["I'm not convinced that B starts at zero.", 1],
    ['B starts at zero. Far from it.', 1],
    ['People say that B starts at zero, but that is wrong.', 2],
  ])('is found: %s', (reply, count) => {
    expect(denied(reply)).toHaveLength(count);
  });

  it.each([
    '我不认为 B 要随机初始化，而是要初始化为全零。',
    "I don't think B is random, but it starts at zero.",
  ])('ends where the candidate says what is right instead: %s', (reply) => {
    expect(denied(reply)).toHaveLength(1);
    expect(denied(reply)[0]).not.toContain(reply.includes('全零') ? '全零' : 'zero');
  });

  it.each([
    '标签标错了损失就不对，梯度也是错的。',
    '这种做法在近处不成立，所以要换一个模型。',
    '两个矩阵都置零是不行的，因为梯度永远是零。',
    'With both at zero the gradient is wrong, so B alone starts at zero.',
    'It is not a matter of speed; it does not change the FLOPs at all.',
    'A wrong label stays wrong, and the loss is not true to the data.',
  ])('is not what is plainly said: %s', (reply) => {
    expect(denied(reply)).toEqual([]);
  });

  it('leaves the claim when the words of denial are taken away', () => {
    expect(undenied('我不认为B 初始化为全零')).toBe('B 初始化为全零');
    expect(undenied('The idea that B starts at zero is a myth')).toBe('B starts at zero');
    expect(undenied('其实并不存在“B 置零”这回事')).toBe('B 置零');
  });
});
