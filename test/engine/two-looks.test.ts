import { describe, expect, test } from 'vitest';
import { fold, pendingMessage } from '../../src/coach/state.ts';
import { VivaError } from '../../src/errors.ts';
import type { GradeRequest, Refinement } from '../../src/grading/grader.ts';
import type { Grade, SessionEvent, VerdictValue } from '../../src/protocol.ts';
import { gradeOf } from '../coach/fixtures.ts';
import { only, ScriptedRefiner, stage, types } from './fakes.ts';

const plan = { module: 'llm', questions: 2 };
const all =
  (value: VerdictValue) =>
  (request: GradeRequest): Grade =>
    gradeOf(
      request.entry,
      request.reply,
      Object.fromEntries(request.entry.keyPoints.map((one) => [one.id, value])),
    );
const refined =
  (value: VerdictValue) =>
  ({ request }: { request: GradeRequest }): Refinement => ({
    grade: { ...all(value)(request), judge: 'chat-model' },
    proposal: null,
  });
const away = () => Promise.reject(new VivaError('llm-failed', 'connection refused'));

/** A promise that is settled by hand. */
function later<T>() {
  let settle: { resolve: (value: T) => void; reject: (error: unknown) => void } | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return {
    promise,
    resolve: (value: T) => settle?.resolve(value),
    reject: (error: unknown) => settle?.reject(error),
  };
}

