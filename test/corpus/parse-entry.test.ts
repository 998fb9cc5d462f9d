import { describe, expect, it } from 'vitest';
import { parseEntry } from '../../src/corpus/parse-entry.ts';
import { entryText, statementsText } from './entry-text.ts';

const parse = (text: string, statements: string | null = null) =>
  parseEntry({
    file: 'llm/language/05-x.md',
    text,
    statements: statements === null ? null : { file: 'llm/language/05-x.statements.yaml', text: statements },
  });

describe('an entry file', () => {
  it('gives an entry whose spans stand in the answer and in the file', () => {
    const text = entryText();
    const { entry, problems } = parse(text, statementsText);
    expect(problems).toEqual([]);
    expect(entry!.module).toBe('llm');
    expect(entry!.section).toBe('language');
    for (const point of entry!.keyPoints) {
      for (const lang of ['zh', 'en'] as const) {
        const span = point.reference[lang];
        expect(entry!.answer[lang].slice(span.start, span.end)).toBe(span.text);
        const at = entry!.sections[lang].fileOffset;
        expect(text.slice(at + span.start, at + span.end)).toBe(span.text);
      }
    }
    expect(entry!.keyPoints[0]!.statements).toHaveLength(7);
  });

  it.each([
    ['CRLF line ends', entryText().replaceAll('\n', '\r\n')],
    ['a byte-order mark', `\uFEFF${entryText()}`],
  ])('is read with %s', (_, text) => {
    const { entry, problems } = parse(text);
    expect(problems).toEqual([]);
    const at = entry!.sections.zh.fileOffset;
    expect(text.slice(at, at + 5)).toBe(entry!.answer.zh.slice(0, 5));
  });

  it.each([
    ['no front matter', '# hello', /no front matter/, 1],
    ['code as front matter', entryText().replace('---', '---js'), /'js' is refused/, 1],
    ['JSON as front matter', entryText().replace('---', '---json'), /'json' is refused/, 1],
    ['unclosed front matter', '---\nid: a/1\n', /not closed/, 1],
    ['bad YAML', entryText().replace('tags: [lora]', 'tags: [lora'), /front matter/, 6],
    ['a duplicate key', entryText().replace('tags: [lora]', 'kind: code\ntags: [lora]'), /unique/i, 5],
    ['an unknown field', entryText({ extraFront: 'colour: red\n' }), /unknown field 'colour'/, 2],
    ['a bad weight', entryText().replace('weight: 3', 'weight: 4'), /keyPoints\.0\.weight/, 9],
    ['a missing language', entryText().replace('en: How is LoRA initialised?', 'fr: Quoi?'), /question/, 6],
    ['a reference that is not verbatim', entryText({ zh: '别的内容。' }), /not verbatim/, 9],
    ['a missing section', entryText().replace('## Reference answer', '## Answer'), /missing section/, 25],
    ['an empty section', entryText({ en: '' }), /is empty/, 28],
    [
      'a follow-up on nothing',
      entryText().replace('on: a-random', 'on: b-random'),
      /no key point has this id/,
      20,
    ],
    ['a key point twice', entryText().replace('id: scale', 'id: merge'), /stands twice/, 12],
  ])('with %s is refused with its line', (_, text, message, line) => {
    const { entry, problems } = parse(text);
    expect(entry).toBeNull();
    expect(problems[0]!.message).toMatch(message);
    expect(problems[0]!.line).toBe(line);
    expect(problems[0]!.file).toBe('llm/language/05-x.md');
  });

  it('refuses a YAML alias bomb', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
      .split('')
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`)
      .join('\n')}\n`;
    const { entry, problems } = parse(entryText({ extraFront: bomb }));
    expect(entry).toBeNull();
    expect(problems[0]!.message).toMatch(/alias/i);
  });

  it('never runs code in front matter', () => {
    const text = '---js\n{ id: (globalThis.hacked = true) }\n---\n## 参考答案\nx\n## Reference answer\ny\n';
    expect(parse(text).entry).toBeNull();
    expect((globalThis as { hacked?: boolean }).hacked).toBeUndefined();
  });

  it('complains again when the same bad text is parsed again', () => {
    const text = entryText().replace('tags: [lora]', 'tags: [lora');
    expect(parse(text).problems).toEqual(parse(text).problems);
  });

  it('refuses statements for a key point that does not exist, and unknown labels', () => {
    expect(parse(entryText(), statementsText.replace('a-random:', 'b-random:')).problems[0]!.message).toMatch(
      /no key point/,
    );
    const labelled = parse(entryText(), statementsText.replace('partial:', 'half:'));
    expect(labelled.entry).toBeNull();
    expect(labelled.problems[0]).toMatchObject({ file: 'llm/language/05-x.statements.yaml' });
  });
});
