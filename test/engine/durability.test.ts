import { describe, expect, test } from 'vitest';
import { fold, initialState, pendingMessage } from '../../src/coach/state.ts';
import { VivaError } from '../../src/errors.ts';
import type { GradeRequest } from '../../src/grading/grader.ts';
import type { Grade, SessionEvent } from '../../src/protocol.ts';
import { gradeOf, lora, material } from '../coach/fixtures.ts';
import { only, stage, types } from './fakes.ts';

const everything = (request: GradeRequest): Grade =>
  gradeOf(
    request.entry,
    request.reply,
    Object.fromEntries(request.entry.keyPoints.map((one) => [one.id, 'covered'])),
  );
const away = () => Promise.reject(new VivaError('llm-failed', 'connection refused'));
const plan = { module: 'llm', questions: 2 };

describe('a crash between a message and its answer', () => {
  test('is made good on recovery, once', async () => {
    const s = await stage({ plan });
    s.log.beforeAppend = (events) => {
      if (events.some((event) => event.type === 'reply.graded'))
        throw new VivaError('storage-failed', 'disk full');
    };
    s.grader.next(everything, everything);
    await expect(s.say('答', 'reply')).rejects.toMatchObject({ code: 'storage-failed' });
    expect(pendingMessage(fold(s.events()))?.text).toBe('答');
    s.log.beforeAppend = null;
    const heard: SessionEvent[] = [];
    const engine = s.another();
    expect(await engine.recover(s.sessionId, { onEvent: (event) => heard.push(event) })).toBe('question');
    expect(types(heard)).toEqual(['reply.graded', 'question.asked']);
    await engine.recover(s.sessionId, { onEvent: (event) => heard.push(event) });
    expect(heard).toHaveLength(2);
    expect(s.grader.calls.map((call) => call.reply)).toEqual(['答', '答']);
  });

  test('is made good before the next message too', async () => {
    const s = await stage({ plan });
    s.grader.next(() => Promise.reject(new VivaError('aborted', 'gone')));
    await expect(s.say('答', 'reply')).rejects.toMatchObject({ code: 'aborted' });
    s.grader.next(everything);
    expect(types(await s.say('提示', 'hint'))).toEqual(['reply.graded', 'question.asked', 'hint.given']);
  });
});

describe('the same message id', () => {
  test('sent twice is stored and graded once, and acknowledged both times', async () => {
    const s = await stage({ plan });
    s.grader.next(everything);
    const acks: [number, boolean][] = [];
    const send = async () =>
      s.engine.handleMessage(
        s.sessionId,
        { clientId: 'same', text: '答', intent: 'reply' },
        { onAck: (seq, replayed) => acks.push([seq, replayed]) },
      );
    await Promise.all([send(), send()]);
    expect(acks).toEqual([
      [4, false],
      [4, true],
    ]);
    expect(s.grader.calls).toHaveLength(1);
  });

  test('sent again after a crash finishes the turn', async () => {
    const s = await stage({ plan });
    s.grader.next(() => Promise.reject(new VivaError('aborted', 'gone')), everything);
    const message = { clientId: 'same', text: '答', intent: 'reply' } as const;
    await expect(s.engine.handleMessage(s.sessionId, message)).rejects.toMatchObject({ code: 'aborted' });
    await s.engine.handleMessage(s.sessionId, message);
    expect(only(s.events(), 'reply.graded').grade.total).toBe(10);
  });

  test('of an interview.start plans once', async () => {
    const s = await stage({});
    await s.engine.startInterview(s.sessionId, { id: 'go', plan });
    await s.engine.startInterview(s.sessionId, { id: 'go', plan });
    expect(s.events().filter((event) => event.type === 'interview.planned')).toHaveLength(1);
  });
});

