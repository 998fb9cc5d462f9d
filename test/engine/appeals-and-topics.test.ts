import { describe, expect, test } from 'vitest';
import type { GradeRequest } from '../../src/grading/grader.ts';
import { focalCode, gqa, gradeOf, lora, nms } from '../coach/fixtures.ts';
import { hit, only, ScriptedGrader, stage, types } from './fakes.ts';

type Values = Parameters<typeof gradeOf>[2];
const judged = (values: Values) => (request: GradeRequest) =>
  gradeOf(request.entry, request.reply, values, {
    lang: request.lang,
    ...(request.keyPointIds ? { ids: request.keyPointIds } : {}),
  });

describe('an appeal', () => {
  const reply = 'A 随机，B 为零；起步时和预训练模型一样';

  async function graded(appealGrader?: ScriptedGrader) {
    const s = await stage({
      plan: { module: 'llm', questions: 2 },
      ...(appealGrader ? { appealGrader } : {}),
    });
    // Whichever of the two was asked first, half of it is covered.
    s.grader.next((request) => judged({ [request.entry.keyPoints[0]!.id]: 'covered' })(request));
    await s.say(reply, 'reply');
    const open = s.events().findLast((event) => event.type === 'question.asked');
    const entry = open?.type === 'question.asked' && open.entryId === lora.id ? lora : gqa;
    return { s, entry, disputed: entry.keyPoints[1]! };
  }

  test('that is right changes the verdict, quotes the words and goes back to the question', async () => {
    const judge = new ScriptedGrader();
    const { s, entry, disputed } = await graded(judge);
    judge.next(judged({ [disputed.id]: { value: 'covered', quote: '起步时和预训练模型一样' } }));
    s.classifier.set('我说了', 'dispute');
    const heard: string[] = [];
    await s.engine.handleMessage(
      s.sessionId,
      { clientId: 'd1', text: '我明明说了起步时和预训练一样', intent: 'dispute', keyPointId: disputed.id },
      { onEvent: (event) => heard.push(event.type) },
    );
    expect(heard).toEqual(['message.received', 'dispute.resolved', 'coach.said']);
    const resolved = only(s.events(), 'dispute.resolved');
    expect(resolved).toMatchObject({ outcome: 'changed', before: 'missing', after: 'covered' });
    expect(resolved.text).toContain('起步时和预训练模型一样');
    expect(resolved.grade!.verdicts.find((one) => one.keyPointId === disputed.id)!.value).toBe('covered');
    expect(judge.calls[0]).toMatchObject({ reply, keyPointIds: [disputed.id], entry: { id: entry.id } });
    const { report } = only(await s.say('结束', 'end'), 'report.made');
    expect(report.questions[0]!.points.find((one) => one.keyPointId === disputed.id)!.value).toBe('covered');
  });

  test('while its question is open counts as help, because it quotes the reference', async () => {
    const s = await stage({ plan: { entryId: lora.id } });
    s.grader.next(
      judged({ 'a-random-b-zero': 'covered' }),
      judged({}),
      judged({ 'start-equals-pretrained': 'covered' }),
    );
    await s.say('A 随机 B 零', 'reply');
    await s.say('我不服，第二个要点', 'dispute');
    expect(only(await s.say('和预训练一样', 'reply'), 'reply.graded').aided).toBe(true);
  });

  test('that is wrong is answered with the reference and changes nothing', async () => {
    const { s, disputed } = await graded();
    s.grader.next(judged({}));
    const turn = await s.say(`我不服，${disputed.zh}我说了`, 'dispute');
    const resolved = only(turn, 'dispute.resolved');
    expect(resolved).toMatchObject({ outcome: 'upheld', keyPointId: disputed.id, after: 'missing' });
    expect(resolved.text).toContain(disputed.reference.zh.text);
  });

  test('on which the second look is unsure leaves the verdict and says so', async () => {
    const { s, disputed } = await graded();
    s.grader.next(judged({ [disputed.id]: { value: 'covered', quote: reply, confidence: 0.4 } }));
    const resolved = only(await s.say(`${disputed.zh}，第二个要点`, 'dispute'), 'dispute.resolved');
    expect(resolved).toMatchObject({ outcome: 'unclear', after: 'missing' });
  });

  test('never makes a verdict worse', async () => {
    const { s, entry } = await graded();
    const covered = entry.keyPoints[0]!;
    s.grader.next(judged({ [covered.id]: 'contradicted' }));
    const turn = await s.say('第一个要点', 'dispute');
    expect(only(turn, 'dispute.resolved')).toMatchObject({
      before: 'covered',
      after: 'covered',
      outcome: 'upheld',
    });
  });

  test('after the end renews the report', async () => {
    const { s, disputed } = await graded();
    await s.say('结束', 'end');
    s.grader.next(judged({ [disputed.id]: 'covered' }));
    const turn = await s.say(`第1题 ${disputed.zh} 判错了`, 'dispute');
    expect(types(turn)).toEqual(['dispute.resolved', 'report.made']);
  });

  test('whose judge fails is answered in words', async () => {
    const { s } = await graded();
    s.grader.next(() => Promise.reject(new Error('boom')));
    expect(types(await s.say('我不服，第二个要点', 'dispute'))).toEqual(['coach.said', 'coach.said']);
  });
});