describe('a reply that a chat model reads after the local judge', () => {
  test('is graded at once, and again when the model comes; the follow-up comes after that', async () => {
    const refiner = new ScriptedRefiner();
    const s = await stage({ plan, refiner });
    s.grader.next(all('partial'));
    refiner.next(refined('covered'));
    const heard = await s.say('答', 'reply');
    expect(types(heard)).toEqual(['reply.graded', 'reply.graded', 'question.asked']);
    const [first, second] = heard.filter((event) => event.type === 'reply.graded');
    expect(first?.grade).toMatchObject({ state: 'provisional', awaits: 'chat-model' });
    expect(second?.grade).toMatchObject({ state: 'graded', judge: 'chat-model', total: 10 });
    expect(second?.replySeq).toBe(first?.replySeq);
    // The model's grade counts: everything is covered, so the next question is asked.
    expect(only(heard, 'question.asked').kind).toBe('main');
    expect(refiner.calls).toHaveLength(1);
    expect(refiner.calls[0]?.local.total).toBe(first?.grade.total);
  });

  test('keeps its local grade while the model is away, and the interview goes on', async () => {
    const refiner = new ScriptedRefiner();
    const s = await stage({ plan, refiner });
    s.grader.next(all('covered'));
    refiner.next(away);
    expect(types(await s.say('答', 'reply'))).toEqual(['reply.graded', 'question.asked']);
    expect(s.failures).toHaveLength(1);
    // Back again: the same reply, graded once more by both.
    s.grader.next(all('covered'));
    refiner.next(refined('partial'));
    const heard: SessionEvent[] = [];
    expect(await s.engine.regrade(s.sessionId, { onEvent: (event) => heard.push(event) })).toBe(0);
    expect(only(heard, 'reply.graded').grade).toMatchObject({ state: 'graded', judge: 'chat-model' });
    expect(await s.engine.regrade(s.sessionId)).toBe(0);
    expect(refiner.calls).toHaveLength(2);
  });

  test('goes on after the wait; the late grade is stored by itself, from the same call', async () => {
    const refiner = new ScriptedRefiner();
    const s = await stage({ plan, refiner, refineWithinMs: 5 });
    const slow = later<Refinement>();
    s.grader.next(all('covered'), all('covered'));
    refiner.next(() => slow.promise);
    expect(types(await s.say('答', 'reply'))).toEqual(['reply.graded', 'question.asked']);
    const { request } = refiner.calls[0]!;
    slow.resolve(refined('partial')({ request }));
    await expect.poll(() => s.events().filter((event) => event.type === 'reply.graded').length).toBe(2);
    expect(s.events().at(-1)).toMatchObject({ type: 'reply.graded', grade: { state: 'graded' } });
    expect(refiner.calls).toHaveLength(1);
  });

  test('gives away nothing of what an open follow-up asks for, when its grade comes late', async () => {
    const refiner = new ScriptedRefiner();
    const s = await stage({ plan, refiner, refineWithinMs: 5 });
    const slow = later<Refinement>();
    s.grader.next(all('missing'), all('missing'));
    refiner.next(() => slow.promise);
    const followUp = only(await s.say('不太会', 'reply'), 'question.asked');
    expect(followUp.kind).toBe('follow-up');
    const { request } = refiner.calls[0]!;
    slow.resolve(refined('missing')({ request }));
    await expect.poll(() => s.events().filter((event) => event.type === 'reply.graded').length).toBe(2);
    const late = s.events().at(-1);
    if (late?.type !== 'reply.graded') throw new Error('the grade is not the last event');
    expect(late.feedback).not.toBe('');
    for (const point of request.entry.keyPoints) {
      expect(late.feedback).not.toContain(point.zh);
      expect(late.feedback).not.toContain(point.reference.zh.text);
    }
  });

  test('is not graded a third time when the process dies between the two grades', async () => {
    const refiner = new ScriptedRefiner();
    const s = await stage({ plan, refiner });
    s.grader.next(all('partial'), all('partial'));
    refiner.next(refined('covered'), refined('covered'));
    let grades = 0;
    s.log.beforeAppend = (events) => {
      grades += events.filter((event) => event.type === 'reply.graded').length;
      if (grades > 1) throw new VivaError('storage-failed', 'killed');
    };
    await expect(s.say('答', 'reply')).rejects.toMatchObject({ code: 'storage-failed' });
    expect(pendingMessage(fold(s.events()))?.text).toBe('答');
    s.log.beforeAppend = null;
    const heard: SessionEvent[] = [];
    await s.another().recover(s.sessionId, { onEvent: (event) => heard.push(event) });
    expect(types(heard)).toEqual(['reply.graded', 'question.asked']);
    expect(only(heard, 'reply.graded').grade.state).toBe('graded');
    expect(pendingMessage(fold(s.events()))).toBeNull();
  });

  test('goes on at once for a candidate who does not want to wait', async () => {
    const refiner = new ScriptedRefiner();
    const s = await stage({ plan, refiner });
    const slow = later<Refinement>();
    s.grader.next(all('covered'), all('covered'));
    refiner.next(() => {
      queueMicrotask(() => s.engine.cancel(s.sessionId));
      return slow.promise;
    });
    expect(types(await s.say('答', 'reply'))).toEqual(['reply.graded', 'question.asked']);
    slow.reject(new VivaError('llm-failed', 'gone'));
    await s.engine.idle(s.sessionId);
    expect(s.events().filter((event) => event.type === 'reply.graded')).toHaveLength(1);
  });

  test('makes up for a point in a follow-up, though the first look had seen it already', async () => {
    const refiner = new ScriptedRefiner();
    const s = await stage({ plan, refiner });
    s.grader.next(all('missing'));
    refiner.next(refined('missing'));
    const asked = only(await s.say('不太会', 'reply'), 'question.asked');
    expect(asked.kind).toBe('follow-up');
    s.grader.next(all('covered'));
    refiner.next(refined('covered'));
    const heard = await s.say('想起来了', 'reply');
    const [first, second] = heard.filter((event) => event.type === 'reply.graded');
    expect(second?.grade.verdicts.map((verdict) => verdict.keyPointId)).toEqual(
      first?.grade.verdicts.map((verdict) => verdict.keyPointId),
    );
    expect(second?.grade.verdicts.length).toBeGreaterThan(1);
  });
});
