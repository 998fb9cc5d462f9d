import { describe, expect, it } from 'vitest';
import type { Grade, NewEvent, SessionEvent } from '../../src/protocol.ts';
import { exportJson, exportMarkdown } from '../../src/sessions/export-session.ts';
import { buildRecord, emptyRecord } from '../../src/sessions/read-models.ts';
import { openSqliteEventLog } from '../../src/sessions/sqlite-event-log.ts';
import { created, received, said } from './events.ts';

function grade(total: number | null, value: 'covered' | 'missing' = 'covered'): Grade {
  return {
    state: total === null ? 'ungraded' : 'graded',
    total,
    verdicts:
      total === null
        ? []
        : [
            {
              keyPointId: 'b-zero',
              claim: 'B starts | at *zero*',
              weight: 3,
              value,
              confidence: 0.9,
              replySpan: value === 'missing' ? null : { start: 0, end: 6, text: 'B\nzero' },
              referenceSpan: { start: 0, end: 3, text: 'B=0', lang: 'en' },
            },
          ],
    misconceptions: [],
    judge: 'stub',
  };
}

function asks(number: number, kind: 'main' | 'follow-up' = 'main', entryId = `m/0${number}`): NewEvent {
  return { type: 'question.asked', entryId, kind, number, total: 2, text: `Question ${number} (${kind})?` };
}

function grades(entryId: string, replySeq: number, result: Grade, feedback = ''): NewEvent {
  return {
    type: 'reply.graded',
    entryId,
    replySeq,
    scope: 'question',
    aided: false,
    grade: result,
    feedback,
    lang: 'en',
  };
}

function stored(events: readonly NewEvent[]): SessionEvent[] {
  return events.map((event, index) => ({ ...event, seq: index + 1, at: 1_700_000_000_000 + index }));
}

const interview: NewEvent[] = [
  created, // 1
  { type: 'interview.planned', entryIds: ['m/01', 'm/02'], request: {} },
  asks(1), // 3
  { type: 'hint.given', entryId: 'm/01', level: 1, text: 'Think of step zero.' },
  received('m1', '# B is *zero*\n<script>alert(1)</script>'), // 5
  grades('m/01', 5, grade(null)),
  said('Saved.'),
  asks(1, 'follow-up'), // 8
  received('m2', 'because of the gradient'), // 9
  grades('m/01', 9, grade(8), 'Good point.'),
  grades('m/01', 5, grade(5)), // 11: the first reply, judged later
  {
    type: 'dispute.resolved',
    entryId: 'm/01',
    keyPointId: 'b-zero',
    outcome: 'changed',
    before: 'covered',
    after: 'covered',
    text: 'You are right.',
    grade: grade(9),
  },
  {
    type: 'answer.given',
    question: 'What is RoPE?',
    lang: 'en',
    answer: { kind: 'refused', text: 'Not covered.', nearest: [] },
  },
  asks(2), // 14
  { type: 'question.skipped', entryId: 'm/02', reason: 'skip' },
  { type: 'interview.ended', reason: 'finished' },
  {
    type: 'report.made',
    report: {
      lang: 'en',
      mean: 9,
      questions: [],
      byModule: [],
      weakest: [],
      readNext: [],
      text: 'Well done.',
    },
  },
];