describe('changing the topic', () => {
  test('by the name of an area plans anew within it', async () => {
    const s = await stage({ plan: { module: 'llm', questions: 2 } });
    const turn = await s.say('换成目标检测的题目', 'change-topic');
    expect(types(turn)).toEqual(['question.skipped', 'interview.planned', 'coach.said', 'question.asked']);
    expect(only(turn, 'interview.planned').entryIds).toEqual([nms.id]);
    expect(only(turn, 'question.skipped').reason).toBe('change-topic');
  });

  test('to code asks code questions', async () => {
    const s = await stage({ lang: 'en' });
    const turn = await s.say("I'd like coding questions only", 'change-topic');
    expect(only(turn, 'interview.planned').entryIds).toEqual([focalCode.id]);
  });

  test('by words looks them up and asks what it found', async () => {
    const s = await stage({});
    s.retriever.next(() => [hit(lora.id, 0.9), hit(gqa.id, 0.5)]);
    const turn = await s.say('我想练 LoRA 相关的', 'change-topic');
    expect(s.retriever.calls[0]).toMatchObject({ query: 'LoRA', lang: 'zh' });
    expect(only(turn, 'interview.planned').entryIds).toEqual([lora.id]);
  });

  test('to one question puts it first and goes on with the plan', async () => {
    const s = await stage({ lang: 'en', plan: { module: 'llm', questions: 2 } });
    s.retriever.next(() => [hit(nms.id, 0.95)]);
    const turn = await s.say('Can I get the NMS one?', 'change-topic');
    const { entryIds } = only(turn, 'interview.planned');
    expect(entryIds[0]).toBe(nms.id);
    expect(entryIds).toHaveLength(2);
  });

  test('that the material does not have is said, with what there is, and the question stays open', async () => {
    const s = await stage({ plan: { entryId: lora.id } });
    s.retriever.next(() => [hit(nms.id, 0.4)]);
    const turn = await s.say('聊聊量子计算', 'change-topic');
    expect(types(turn)).toEqual(['coach.said', 'coach.said']);
    const said = turn[0]!;
    expect(said.type === 'coach.said' && said.text).toMatch(/量子计算.*大模型/);
    expect(s.phase()).toBe('question');
  });

  test('"harder" raises the difficulty above the open question', async () => {
    const s = await stage({ lang: 'en', plan: { entryId: nms.id } });
    const turn = await s.say('too easy, something harder please', 'change-topic');
    expect(only(turn, 'interview.planned').request.difficulty).toEqual({ min: 2, max: 5 });
  });

  test('"another topic" leaves the module', async () => {
    const s = await stage({ plan: { entryId: lora.id } });
    const turn = await s.say('换个话题', 'change-topic');
    expect(only(turn, 'interview.planned').entryIds.every((id) => !id.startsWith('llm/'))).toBe(true);
  });

  test('after the end, "again" starts another round with a report of its own', async () => {
    const s = await stage({ plan: { module: 'llm', questions: 1 } });
    await s.say('结束', 'end');
    const turn = await s.say('再来一轮', 'change-topic');
    expect(only(turn, 'interview.planned').entryIds).toHaveLength(1);
    s.grader.next((request) =>
      judged(Object.fromEntries(request.entry.keyPoints.map((one) => [one.id, 'covered'])))(request),
    );
    const { report } = only(await s.say('全答对了', 'reply'), 'report.made');
    expect(report.questions).toHaveLength(1);
    expect(report.mean).toBe(10);
  });

  test('before any reply leaves no trace in the report, which numbers its questions through', async () => {
    const s = await stage({ plan: { module: 'llm', questions: 2 } });
    await s.say('换成目标检测的题目', 'change-topic');
    await s.say('换成代码题', 'change-topic');
    s.grader.next(judged({}), judged({}));
    await s.say('答', 'reply');
    const { report } = only(await s.say('结束', 'end'), 'report.made');
    expect(report.questions.map((one) => one.entryId)).toEqual([focalCode.id]);
    expect(report.text).toContain('1. 用 PyTorch');
  });

  test('a plan that fits nothing says so', async () => {
    const s = await stage({ plan: { module: 'llm', difficulty: { min: 5, max: 5 } } });
    expect(types(s.events())).toEqual(['session.created', 'coach.said']);
    expect(s.phase()).toBe('lobby');
  });
});

