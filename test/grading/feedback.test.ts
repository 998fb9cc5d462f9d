import { describe, expect, test } from 'vitest';
import { composeFeedback } from '../../src/grading/feedback.ts';
import type { Grade, Lang } from '../../src/protocol.ts';
import { entryOf, gradeOf, lora } from '../coach/fixtures.ts';

const words = {
  zh: {
    reply: 'A 随机，B 为零；起步时和预训练模型一样；两个都是零',
    right: '讲对的',
    wrong: '讲错的',
    half: '只讲到一半的',
    missing: '没讲到的',
    next: '下一步',
    nothing: '还没有答到要点',
    everything: '要点都讲到了，没有说错',
    provisional: '这是本地评分',
    notRight: '不对。',
  },
  en: {
    reply: 'A is random, B is zero; it starts as the pretrained model; both are zero',
    right: 'What you got right',
    wrong: 'What is wrong',
    half: 'Halfway there',
    missing: 'What was missing',
    next: 'Next',
    nothing: 'None of the key points',
    everything: 'You made every point, and nothing',
    provisional: 'local for now',
    notRight: 'is not right.',
  },
} as const;

const [first, second, third, fourth] = lora.keyPoints.map((point) => point.id) as [
  string,
  string,
  string,
  string,
];
type Values = Parameters<typeof gradeOf>[2];

function feedback(
  lang: Lang,
  values: Values,
  change: Partial<Grade> = {},
  reply: string = words[lang].reply,
) {
  const grade = { ...gradeOf(lora, reply, values, { lang }), ...change };
  return composeFeedback({ entry: lora, grade, lang });
}

/** The lines of a block; empty when the feedback has no such block. */
function block(text: string, title: string): string[] {
  const parts = text.split('\n\n');
  const at = parts.indexOf(`**${title}**`);
  return at < 0 ? [] : (parts[at + 1] ?? '').split('\n');
}

function misconception(lang: Lang, quote: string, cost: number): Grade['misconceptions'][number] {
  const start = words[lang].reply.indexOf(quote);
  return {
    misconceptionId: 'm',
    belief: 'belief',
    correction: lang === 'zh' ? '更正的话。' : 'The correction.',
    replySpan: { start, end: start + quote.length, text: quote },
    cost,
    confidence: 0.95,
  };
}

