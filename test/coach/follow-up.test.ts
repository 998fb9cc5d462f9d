import { describe, expect, test } from 'vitest';
import { chooseFollowUp, followUpText, leaks } from '../../src/coach/follow-up.ts';
import { newProgress, recount, type Progress } from '../../src/coach/progress.ts';
import { seededRandom } from '../../src/coach/random.ts';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';
import type { Entry } from '../../src/corpus/entry.ts';
import { gradeOf, gqa, lora } from './fixtures.ts';

function after(
  entry: Entry,
  values: Parameters<typeof gradeOf>[2],
  reply = '嗯，就是这样',
  change: Partial<Progress> = {},
) {
  const grade = gradeOf(entry, reply, values);
  const base = {
    seq: 3,
    text: reply,
    scope: 'question',
    question: '',
    keyPointId: null,
    lang: 'zh',
    aided: false,
  } as const;
  return recount({
    ...newProgress(entry.id, 1, entry.question.zh),
    replies: [{ ...base, grade }],
    ...change,
  });
}

const chosen = (progress: Progress) => chooseFollowUp(progress)?.verdict.keyPointId ?? null;

describe('the point to follow up', () => {
  test('is the heaviest one missed, and a contradicted one before a missed one of its weight', () => {
    expect(chosen(after(lora, { swap: 'covered' }))).toBe('a-random-b-zero');
    expect(chosen(after(lora, { swap: 'covered', 'start-equals-pretrained': 'contradicted' }))).toBe(
      'start-equals-pretrained',
    );
  });

  test('is a half-covered one only when nothing is missed', () => {
    const values = {
      'a-random-b-zero': 'partial',
      'start-equals-pretrained': 'partial',
      swap: 'covered',
    } as const;
    expect(chosen(after(lora, values))).toBe('both-zero-stuck');
    expect(chosen(after(lora, { ...values, 'both-zero-stuck': 'covered' }))).toBe('a-random-b-zero');
  });

  test('is none when the total is high and nothing important is missing', () => {
    const values = {
      'a-random-b-zero': 'covered',
      'start-equals-pretrained': 'covered',
      'both-zero-stuck': 'covered',
    } as const;
    expect(chosen(after(lora, values))).toBeNull();
  });

  test('is none after two follow-ups, or one when nothing was reached', () => {
    expect(chosen(after(lora, { swap: 'covered' }, undefined, { followedUp: ['a', 'b'] }))).toBeNull();
    expect(chosen(after(lora, {}, undefined, { followedUp: ['a-random-b-zero'] }))).toBeNull();
  });

  test('is none once the question was left or its reference shown', () => {
    expect(chosen(after(lora, {}, undefined, { left: 'skip' }))).toBeNull();
    expect(chosen(after(lora, {}, undefined, { referenceShown: true }))).toBeNull();
  });
});

describe('the follow-up', () => {
  const text = (progress: Progress, id: string, entry = lora, lang: 'zh' | 'en' = 'zh') =>
    followUpText(entry, progress, id, lang, seededRandom(1, 'test'));

  test("quotes the candidate's own words and uses the entry's own follow-up", () => {
    const progress = after(
      lora,
      { 'start-equals-pretrained': { value: 'contradicted', quote: '输出会变' } },
      '我觉得输出会变',
    );
    expect(text(progress, 'start-equals-pretrained')).toBe(`你刚才说“输出会变”。${lora.followUps[0]!.zh}`);
  });

  test('asks back without one', () => {
    const progress = after(
      gqa,
      { 'shared-heads': { value: 'partial', quote: 'heads are shared' } },
      'heads are shared',
    );
    expect(text(progress, 'shared-heads', gqa, 'en')).toContain('“heads are shared”');
    // The question was asked a moment ago: only the part that is still open is worth repeating.
    expect(text(after(gqa, {}), 'shared-heads', gqa)).not.toContain(gqa.question.zh);
    const said = '几个查询头共用一组键值头';
    const covered = after(gqa, { 'shared-heads': { value: 'covered', quote: said } }, said);
    expect(text(covered, 'smaller-cache', gqa)).toContain(`“${said}”`);
    const again = { ...covered, followedUp: ['between'] };
    expect(text(again, 'smaller-cache', gqa)).not.toContain(said);
  });

  test('names the part of the question that is still open', () => {
    const question = {
      zh: 'GQA 是什么？缓存能缩小多少？',
      en: 'What is GQA? How is the proportion of the cache?',
    };
    const entry = { ...gqa, question };
    expect(text(after(entry, {}), 'smaller-cache', entry)).toContain('“缓存能缩小多少”');
    expect(text(after(entry, {}), 'smaller-cache', entry, 'en')).toContain(
      '“How is the proportion of the cache”',
    );
  });

  test("gives way to a probing question when the entry's own gives the point away", () => {
    const leaking = {
      ...lora,
      followUps: [
        { on: 'swap', zh: '对调角色同样可以训练吗？', en: 'does swapping the roles train as well?' },
      ],
    };
    const progress = after(leaking, {});
    expect(text(progress, 'swap', leaking)).not.toContain('对调角色');
  });

  test('cuts a long quotation at a character', () => {
    const reply = '😀'.repeat(200);
    const progress = after(gqa, { 'shared-heads': 'partial' }, reply);
    expect(text(progress, 'shared-heads', gqa)).toContain(`${'😀'.repeat(120)}…`);
  });
});

test('no follow-up on any entry of the corpus gives away a point that is still open', async () => {
  const { entries } = await loadCorpus('corpus');
  expect(entries.length).toBeGreaterThan(0);
  const leaking: string[] = [];
  for (const entry of entries) {
    for (const point of entry.keyPoints) {
      for (const value of ['missing', 'contradicted', 'partial'] as const) {
        const progress = after(entry, { [point.id]: value });
        const unmet = entry.keyPoints.map((one) => one.id);
        for (const lang of ['zh', 'en'] as const) {
          for (const seed of [1, 2]) {
            const asked = followUpText(entry, progress, point.id, lang, seededRandom(seed, 'test'));
            // What the question itself says is no secret.
            if (leaks(asked.replace(entry.question[lang], ''), entry, unmet))
              leaking.push(`${entry.id} ${point.id} ${asked}`);
          }
        }
      }
    }
  }
  expect(leaking).toEqual([]);
});
