import { describe, expect, test } from 'vitest';
import type { GradeEffect, ProposedFollowUp } from '../../src/coach/effects.ts';
import { resolve } from '../../src/coach/resolve.ts';
import { evolveNew, initialState, type CoachState } from '../../src/coach/state.ts';
import { checkFollowUp } from '../../src/engine/check-follow-up.ts';
import { VivaError } from '../../src/errors.ts';
import type { Grade, NewEvent } from '../../src/protocol.ts';
import { TalkCounts } from '../../src/talk/outcomes.ts';
import { gradeOf, lora, material } from '../coach/fixtures.ts';
import { ScriptedTalkCheck } from './fakes.ts';

const reply = '我觉得输出会变';
/** The heaviest point that the grade below finds contradicted. */
const chosen = 'start-equals-pretrained';
const grade = gradeOf(lora, reply, {
  [chosen]: { value: 'contradicted', quote: '输出会变' },
  swap: 'covered',
});

const state: CoachState = (
  [
    { type: 'session.created', lang: 'zh', mode: 'study' },
    { type: 'interview.planned', entryIds: [lora.id], request: {} },
    {
      type: 'question.asked',
      entryId: lora.id,
      kind: 'main',
      number: 1,
      total: 1,
      text: lora.question.zh,
    },
    { type: 'message.received', clientId: 'm1', text: reply, intent: 'reply', confidence: 1 },
  ] satisfies NewEvent[]
).reduce(evolveNew, initialState);

const effect: GradeEffect = {
  type: 'grade',
  entryId: lora.id,
  replySeq: 4,
  reply,
  question: lora.question.zh,
  scope: 'question',
  keyPointIds: null,
  lang: 'zh',
  aided: false,
};

const proposed: ProposedFollowUp = {
  keyPointId: chosen,
  text: '追问：你说“输出会变”，为什么？',
  by: 'm grade-v1',
};

/** The follow-up that is asked, and what was counted. */
async function asked(
  proposal: ProposedFollowUp | undefined,
  check: ScriptedTalkCheck | null = new ScriptedTalkCheck(),
  judged: Grade = grade,
) {
  const counts = new TalkCounts();
  const result = await checkFollowUp(
    state,
    material,
    effect,
    { type: 'graded', grade: judged, ...(proposal ? { proposedFollowUp: proposal } : {}) },
    { ...(check ? { talkCheck: check } : {}), onTalk: counts.count },
    new AbortController().signal,
  );
  const question = resolve(state, effect, result, material, 7).find(({ type }) => type === 'question.asked');
  if (question?.type !== 'question.asked') throw new Error('no follow-up was asked');
  expect(question.kind).toBe('follow-up');
  expect(question.keyPointId).toBe(chosen);
  return { question, counted: counts.list().map(({ deed, outcome }) => `${deed} ${outcome}`) };
}

describe('a follow-up that a model proposed', () => {
  test('is asked when nothing is to be said against it, without its label', async () => {
    const check = new ScriptedTalkCheck();
    check.next(() => null);
    const { question, counted } = await asked(proposed, check);
    expect(question).toMatchObject({ text: '你说“输出会变”，为什么？', by: 'm grade-v1' });
    expect(counted).toEqual(['follow-up used']);
    const [call] = check.calls;
    expect(call).toMatchObject({ kind: 'follow-up', keyPointId: chosen, lang: 'zh' });
    expect(call!.known).toEqual([lora.question.zh, reply]);
    expect(call!.unmet).toContain(chosen);
    expect(call!.unmet).not.toContain('swap');
  });

  test.each(['leak', 'not-one-question', 'foreign-quote'] as const)(
    'gives way to the local one on %s',
    async (objection) => {
      const check = new ScriptedTalkCheck();
      check.next(() => objection);
      const { question, counted } = await asked(proposed, check);
      expect(question).not.toHaveProperty('by');
      expect(question.text).toContain('输出会变');
      expect(counted).toEqual([`follow-up ${objection}`]);
    },
  );

  test('about another point than the one that is followed up is not even checked', async () => {
    const { question, counted } = await asked({ ...proposed, keyPointId: 'both-zero-stuck' });
    expect(question).not.toHaveProperty('by');
    expect(counted).toEqual(['follow-up other-point']);
  });

  test('gives way to the local one when the check fails', async () => {
    const check = new ScriptedTalkCheck();
    check.next(() => Promise.reject(new VivaError('embedding-failed', 'no vectors')));
    const { question, counted } = await asked(proposed, check);
    expect(question).not.toHaveProperty('by');
    expect(counted).toEqual(['follow-up failed']);
  });

  test('is not said unchecked', async () => {
    const { question } = await asked(proposed, null);
    expect(question).not.toHaveProperty('by');
  });

  test('that was never made leaves the local one', async () => {
    const { question, counted } = await asked(undefined);
    expect(question.text).toContain('输出会变');
    expect(counted).toEqual([]);
  });

  test('that a model did not make though it read the reply is counted', async () => {
    const { question, counted } = await asked(undefined, undefined, { ...grade, prompt: 'grade-v1' });
    expect(question).not.toHaveProperty('by');
    expect(counted).toEqual(['follow-up none']);
  });
});