describe.each(['zh', 'en'] as const)('feedback in %s', (lang) => {
  const w = words[lang];
  const said = w.reply.split(/[；;]\s*/u) as [string, string, string];
  const everyBlock = [w.right, w.wrong, w.half, w.missing];
  /** A key point as a sentence. */
  const claim = (index: number) => {
    const text = lora.keyPoints[index]![lang];
    return lang === 'zh' ? `${text}。` : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  };

  test('quotes what covers a point, and each quotation once', () => {
    const text = feedback(lang, {
      [first]: { value: 'covered', quote: said[0] },
      [second]: { value: 'covered', quote: said[0] },
    });
    const [one, other, ...more] = block(text, w.right);
    expect(more).toEqual([]);
    expect(one).toBe(`- ${claim(0)}${lang === 'zh' ? '' : ' '}“${said[0]}”`);
    expect(other).toBe(`- ${claim(1)}`);
    expect(block(text, w.wrong)).toEqual([]);
    expect(block(text, w.missing)).toHaveLength(2);
  });

  test('completes a half-covered point with the reference', () => {
    const text = feedback(lang, { [first]: { value: 'partial', quote: said[0] } });
    const [line, ...more] = block(text, w.half);
    expect(more).toEqual([]);
    expect(line).toContain(`“${said[0]}”`);
    expect(line).toContain(lora.keyPoints[0]!.reference[lang].text);
    expect(text).not.toContain(w.nothing);
  });

  test('says of a contradiction what is true, and makes it the next step', () => {
    const text = feedback(lang, {
      [first]: { value: 'contradicted', quote: said[0] },
      [second]: { value: 'covered', quote: said[1] },
    });
    expect(block(text, w.wrong)).toHaveLength(1);
    expect(block(text, w.wrong)[0]).toContain(`“${said[0]}”`);
    expect(block(text, w.wrong)[0]).toContain(w.notRight);
    expect(block(text, w.wrong)[0]).toContain(claim(0));
    expect(block(text, w.next)[0]).toContain(lang === 'zh' ? '说错的这一点' : 'the mistake above');
  });

  test('gives the next step without saying a point a second time, and a question to try', () => {
    const text = feedback(lang, { [first]: { value: 'covered', quote: said[0] } });
    const [step] = block(text, w.next);
    expect(step).toContain(lora.followUps[0]![lang]);
    for (const index of [0, 1, 2, 3])
      expect(text.split(lora.keyPoints[index]![lang].slice(1))).toHaveLength(2);
  });

  test('says first how much of the core is there', () => {
    const opening = (values: Values) => feedback(lang, values).split('\n\n')[0];
    const all = { [first]: 'covered', [second]: 'covered', [third]: 'covered', [fourth]: 'covered' } as const;
    const openings = [
      opening(all),
      opening({ ...all, [fourth]: 'missing' }),
      opening({ [first]: 'covered', [second]: 'covered' }),
      opening({ [first]: 'covered' }),
      opening({ [third]: 'covered' }),
      opening({}),
    ];
    expect(new Set(openings).size).toBe(6);
    expect(openings[2]).toContain(lang === 'zh' ? '2 点' : 'two points');
    expect(opening({ [first]: 'covered', [second]: 'contradicted' })).toContain(
      lang === 'zh' ? '说错' : 'wrong',
    );
  });

  test('takes turns with its wordings, so that no two lines in a row begin alike', () => {
    const text = feedback(lang, {
      [first]: { value: 'contradicted', quote: said[0] },
      [second]: { value: 'contradicted', quote: said[1] },
      [third]: { value: 'contradicted', quote: said[2] },
    });
    const wordings = block(text, w.wrong).map((line, index) =>
      line.replace(`“${said[index]}”`, '').replace(claim(index), ''),
    );
    expect(new Set(wordings).size).toBe(3);
  });

  test('corrects a misconception that cost points, and keeps quiet about one that did not', () => {
    const costly = feedback(
      lang,
      { [first]: { value: 'covered', quote: said[0] } },
      { misconceptions: [misconception(lang, said[2], 1)] },
    );
    expect(block(costly, w.wrong)).toHaveLength(1);
    expect(costly).toContain(lang === 'zh' ? '更正的话' : 'The correction');
    const free = feedback(
      lang,
      { [first]: { value: 'contradicted', quote: said[2] } },
      { misconceptions: [misconception(lang, said[2], 0)] },
    );
    expect(block(free, w.wrong)).toHaveLength(1);
    expect(free).not.toContain(lang === 'zh' ? '更正的话' : 'The correction');
  });

  test('never quotes the same words as right and as wrong', () => {
    const text = feedback(lang, {
      [first]: { value: 'covered', quote: said[0] },
      [second]: { value: 'contradicted', quote: said[0] },
    });
    expect(block(text, w.right)).toEqual([`- ${claim(0)}`]);
    expect(text.split(`“${said[0]}”`)).toHaveLength(2);
  });

  test('with a misconception and nothing heavier open, the next step is to put it right', () => {
    const values = Object.fromEntries([first, second, third, fourth].map((id) => [id, 'covered'] as const));
    const text = feedback(lang, values, { misconceptions: [misconception(lang, said[2], 1)] });
    expect(text).not.toContain(w.everything);
    expect(block(text, w.wrong)[0]).toContain(lang === 'zh' ? '更正的话' : 'The correction');
    expect(block(text, w.next)[0]).toContain(lang === 'zh' ? '说错的这一点' : 'the mistake above');
  });

  test('praises nothing when nothing is met', () => {
    for (const values of [{}, { [first]: { value: 'contradicted' as const, quote: said[0] } }]) {
      const text = feedback(lang, values);
      expect(text.startsWith(w.nothing)).toBe(true);
      expect(text).not.toContain(w.right);
      expect(text).not.toContain(w.everything);
      expect(text).not.toMatch(/很好|不错|真棒|\b(?:good|great|nice|well done)\b/i);
    }
  });

  test('says so when everything is met, and asks a deeper question that was not asked yet', () => {
    const values = Object.fromEntries([first, second, third, fourth].map((id) => [id, 'covered'] as const));
    const text = feedback(lang, values);
    expect(text.startsWith(w.everything)).toBe(true);
    for (const title of [w.wrong, w.half, w.missing]) expect(text).not.toContain(title);
    const deeper = lora.followUps[0]![lang];
    expect(block(text, w.next)[0]).toContain(deeper);
    const grade = gradeOf(lora, w.reply, values, { lang });
    const asked = composeFeedback({ entry: lora, grade, lang, followedUp: [lora.followUps[0]!.on] });
    expect(asked).not.toContain(deeper);
  });

  test('gives one next step, whatever the verdicts', () => {
    const values = ['covered', 'partial', 'missing', 'contradicted'] as const;
    for (const one of values) {
      for (const other of values) {
        const text = feedback(lang, { [first]: one, [third]: other });
        expect(text.split(`**${w.next}**`)).toHaveLength(2);
        expect(block(text, w.next)).toHaveLength(1);
      }
    }
  });

  test('spells out the heaviest missing points and counts the rest', () => {
    const long = entryOf({
      id: 'llm/language/90',
      question: { zh: '问题', en: 'question' },
      points: Array.from({ length: 9 }, (_, index) => ({
        id: `p${index}`,
        weight: index === 8 ? 3 : 1,
        zh: `要点${index}`,
        en: `point ${index}`,
      })),
    });
    const text = composeFeedback({ entry: long, grade: gradeOf(long, w.reply, {}, { lang }), lang });
    const lines = block(text, w.missing);
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/(?:要点|point )8/i);
    expect(lines[4]).toContain(lang === 'zh' ? '5' : 'Five');
  });

  test('stands by no verdict that the judge is not sure of', () => {
    const doubtful = (value: 'covered' | 'partial' | 'contradicted' | 'missing') => {
      const grade = gradeOf(
        lora,
        w.reply,
        { [first]: { value, quote: said[0] }, [second]: { value: 'covered', quote: said[1] } },
        { lang },
      );
      const verdicts = grade.verdicts.map((verdict) =>
        verdict.keyPointId === first ? { ...verdict, confidence: 0.39 } : verdict,
      );
      return composeFeedback({ entry: lora, grade: { ...grade, verdicts }, lang });
    };
    const unsure = lang === 'zh' ? '拿不准的，请自己对照' : 'Not sure, so compare for yourself';
    for (const value of ['covered', 'partial', 'contradicted'] as const) {
      const text = doubtful(value);
      expect(block(text, unsure)).toHaveLength(1);
      expect(block(text, unsure)[0]).toContain(`“${said[0]}”`);
      expect(block(text, unsure)[0]).toContain(claim(0));
      expect(text.split(claim(0))).toHaveLength(2);
      for (const title of [w.wrong, w.half]) expect(block(text, title)).toEqual([]);
    }
    expect(block(doubtful('missing'), w.missing).at(-1)).toMatch(/没认出来|did not recognise/);
  });

  test('asks to compare when nothing else is open', () => {
    const values = Object.fromEntries([first, second, third, fourth].map((id) => [id, 'covered'] as const));
    const grade = gradeOf(lora, w.reply, values, { lang });
    const verdicts = grade.verdicts.map((verdict) => ({ ...verdict, confidence: 0.3 }));
    const text = composeFeedback({ entry: lora, grade: { ...grade, verdicts }, lang });
    expect(text).toContain(lang === 'zh' ? '觉得判错了' : 'appeal');
  });

  test('says of a provisional grade that it is one', () => {
    expect(feedback(lang, { [first]: 'covered' }, { state: 'provisional' })).toContain(w.provisional);
    expect(feedback(lang, { [first]: 'covered' })).not.toContain(w.provisional);
  });

  test('of an ungraded reply says nothing but why', () => {
    const text = feedback(lang, { [first]: 'covered' }, { state: 'ungraded', total: null, reason: 'R-42' });
    expect(text).toContain('R-42');
    for (const title of [...everyBlock, w.next]) expect(text).not.toContain(title);
    expect(text).not.toMatch(/\d\s*\/\s*10/);
  });

  test('shows quotations as typed: on one line, Markdown and HTML escaped, cut at a word', () => {
    const nasty = '# a *b*\n[c](http://d) <img src=x onerror=y> `e` | $f$ ~~g~~ & \\h';
    const text = feedback(lang, { [first]: { value: 'contradicted', quote: nasty } }, {}, nasty);
    const [line, ...more] = block(text, w.wrong);
    expect(more).toEqual([]);
    expect(line).toContain(
      '- “\\# a \\*b\\* \\[c\\](http://d) \\<img src=x onerror=y\\> \\`e\\` \\| \\$f\\$ \\~\\~g\\~\\~ \\& \\\\h”',
    );
    const long = `${'word '.repeat(23)}unbreakable and more of it`;
    const cut = block(feedback(lang, { [first]: 'contradicted' }, {}, long), w.wrong)[0];
    expect(cut).toContain(`- “${'word '.repeat(23).trim()}…”`);
  });

  test('a verdict without a quotation puts no empty one in', () => {
    for (const value of ['covered', 'partial', 'contradicted'] as const) {
      const grade = gradeOf(lora, w.reply, { [first]: value }, { lang });
      const verdicts = grade.verdicts.map((verdict) => ({ ...verdict, replySpan: null }));
      const text = composeFeedback({ entry: lora, grade: { ...grade, verdicts }, lang });
      expect(text).not.toContain('“”');
      expect(text).toContain(lora.keyPoints[0]!.reference[lang].text);
    }
  });
});
