import { expect, test } from 'vitest';
import type { Grade } from '../../src/protocol.ts';
import { gradeOf } from '../coach/fixtures.ts';
import { only, stage } from './fakes.ts';

test.each([
  ['a chat model', { judge: 'qwen' }, { judges: ['qwen'] }, '（qwen 参与评分）'],
  [
    'the local judge for now',
    { judge: 'statements/x', state: 'provisional' },
    { judges: ['statements/x'], provisional: true },
    '（暂按本地评分）',
  ],
  ['the local judge', { judge: 'statements/x' }, { judges: ['statements/x'] }, null],
] as const)('the report says whose grade a question rests on: %s', async (_name, by, expected, said) => {
  const s = await stage({ plan: { module: 'llm', questions: 1 } });
  s.grader.next(({ entry, reply }): Grade => ({
    ...gradeOf(entry, reply, Object.fromEntries(entry.keyPoints.map(({ id }) => [id, 'covered']))),
    ...by,
  }));
  const { report } = only(await s.say('全答对了', 'reply'), 'report.made');
  expect(report.questions[0]).toMatchObject(expected);
  expect(report.questions[0]?.provisional ?? false).toBe('provisional' in expected);
  if (said === null) expect(report.text).not.toMatch(/参与评分|暂按本地评分/u);
  else expect(report.text).toContain(`10 / 10${said}`);
});
