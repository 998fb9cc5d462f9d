import { describe, expect, it } from 'vitest';
import { mergeDraft } from '../../src/drafting/merge-draft.ts';
import { missingParts } from '../../src/drafting/parts.ts';
import { readSketch } from '../../src/drafting/sketch.ts';

const hints = [{ zh: '甲', en: 'one' }];
const hintsYaml = 'hints:\n  - zh: 甲\n    en: one\n';

function merged(text: string, proposal: Parameters<typeof mergeDraft>[1], statements: string | null = null) {
  return mergeDraft(readSketch('a.md', text, statements), proposal);
}

describe('a merged draft', () => {
  it('puts new fields behind the last one, and touches nothing else', () => {
    const text = '---\n# mine\nquestion: {zh:  问,   en: asked} # odd spaces\n# the end\n---\n\n答案  \n';
    expect(merged(text, { hints }).text).toBe(
      `---\n# mine\nquestion: {zh:  问,   en: asked} # odd spaces\n# the end\n${hintsYaml}---\n\n## 参考答案\n答案  \n`,
    );
  });

  it('takes the place of an empty field, and leaves the comment above the next one', () => {
    const text =
      '---\nquestion: {zh: 问, en: asked}\nhints: [] # later\n# what it is about\ntags: [a]\n---\n## 参考答案\n答\n';
    expect(merged(text, { hints }).text).toBe(
      `---\nquestion: {zh: 问, en: asked}\n${hintsYaml}# what it is about\ntags: [a]\n---\n## 参考答案\n答\n`,
    );
  });

  it('keeps the line ends of the file', () => {
    const text = '---\r\nquestion: {zh: 问, en: asked}\r\n---\r\n## 参考答案\r\n答\r\n';
    const out = merged(text, { hints, answer: { en: 'one\ntwo' } }).text;
    expect(out.replaceAll('\r\n', '')).not.toContain('\n');
    expect(out).toBe(
      `---\r\nquestion: {zh: 问, en: asked}\r\n${hintsYaml.replaceAll('\n', '\r\n')}---\r\n## 参考答案\r\n答\r\n\r\n## Reference answer\r\none\r\ntwo\r\n`,
    );
  });

  it('completes a question in one language, and the answer under an empty heading', () => {
    const text =
      '---\nquestion:\n  en: What is LoRA? # asked often\ntags: [a]\n---\n## 参考答案\n\n## Reference answer\nAn adapter.\n';
    const out = merged(text, {
      question: { zh: 'LoRA 是什么？', en: 'not this' },
      answer: { zh: '一种适配器。' },
    });
    expect(out.text).toBe(
      '---\nquestion:\n  zh: LoRA 是什么？\n  en: What is LoRA?\ntags: [a]\n---\n## 参考答案\n一种适配器。\n\n\n## Reference answer\nAn adapter.\n',
    );
    expect(out.added).toEqual(['question', 'answer.zh']);
  });

  it('adds statements to those that are there, and keeps the file of a person as it is', () => {
    const none = { zh: [], en: [] };
    const own = 'a:  # by hand\n  covered: { zh: [对], en: [] }\n  partial: {}\n  contradicted: {}';
    const said = { covered: { zh: ['是'], en: [] }, partial: none, contradicted: none };
    const { statementsText, ignored } = merged(
      '---\nquestion: {zh: 问, en: asked}\n---\n答\n',
      { statements: { a: said, b: said } },
      own,
    );
    expect(statementsText?.startsWith(`${own}\nb:\n`)).toBe(true);
    expect(ignored).toEqual(['statements of a']);
  });

  it('is what the next draft starts from: accepted parts are not asked for again', () => {
    const text = '---\nquestion: {zh: 问, en: asked}\n---\n## 参考答案\n答\n\n## Reference answer\nanswer\n';
    expect(missingParts(readSketch('a.md', text, null))).toContain('hints');
    expect(
      missingParts(readSketch('a.md', merged(text, { hints: [...hints, ...hints, ...hints] }).text, null)),
    ).not.toContain('hints');
  });
});

describe('a sketch', () => {
  it.each([
    ['---\nhints: []\n---\nanswer\n', "a.md:1: no question: add a line 'question: …'"],
    ['---\nquestion: Q\n---\n \n', 'a.md:1: no answer'],
    ['---\nquestion: Q\nquestion: R\n---\nanswer\n', 'a.md:3: Map keys must be unique'],
    ['---\nquestion: Q\ndifficulty: 9\n---\nanswer\n', 'a.md:3: difficulty: Too big'],
    ['---\nquestion: Q\ncolour: red\n---\nanswer\n', "unknown field 'colour'"],
    ['---\n- question\n---\nanswer\n', 'the front matter is no list of fields'],
  ])('says where %j cannot be read', (text, message) => {
    expect(() => readSketch('a.md', text, null)).toThrow(message);
  });
});