describe('the record of a session', () => {
  const record = buildRecord(stored(interview));

  it('has a turn for every question, with reply, grade and feedback', () => {
    expect(
      record.turns.map(({ question, reply, grade: given, feedback, skipped }) => [
        question.number,
        question.kind,
        reply?.seq ?? null,
        given?.total ?? null,
        feedback,
        skipped,
      ]),
    ).toEqual([
      [1, 'main', 5, 5, '', null],
      [1, 'follow-up', 9, 9, 'Good point.', null],
      [2, 'main', null, null, '', 'skip'],
    ]);
    expect(record.turns[0]!.hints).toEqual(['Think of step zero.']);
    expect(record.turns[1]!.disputes).toHaveLength(1);
  });

  it('keeps free questions, the report, and when it happened', () => {
    expect(record.consultations.map(({ question }) => question)).toEqual(['What is RoPE?']);
    expect(record).toMatchObject({
      ended: true,
      lastSeq: 17,
      createdAt: 1_700_000_000_000,
      report: { mean: 9 },
    });
  });

  it('is the same however much of the session was there before', () => {
    const events = stored(interview);
    for (let length = 0; length <= events.length; length += 1) {
      const part = buildRecord(events.slice(0, length));
      expect(part.lastSeq).toBe(length);
      expect(part.turns.length).toBeLessThanOrEqual(record.turns.length);
    }
    expect(buildRecord([])).toEqual(emptyRecord);
  });

  it('is the same from the log as from memory', async () => {
    const log = openSqliteEventLog({ file: ':memory:', now: () => 1 });
    const fresh = [...(await log.create('s', 'hash', interview.slice(0, 4)))];
    for (const event of interview.slice(4)) fresh.push(...(await log.append('s', fresh.length, [event])));
    expect(buildRecord(await log.read('s'))).toEqual(buildRecord(fresh));
    await log.close();
  });

  it('makes a turn of a second reply to the same question', () => {
    const twice = buildRecord(
      stored([
        created,
        asks(1),
        received('a'),
        grades('m/01', 3, grade(2)),
        received('b'),
        grades('m/01', 5, grade(4)),
      ]),
    );
    expect(twice.turns.map((turn) => [turn.reply?.seq, turn.grade?.total])).toEqual([
      [3, 2],
      [5, 4],
    ]);
  });

  it('is not confused by a grade without its question', () => {
    expect(buildRecord(stored([created, received('a'), grades('m/09', 2, grade(2))])).turns).toEqual([]);
  });
});

describe('the export', () => {
  const record = buildRecord(stored(interview));

  it('as JSON names its format and holds the record', () => {
    const json: unknown = JSON.parse(JSON.stringify(exportJson('s1', record)));
    expect(json).toMatchObject({ format: 'viva-session', version: 1, sessionId: 's1', turns: record.turns });
  });

  it('as Markdown reads from top to bottom, and what the candidate typed formats nothing', () => {
    const markdown = exportMarkdown(record);
    expect(markdown).toContain('# Mock interview\n\nStarted 2023-11-14T22:13:20.000Z\n\n## Question 1\n');
    expect(markdown).toContain('> \\# B is \\*zero\\*\n> \\<script\\>alert(1)\\</script\\>');
    expect(markdown).toContain('**Total: 5 / 10**');
    expect(markdown).toContain('| B starts \\| at \\*zero\\* | covered | B zero |');
    expect(markdown).toContain('## Question 1 · follow-up');
    expect(markdown).toContain('*Skipped*');
    expect(markdown).toContain('## Free questions\n\n> What is RoPE?\n\nNot covered.');
    expect(markdown.trimEnd().endsWith('## Report\n\nWell done.')).toBe(true);
  });

  it('as Markdown links to nothing that a model may have written', () => {
    const evil = 'https://evil.example/x';
    const texts = [
      `[it](${evil} "t")`,
      `![it](<${evil}>)`,
      `<${evil}>`,
      `see ${evil}.`,
      'www.evil.example/x',
      `[1]: ${evil}`,
    ];
    const { report } = record;
    if (!report) throw new Error('the interview has a report');
    const markdown = exportMarkdown({ ...record, report: { ...report, text: texts.join('\n') } });
    expect(markdown).toContain('it `https://evil.example/x`');
    // What stands in back-ticks is linked by no viewer.
    expect(markdown.replace(/`[^`\n]*`/gu, '')).not.toMatch(/evil|www\./u);
    expect(markdown.match(/evil\.example/gu)).toHaveLength(texts.length);
  });

  it('as Markdown speaks the language of the session', () => {
    const chinese = buildRecord(stored([{ ...created, lang: 'zh' } as NewEvent, asks(1)]));
    expect(exportMarkdown(chinese)).toContain('# 模拟面试记录');
    expect(exportMarkdown(chinese)).toContain('*未回答*');
  });
});