describe('a message that may be a reply or a question', () => {
  const text = '为什么起步时输出不变？因为 B 是零';

  test('is asked about, and graded when the candidate says it is the answer', async () => {
    const s = await stage({ plan: { entryId: lora.id } });
    const asked = await s.say(text, 'reply', 0.5, 'question');
    expect(only(asked, 'coach.said').about).toBe('confirm-intent');
    expect(s.phase()).toBe('confirm');
    s.grader.next(judged({ 'a-random-b-zero': 'covered' }));
    const turn = await s.say('是回答', 'chatter');
    const held = s.events().find((event) => event.type === 'message.received');
    expect(only(turn, 'reply.graded').replySeq).toBe(held!.seq);
    expect(s.grader.calls[0]!.reply).toBe(text);
    expect(s.phase()).toBe('follow-up');
  });

  test('is answered when the candidate says it is a question', async () => {
    const s = await stage({ lang: 'en', plan: { entryId: lora.id } });
    const ask = 'isn’t B zero so that nothing changes?';
    await s.say(ask, 'question', 0.51, 'reply');
    s.answerer.next(() => ({ kind: 'refused', text: 'no', nearest: [] }));
    const turn = await s.say('a question', 'reply');
    expect(only(turn, 'answer.given').question).toBe(ask);
    expect(s.grader.calls).toEqual([]);
  });

  test('gives way to a new message', async () => {
    const s = await stage({ plan: { entryId: lora.id } });
    await s.say(text, 'reply', 0.5, 'question');
    const turn = await s.say('给个提示', 'hint');
    expect(types(turn)).toEqual(['hint.given']);
    expect(s.phase()).toBe('question');
    expect(s.classifier.calls.at(-1)!.phase).toBe('question');
  });

  test('a button answers it without words', async () => {
    const s = await stage({ plan: { entryId: lora.id } });
    await s.say(text, 'reply', 0.5, 'question');
    s.grader.next(judged({}));
    await s.engine.handleMessage(s.sessionId, { clientId: 'b1', text: '', intent: 'reply' });
    expect(s.grader.calls[0]!.reply).toBe(text);
  });
});
