import { describe, expect, it } from 'vitest';
import { parseEntry } from '../../src/corpus/parse-entry.ts';
import { chunkEntry } from '../../src/ingest/chunk-entry.ts';
import { teachingTexts } from '../../src/ingest/teaching-texts.ts';
import type { Chunk } from '../../src/retrieval/chunk.ts';
import { entryText, enAnswer, statementsText, zhAnswer } from '../corpus/entry-text.ts';

function parse(text: string) {
  const { entry, problems } = parseEntry({
    file: 'llm/language/05-lora.md',
    text,
    statements: { file: 'llm/language/05-lora.statements.yaml', text: statementsText },
  });
  if (!entry) throw new Error(JSON.stringify(problems));
  return entry;
}

function chunksOf(text: string): Chunk[] {
  return chunkEntry(parse(text), text)!;
}

describe('chunks of an entry', () => {
  const text = entryText();

  it('are its question, wordings, key points and answer passages in both languages', () => {
    const chunks = chunksOf(text);
    const count = (part: string, lang: string) =>
      chunks.filter((one) => one.part === part && one.lang === lang).length;
    expect(
      ['question', 'wording', 'key-point', 'answer'].map((part) => [count(part, 'zh'), count(part, 'en')]),
    ).toEqual([
      [1, 1],
      [2, 2],
      [4, 4],
      [1, 1],
    ]);
    expect(new Set(chunks.map((one) => one.id)).size).toBe(chunks.length);
    expect(chunks.find((one) => one.part === 'key-point')).toMatchObject({
      keyPointId: 'a-random',
      text: 'A 随机而 B 为零',
    });
  });

  it('know where they stand in the file', () => {
    for (const chunk of chunksOf(text)) {
      const written = text.slice(chunk.start, chunk.end);
      expect(written.replace(/^(['"])(.*)\1$/s, '$2')).toBe(chunk.text);
    }
  });

  it('cover quotes, escapes and folded lines of the YAML as written', () => {
    const folded = text
      .replace('zh: A 随机而 B 为零,', 'zh: "A \\u968f机而 B 为零",')
      .replace(
        'question: { zh: LoRA 怎么初始化？, en: How is LoRA initialised? }',
        'question:\n  zh: >-\n    LoRA\n    怎么初始化？\n  en: \'How is "LoRA" initialised?\'',
      );
    const chunks = chunksOf(folded);
    const of = (part: string, lang: string) => chunks.find((one) => one.part === part && one.lang === lang)!;
    const point = of('key-point', 'zh');
    expect(point.text).toBe('A 随机而 B 为零');
    expect(folded.slice(point.start, point.end)).toBe('"A \\u968f机而 B 为零"');
    const question = of('question', 'zh');
    expect(question.text).toBe('LoRA 怎么初始化？');
    expect(folded.slice(question.start, question.end)).toMatch(/^>-\n {4}LoRA\n {4}怎么初始化？\n?$/);
    const english = of('question', 'en');
    expect(folded.slice(english.start, english.end)).toBe('\'How is "LoRA" initialised?\'');
  });

  it('give answer passages exactly, in the file and in the answer', () => {
    const long = entryText({
      zh: `${zhAnswer}\n\n${'展开说明一下。'.repeat(60)}\n\n\`\`\`python\nx = 1\n\ny = 2\n\`\`\``,
      en: `${enAnswer}\n\n${'More on this here. '.repeat(60)}`,
    });
    const entry = parse(long);
    const answers = chunkEntry(entry, long)!.filter((one) => one.part === 'answer');
    expect(answers.length).toBeGreaterThan(4);
    for (const { lang, text: piece, start, end, answerSpan } of answers) {
      expect(long.slice(start, end)).toBe(piece);
      expect(entry.answer[lang].slice(answerSpan!.start, answerSpan!.end)).toBe(piece);
    }
  });

  it('hold with a byte order mark and Windows line ends', () => {
    const windows = `\uFEFF${text.replaceAll('\n', '\r\n')}`;
    for (const chunk of chunksOf(windows)) {
      expect(windows.slice(chunk.start, chunk.end).replace(/^(['"])(.*)\1$/s, '$2')).toBe(chunk.text);
    }
  });

  it('are refused when the file is no longer what the entry was read from', () => {
    const entry = parse(text);
    for (const other of [
      text.replace('A 随机而 B 为零,', 'A 随机,'),
      text.replace('延迟。', '时延。'),
      text.replace('id: llm', '# a comment\nid: llm'),
      '',
      'no front matter',
    ]) {
      expect(chunkEntry(entry, other)).toBeNull();
    }
  });
});

describe('teaching texts', () => {
  it('are questions, key points, statements and misconceptions, each once, as queries', () => {
    const texts = teachingTexts(parse(entryText()));
    expect(texts.every(({ kind }) => kind === 'query')).toBe(true);
    const strings = texts.map((one) => one.text);
    expect(new Set(strings).size).toBe(strings.length);
    expect(strings).toEqual(
      expect.arrayContaining([
        'LoRA 怎么初始化？',
        'How is LoRA initialised?',
        'A 随机而 B 为零',
        'merging adds no latency',
        'A 高斯 B 全零',
        'both are random',
        '两个矩阵都置零',
      ]),
    );
    expect(strings).not.toContain('lora init');
  });
});
