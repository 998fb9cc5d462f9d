import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerCode, answerSentences } from '../../src/answering/sentences.ts';
import { packageRoot } from '../../src/config.ts';
import type { Entry } from '../../src/corpus/entry.ts';
import { langs } from '../../src/corpus/entry.ts';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';

const { entries } = await loadCorpus(join(packageRoot, 'corpus'));
const sentencesOf = (answer: string) =>
  answerSentences({ ...entries[0], answer: { zh: answer, en: answer } } as Entry, 'zh').map(
    (sentence) => sentence.text,
  );

describe('sentences of an answer', () => {
  it.each([
    ['end at Chinese full stops', '先训练。再融合！', ['先训练。', '再融合！']],
    [
      'end at English full stops before white space',
      'It uses 0.5. Then it stops.',
      ['It uses 0.5.', 'Then it stops.'],
    ],
    [
      'do not end at abbreviations and initials',
      'By Zachary C. Lipton et al. in 2021, e.g. here.',
      ['By Zachary C. Lipton et al. in 2021, e.g. here.'],
    ],
    [
      'do not end in a formula, a bracket or a quotation',
      '取 $a. b$（一。二）“好。坏”完。',
      ['取 $a. b$（一。二）“好。坏”完。'],
    ],
    [
      'are the items of a list, without their marks',
      '要点：\n- 第一点。\n- 第二点。\n2. Third.',
      ['要点：', '第一点。', '第二点。', 'Third.'],
    ],
    [
      'leave out a bold label',
      '- **缩放**：除以根号 d。\n- **Why.** It is safe.',
      ['除以根号 d。', 'It is safe.'],
    ],
    ['leave out a label on its own line', '**3. 验证**\n建一个回归集。', ['建一个回归集。']],
    [
      'keep a bold word that belongs to them',
      '**In practice** the two help.',
      ['**In practice** the two help.'],
    ],
    [
      'leave out headings, tables and code',
      '# Title\n\n| a | b |\n\n```py\nx = 1. \n```\n\nText here.',
      ['Text here.'],
    ],
    ['keep a displayed formula whole', 'So\n\n$$a = b. \nc$$\n\nthen.', ['So', '$$a = b. \nc$$', 'then.']],
    ['are none in an empty text', '  \n\n', []],
  ])('%s', (_name, answer, expected) => {
    expect(sentencesOf(answer)).toEqual(expected);
  });

  it('stand verbatim at their offsets and in order, in every entry and both languages', () => {
    for (const entry of entries) {
      for (const lang of langs) {
        let end = 0;
        for (const sentence of answerSentences(entry, lang)) {
          expect(entry.answer[lang].slice(sentence.start, sentence.end)).toBe(sentence.text);
          expect(sentence.start).toBeGreaterThanOrEqual(end);
          end = sentence.end;
        }
      }
    }
  });

  it('reach every key point outside code', () => {
    const lost = entries.flatMap((entry) =>
      langs.flatMap((lang) => {
        const sentences = answerSentences(entry, lang);
        const code = answerCode(entry, lang);
        return entry.keyPoints
          .filter(
            ({ reference }) =>
              ![...sentences, ...(code ? [code] : [])].some(
                (one) => one.start < reference[lang].end && reference[lang].start < one.end,
              ),
          )
          .map((point) => `${entry.id}#${point.id} ${lang}`);
      }),
    );
    expect(lost).toEqual([]);
  });
});
