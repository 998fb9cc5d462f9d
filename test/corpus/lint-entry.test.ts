import { describe, expect, it } from 'vitest';
import { lintEntry } from '../../src/corpus/lint-entry.ts';
import { parseEntry } from '../../src/corpus/parse-entry.ts';
import { entryText, statementsText } from './entry-text.ts';

function lint(text: string, statements: string | null = null, file = 'llm/language/05-x.md'): string[] {
  const parsed = parseEntry({
    file,
    text,
    statements: statements === null ? null : { file: 's.yaml', text: statements },
  });
  expect(parsed.problems).toEqual([]);
  return lintEntry(parsed.entry!).map((problem) => problem.message);
}

describe('corpus lint', () => {
  it('has nothing to say about a complete entry without statements', () => {
    expect(lint(entryText())).toEqual([]);
  });

  it('finds a hint that gives a key point away', () => {
    const text = entryText().replace('zh: 想想第 0 步的输出', 'zh: 记住 A 随机而 B 为零');
    expect(lint(text)).toEqual([expect.stringMatching(/hint 1 \(zh\) gives key point 'a-random' away/)]);
  });

  it('finds too few key points, a missing heart and a heart without follow-up', () => {
    const lines = entryText().split('\n');
    const three = lines.filter((line) => !line.includes('id: merge')).join('\n');
    expect(lint(three)).toContainEqual(expect.stringMatching(/3 key points/));
    expect(lint(entryText().replace('weight: 3', 'weight: 2'))).toContainEqual(
      expect.stringMatching(/0 key points of weight 3/),
    );
    expect(lint(entryText().replace('on: a-random', 'on: merge'))).toContainEqual(
      expect.stringMatching(/has weight 3 and no follow-up/),
    );
  });

  it('finds an id that does not fit the path', () => {
    expect(lint(entryText(), null, 'llm/language/06-x.md')).toEqual([
      expect.stringMatching(/does not match the path/),
    ]);
  });

  it('finds a statement under two labels, and key points that are taught too little', () => {
    const twice = statementsText.replace('A 置零而 B 随机', 'A 高斯 B 全零');
    const found = lint(entryText(), twice);
    expect(found).toContainEqual(expect.stringMatching(/stands under covered and contradicted/));
    expect(found).toContainEqual(expect.stringMatching(/'scale': 0 covered statements/));
  });
});
