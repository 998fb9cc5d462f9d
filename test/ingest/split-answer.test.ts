import { describe, expect, it } from 'vitest';
import { splitAnswer } from '../../src/ingest/split-answer.ts';
import type { Lang } from '../../src/protocol.ts';

function pieces(answer: string, lang: Lang, limit?: number): string[] {
  return splitAnswer(answer, lang, limit).map(({ start, end }) => answer.slice(start, end));
}

describe('splitting an answer', () => {
  it('keeps a short answer in one piece', () => {
    expect(pieces('第一段。\n\n第二段。', 'zh')).toEqual(['第一段。\n\n第二段。']);
  });

  it('cuts at paragraphs before it cuts at sentences', () => {
    expect(pieces('甲甲甲甲。\n\n乙乙乙乙。\n\n丙丙丙丙。', 'zh', 10)).toEqual([
      '甲甲甲甲。\n\n乙乙乙乙。',
      '丙丙丙丙。',
    ]);
  });

  it('cuts a long paragraph after Chinese full stops', () => {
    expect(pieces('甲甲甲。乙乙乙！丙丙丙？丁丁丁。', 'zh', 8)).toEqual([
      '甲甲甲。乙乙乙！',
      '丙丙丙？丁丁丁。',
    ]);
  });

  it('cuts English after full stops with a space, not inside 0.5 or a name', () => {
    expect(pieces('Use 0.5 as v1.2 says. Then stop. Really stop now.', 'en', 5)).toEqual([
      'Use 0.5 as v1.2 says.',
      'Then stop. Really stop now.',
    ]);
  });

  it('does not cut inside a formula or a code span', () => {
    expect(pieces('设 $a。b$ 为增量。好。', 'zh', 4)).toEqual(['设 $a。b$ 为增量。', '好。']);
    expect(pieces('Call `a. b` now. Done.', 'en', 2)).toEqual(['Call `a. b` now.', 'Done.']);
  });

  it('keeps a code block whole, blank lines and all', () => {
    const code = '```python\nimport torch\n\n\nx = 1. + 2.\n```';
    expect(pieces(`前。\n\n${code}\n后。`, 'zh', 3)).toEqual(['前。', code, '后。']);
  });

  it('keeps a table and a displayed formula whole', () => {
    const table = '| a | b |\n| - | - |\n| 1. 2 | 3 |';
    const formula = '$$\na = b. c\n$$';
    expect(pieces(`One.\n\n${table}\n\n${formula}`, 'en', 3)).toEqual(['One.', table, formula]);
  });

  it('leaves out nothing but white space', () => {
    const answer = '# 题\n\n- 甲。\n- 乙：`x`。丙\n\n```\n\ncode\n```\n\nEnd. Of it';
    for (const limit of [1, 2, 5, 9, 50]) {
      const all = pieces(answer, 'zh', limit).join('').replace(/\s/g, '');
      expect(all).toBe(answer.replace(/\s/g, ''));
    }
  });

  it('gives nothing for nothing', () => {
    expect(splitAnswer('', 'zh')).toEqual([]);
    expect(splitAnswer(' \n\n ', 'en')).toEqual([]);
  });

  it('copes with a fence that never ends and with Windows line ends', () => {
    expect(pieces('甲。\n\n```py\nx\n\ny', 'zh', 2)).toEqual(['甲。', '```py\nx\n\ny']);
    expect(pieces('One.\r\n\r\nTwo.', 'en', 1)).toEqual(['One.', 'Two.']);
  });
});
