import { expect, test } from 'vitest';
import { VivaError } from '../../src/errors.ts';
import { outcomeOf, TalkCounts, talkOutcomes } from '../../src/talk/outcomes.ts';

test('every reason that a call brings nothing has a name of the closed set, and is counted', () => {
  const counts = new TalkCounts();
  const reasons = (['aborted', 'timeout', 'llm-failed', 'llm-invalid-output', 'model-budget'] as const).map(
    (code) => outcomeOf(new VivaError(code, 'no')),
  );
  expect(reasons).toEqual(['late', 'late', 'failed', 'unfit', 'budget']);
  expect(outcomeOf(new Error('boom'))).toBe('failed');
  for (const reason of reasons) counts.count('hint', reason);
  for (const reason of reasons) expect(talkOutcomes).toContain(reason);
  expect(counts.list().reduce((sum, { count }) => sum + count, 0)).toBe(reasons.length);
});