describe('one session', () => {
  test('takes one turn at a time, in order, each acknowledged before its answer', async () => {
    const s = await stage({ plan });
    const order: string[] = [];
    s.grader.next(async (request) => {
      await new Promise((done) => setTimeout(done, 10));
      return everything(request);
    });
    const send = async (id: string, intent: 'reply' | 'hint') =>
      s.engine.handleMessage(
        s.sessionId,
        { clientId: id, text: '答', intent },
        { onAck: () => order.push(`ack ${id}`), onEvent: (event) => order.push(event.type) },
      );
    await Promise.all([send('a', 'reply'), send('b', 'hint')]);
    expect(order).toEqual([
      'ack a',
      'message.received',
      'reply.graded',
      'question.asked',
      'ack b',
      'message.received',
      'hint.given',
    ]);
  });

  test('written to by two servers at once loses nothing and answers once', async () => {
    const s = await stage({ plan });
    s.grader.next(everything, everything);
    const other = s.another();
    const [one, two] = await Promise.all([
      s.engine.handleMessage(s.sessionId, { clientId: 'a', text: '答一', intent: 'reply' }),
      other.handleMessage(s.sessionId, { clientId: 'b', text: '提示', intent: 'hint' }),
    ]);
    expect([one, two]).toContain('question');
    const received = s.events().filter((event) => event.type === 'message.received');
    expect(received).toHaveLength(2);
    expect(s.events().filter((event) => event.type === 'reply.graded')).toHaveLength(1);
    expect(s.events().map((event) => event.seq)).toEqual(s.events().map((_, index) => index + 1));
  });
});

describe('a judge that is away', () => {
  test('leaves the reply ungraded with the reason, and goes on', async () => {
    const s = await stage({ plan });
    s.grader.next(away);
    const turn = await s.say('答', 'reply');
    expect(types(turn)).toEqual(['reply.graded', 'coach.said', 'question.asked']);
    expect(only(turn, 'reply.graded').grade).toMatchObject({ state: 'ungraded', total: null, verdicts: [] });
    expect(only(turn, 'coach.said')).toMatchObject({ about: 'ungraded' });
    expect(s.grader.calls).toHaveLength(1);
  });

  test('grades it with the next message once it is back', async () => {
    const s = await stage({ plan });
    s.grader.next(away, everything);
    await s.say('答', 'reply');
    const turn = await s.say('提示', 'hint');
    await s.engine.idle(s.sessionId);
    expect(types(s.events().slice(-2))).toEqual(['hint.given', 'reply.graded']);
    expect(types(turn)).toEqual(['hint.given']);
    const regraded = only(s.events().slice(-1), 'reply.graded');
    expect(regraded.grade.total).toBe(10);
    expect(regraded.feedback).toContain('第 1 题的回答已补评');
    expect(fold(s.events()).questions[0]!.points.size).toBe(4);
  });

  test('grades it on recovery after the end, and renews the report', async () => {
    const s = await stage({ plan: { entryId: lora.id } });
    s.grader.next(away);
    const turn = await s.say('答', 'reply');
    expect(only(turn, 'report.made').report.questions[0]!.outcome).toBe('ungraded');
    s.grader.next(everything);
    const heard: SessionEvent[] = [];
    await s.engine.recover(s.sessionId, { onEvent: (event) => heard.push(event) });
    await s.engine.idle(s.sessionId);
    expect(types(heard)).toEqual(['reply.graded', 'report.made']);
    expect(only(heard, 'report.made').report.mean).toBe(10);
  });

  test('is not asked for ever', async () => {
    const s = await stage({ plan: { entryId: lora.id } });
    s.grader.next(away, away, away, away);
    await s.say('答', 'reply');
    for (let round = 0; round < 6; round++) {
      await s.engine.recover(s.sessionId);
      await s.engine.idle(s.sessionId);
    }
    expect(s.grader.calls).toHaveLength(4);
  });

  test('gives way to a new message and is asked again later', async () => {
    const s = await stage({ plan });
    s.grader.next(
      away,
      async (request) =>
        new Promise((_, reject) => {
          request.signal!.addEventListener('abort', () => reject(new VivaError('aborted', 'stopped')));
        }),
      everything,
    );
    await s.say('答', 'reply');
    await s.say('提示', 'hint');
    expect(types(await s.say('再来一个提示', 'hint'))).toEqual(['hint.given']);
    await s.engine.idle(s.sessionId);
    expect(fold(s.events()).questions[0]!.replies[0]!.grade.total).toBe(10);
  });

  test('whose stand-in judged meanwhile judges again, and its verdicts replace the provisional ones', async () => {
    const s = await stage({ plan });
    s.grader.next(
      (request) => ({ ...everything(request), state: 'provisional' }),
      (request) => gradeOf(request.entry, request.reply, {}),
    );
    await s.say('答', 'reply');
    await s.say('提示', 'hint');
    await s.engine.idle(s.sessionId);
    const [first] = fold(s.events()).questions;
    expect([...first!.points.values()].map((point) => point.value)).toEqual(Array(4).fill('missing'));
  });

  test('that breaks in an unforeseen way never costs the reply', async () => {
    const s = await stage({ plan });
    s.grader.next(() => {
      throw new TypeError('undefined is not a function');
    });
    expect(only(await s.say('答', 'reply'), 'reply.graded').grade.state).toBe('ungraded');
    expect(s.failures).toHaveLength(1);
  });
});

