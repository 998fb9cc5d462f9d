import { describe, expect, it } from 'vitest';
import { groupSources, numberCitations } from '../../web/src/ask/citations.ts';
import { judgeName } from '../../web/src/grade/judge-name.ts';
import { defaultChoice, groupModules, planOf } from '../../web/src/interview/start-request.ts';
import {
  entryInPlay,
  openDisputes,
  progressOf,
  splitInterviews,
  visibleItems,
} from '../../web/src/interview/timeline.ts';
import { plainExcerpt } from '../../web/src/material/plain-excerpt.ts';
import { entryHref, parseRoute } from '../../web/src/page/route.ts';
import { defaultLang } from '../../web/src/page/settings.ts';
import { en } from '../../web/src/text/en.ts';
import { zh } from '../../web/src/text/zh.ts';
import { asked, created, graded, planned, received, viewOf } from './fixtures.ts';

describe('addresses', () => {
  it('name an entry and a cited span, there and back', () => {
    const href = entryHref('llm/language/01', { lang: 'zh', start: 3, end: 9 });
    expect(href).toBe('#/material/llm/language/01?span=zh.3.9');
    expect(entryHref('a\ud800/b')).toBe('#/material/a%EF%BF%BD/b');
    expect(parseRoute(href)).toEqual({
      place: 'material',
      entryId: 'llm/language/01',
      span: { lang: 'zh', start: 3, end: 9 },
    });
  });

  it('fall back to the interview, and never throw', () => {
    expect(parseRoute('')).toEqual({ place: 'interview' });
    expect(parseRoute('#/nowhere')).toEqual({ place: 'interview' });
    expect(parseRoute('#/material/%E0%A4%A?span=xx.1.2')).toEqual({
      place: 'material',
      entryId: '%E0%A4%A',
      span: null,
    });
  });
});

describe('the language at first', () => {
  it('is Chinese for any Chinese browser, else English', () => {
    expect(['zh-CN', 'zh-Hant', 'en-GB', 'de'].map((tag) => defaultLang([tag]))).toEqual([
      'zh',
      'zh',
      'en',
      'en',
    ]);
    expect(defaultLang([])).toBe('en');
  });
});

describe('the start form', () => {
  it('asks for nothing that was left open', () => {
    expect(planOf(defaultChoice)).toEqual({ questions: 5 });
  });

  it('asks for what was chosen', () => {
    expect(
      planOf({
        mode: 'mock',
        topic: ' LoRA ',
        module: 'llm',
        section: 'language',
        kinds: ['code'],
        difficulty: 'advanced',
        questions: 3,
      }),
    ).toEqual({
      topic: 'LoRA',
      module: 'llm',
      section: 'language',
      kinds: ['code'],
      difficulty: { min: 3, max: 4 },
      questions: 3,
    });
  });

  it('drops a section without its module', () => {
    expect(planOf({ ...defaultChoice, section: 'language' })).toEqual({ questions: 5 });
  });

  it('gathers sections under their module', () => {
    expect(
      groupModules([
        { module: 'llm', section: 'a', entries: 2 },
        { module: 'code', section: 'code', entries: 1 },
        { module: 'llm', section: 'b', entries: 3 },
      ]).map(({ module, entries, sections }) => [module, entries, sections.length]),
    ).toEqual([
      ['llm', 5, 2],
      ['code', 1, 1],
    ]);
  });
});

describe('the conversation', () => {
  const view = viewOf([created, planned, asked, received, graded()]);

  it('shows a graded reply once: in its grade', () => {
    expect(visibleItems(view.items).map(({ kind }) => kind)).toEqual(['planned', 'question', 'grade']);
  });

  it('folds away what came before the latest interview', () => {
    const { earlier, current } = splitInterviews(viewOf([planned, asked], view).items);
    expect(earlier).toHaveLength(4);
    expect(current.map(({ kind }) => kind)).toEqual(['planned', 'question']);
  });

  it('counts questions, and lets a follow-up leave the question’s total alone', () => {
    const followed = viewOf(
      [
        { ...asked, kind: 'follow-up' } as typeof asked,
        { ...received, clientId: 'm2' } as typeof received,
        { ...graded({ total: 0 }, 7), scope: 'follow-up' } as ReturnType<typeof graded>,
      ],
      view,
    );
    expect(progressOf(followed.items)).toMatchObject({
      total: 2,
      questions: [{ state: 'graded', total: 3 }],
    });
  });

  it('calls a question that was open at the end unfinished, as the report does', () => {
    const skipped = { type: 'question.skipped', entryId: 'a/b/01', reason: 'end' } as const;
    const open = viewOf([created, planned, asked]);
    expect(progressOf(viewOf([skipped], open).items).questions[0]?.state).toBe('unfinished');
    expect(progressOf(viewOf([{ ...skipped, reason: 'skip' }], open).items).questions[0]?.state).toBe(
      'skipped',
    );
  });

  it('keeps the answer in play while a follow-up asks for it, unless the reference was asked for', () => {
    expect(entryInPlay(view.items, view.open)).toBeNull();
    const firstLook = graded({ state: 'provisional', awaits: 'model' });
    const waiting = viewOf([created, planned, asked, received, firstLook]);
    expect(entryInPlay(waiting.items, waiting.open)).toBe('a/b/01');
    const followed = viewOf([{ ...asked, kind: 'follow-up' } as typeof asked], view);
    expect(entryInPlay(followed.items, followed.open)).toBe('a/b/01');
    const told = viewOf(
      [{ type: 'reference.shown', entryId: 'a/b/01', text: 'LoRA.', lang: 'en' }],
      followed,
    );
    expect(entryInPlay(told.items, told.open)).toBeNull();
  });

  it('knows which disputes wait for an answer', () => {
    const pending = [{ intent: 'dispute', keyPointId: 'frozen' }];
    expect([...openDisputes(view.items, pending)]).toEqual(['frozen']);
    const sent = viewOf(
      [
        {
          type: 'message.received',
          clientId: 'm2',
          text: 'no',
          intent: 'dispute',
          confidence: 1,
          keyPointId: 'no-latency',
        },
      ],
      view,
    );
    expect([...openDisputes(sent.items, [])]).toEqual(['no-latency']);
  });
});

describe('citations', () => {
  const cite = (entryId: string, start: number) => ({
    entryId,
    question: `Q ${entryId}`,
    referenceSpan: { start, end: start + 4, text: 'text', lang: 'en' as const },
  });
  const sentences = [
    { text: 'One.', citations: [cite('a', 0)] },
    { text: 'Two.', citations: [cite('b', 5), cite('a', 0)] },
    { text: 'Three.', citations: [cite('a', 9)] },
  ];

  it('are numbered in the order of their first use, the same place once', () => {
    expect([...numberCitations(sentences).values()]).toEqual([1, 2, 3]);
  });

  it('are listed by entry', () => {
    expect(groupSources(sentences).map(({ entryId, citations }) => [entryId, citations.length])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });
});

describe('an excerpt', () => {
  it('is plain words in one line', () => {
    expect(plainExcerpt('**LoRA**: $W_0$ and `r`\n\n| a | b |\n|---|---|\n- point')).toBe(
      'LoRA : W_0 and r a b point',
    );
  });
});

describe('the name of a judge', () => {
  it('is what people call it: the bundled one by what it is, a chat model by its own', () => {
    expect(judgeName('statements/e5-small-q4-40k', zh)).toBe('内置评判模型');
    expect(judgeName('statements/e5-small-q4-40k', en)).toBe('the built-in judge');
    expect(judgeName('qwen2.5-7b', en)).toBe('qwen2.5-7b');
  });
});
