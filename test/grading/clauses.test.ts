import { describe, expect, it } from 'vitest';
import { claimWindows, splitClauses } from '../../src/grading/clauses.ts';

const texts = (reply: string) => splitClauses(reply).map((clause) => clause.text);

describe('clauses', () => {
  it('stand in the reply at their offsets, in order, without overlap', () => {
    const replies = [
      'A 用高斯初始化，B 置零。所以一开始 BA=0；学习率 1e-4 左右, e.g. 0.5 也行',
      'LoRA freezes W. It trains two matrices, and B starts at zero; so nothing changes at first!',
      '一，二，三\n\n- 第一点：前向不变\n- 第二点 `loss.backward()` 之后才有梯度 😀',
      '\u202Eright to left\u202C，正常文本',
    ];
    for (const reply of replies) {
      let last = 0;
      for (const clause of splitClauses(reply)) {
        expect(reply.slice(clause.start, clause.end)).toBe(clause.text);
        expect(clause.start).toBeGreaterThanOrEqual(last);
        last = clause.end;
      }
    }
  });

  it('keep numbers and abbreviations whole', () => {
    expect(texts('The rate is 0.5 and eps is 1e-5, e.g. for Adam. Then stop.')).toEqual([
      'The rate is 0.5 and eps is 1e-5',
      'e.g. for Adam',
      'Then stop',
    ]);
  });

  it('cut speech without punctuation at its connectives', () => {
    const reply =
      '就是把B置零然后A随机这样一开始等于没加而且梯度能传然后学习率大一点也没事因为初始化不影响预训练权重所以比较稳定';
    expect(splitClauses(reply).length).toBeGreaterThan(2);
  });

  it.each([
    ['A 置零，不对，应该是 B 置零', 'A 置零'],
    ['B is random and A is zero. Sorry, the other way round: A is random', 'B is random and A is zero'],
    ['先升序排序，说反了，是降序排序取最高的', '先升序排序'],
  ])('take back what the candidate takes back: %s', (reply, taken) => {
    const clauses = splitClauses(reply);
    expect(clauses.filter((clause) => clause.retracted).map((clause) => clause.text)).toEqual([taken]);
    expect(claimWindows(reply, clauses).some((window) => window.text.includes(taken))).toBe(false);
  });

  it.each([
    '可能是 A 置零，也可能是 B 置零',
    '好像是 B 置零吧',
    'maybe B starts at zero',
    "I'm not sure, B might be zero",
  ])('mark hedging: %s', (reply) => {
    expect(splitClauses(reply).some((clause) => clause.hedged)).toBe(true);
  });

  it.each(['', '   ', '……', '，。！', '\n\n', '👍'])('find nothing in %j', (reply) => {
    expect(splitClauses(reply)).toEqual([]);
  });

  it('cut speech without punctuation or connectives evenly, between words and outside brackets', () => {
    const zh =
      '矩阵A用高斯随机初始化矩阵B全部置零训练刚开始的时候旁路的输出等于零模型跟预训练的模型完全一样第一步只有矩阵B拿到梯度矩阵A要等B离开零点才会开始更新缩放系数用来控制旁路的幅度';
    const en =
      'matrix a gets random gaussian values matrix b is all zeros at the beginning of training the side branch outputs zero the model equals the pretrained one at step one only b has a gradient';
    for (const reply of [zh, en]) {
      const found = splitClauses(reply).map(({ text }) => text);
      expect(found.length).toBeGreaterThan(1);
      expect(found.join('').replaceAll(' ', '')).toBe(reply.replaceAll(' ', ''));
      const lengths = found.map((text) => text.length);
      expect(Math.max(...lengths)).toBeLessThan(2 * Math.min(...lengths));
    }
    expect(splitClauses(en).every(({ text }) => en.split(' ').includes(text.split(' ')[0]!))).toBe(true);
    const paused =
      '就是 CenterNet 的 heatmap 输出每个类别一张图 峰值就是中心点 offset 补偿下采样取整丢掉的小数 wh 直接回归宽高 解码的时候做 3x3 maxpool 只留局部极大值';
    for (const { text } of splitClauses(paused)) expect(` ${paused} `).toContain(` ${text} `);
    const formula = `the loss is (${'x + '.repeat(60)}y)`;
    expect(splitClauses(formula)).toHaveLength(1);
  });

  it('stay linear on long hostile text', () => {
    for (const piece of ['可能', 'maybe or ', ',', '不对', 'a ', '。', '不是'.repeat(5)]) {
      const reply = piece.repeat(Math.ceil(20_000 / piece.length)).slice(0, 20_000);
      const started = performance.now();
      splitClauses(reply);
      expect(performance.now() - started).toBeLessThan(1_000);
    }
  });
});