describe('stopping', () => {
  test('by the candidate answers the message with a word and keeps the question open', async () => {
    const s = await stage({ plan });
    s.answerer.next(
      async (request) =>
        new Promise((_, reject) => {
          request.signal!.addEventListener('abort', () => reject(new VivaError('aborted', 'stopped')));
          setTimeout(() => s.engine.cancel(s.sessionId), 5);
        }),
    );
    const turn = await s.say('NMS 是什么？', 'question');
    expect(types(turn)).toEqual(['coach.said']);
    expect(s.phase()).toBe('question');
    expect(s.engine.cancel(s.sessionId)).toBe(false);
    expect(s.engine.cancel('nobody')).toBe(false);
  });

  test('by a closed connection keeps the message pending', async () => {
    const s = await stage({ plan });
    const controller = new AbortController();
    s.grader.next(async (request) => {
      controller.abort();
      request.signal!.throwIfAborted();
      return everything(request);
    });
    await expect(
      s.engine.handleMessage(
        s.sessionId,
        { clientId: 'x', text: '答', intent: 'reply' },
        { signal: controller.signal },
      ),
    ).rejects.toMatchObject({ code: 'aborted' });
    s.grader.next(everything);
    await s.engine.recover(s.sessionId);
    expect(only(s.events(), 'reply.graded').grade.total).toBe(10);
  });
});

describe('text at the edge', () => {
  const send = async (text: string) => {
    const s = await stage({ plan });
    await s.engine.handleMessage(s.sessionId, { clientId: 'x', text, intent: 'chatter' });
  };
  test.each([
    ['half a surrogate pair', 'abc\ud83d'],
    ['a lone low surrogate', '\ude00abc'],
    ['a NUL', 'a\u0000b'],
    ['more than a message may hold', 'x'.repeat(20_001)],
  ])('with %s is refused before it is stored', async (_, text) => {
    await expect(send(text)).rejects.toMatchObject({ code: 'frame-invalid' });
  });
  test.each(['😀 你好', '𠮷野家', 'x'.repeat(20_000), '\u202e反着', '‍‍'])(
    '%j is taken as it is',
    async (text) => {
      await expect(send(text)).resolves.toBeUndefined();
    },
  );
});

describe('material that changes under a running interview', () => {
  test('a question whose entry is gone is left, and the next is asked', async () => {
    let current = material;
    const s = await stage({ plan, entries: () => current });
    const open = only(s.events(), 'question.asked').entryId;
    current = new Map([...material].filter(([id]) => id !== open));
    const turn = await s.say('答', 'reply');
    expect(types(turn)).toEqual(['coach.said', 'question.skipped', 'question.asked']);
  });
});

test('the state is a fold: any cut of the events gives the same state', async () => {
  const s = await stage({ plan });
  s.grader.next(everything);
  await s.say('答', 'reply');
  await s.say('提示', 'hint');
  await s.say('结束', 'end');
  const whole = fold(s.events());
  for (let cut = 0; cut <= s.events().length; cut++) {
    expect(fold(s.events().slice(cut), fold(s.events().slice(0, cut), initialState))).toEqual(whole);
  }
});
