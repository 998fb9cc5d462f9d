/** Feedback in words, composed from verdicts alone: what was right, what is wrong or missing and why, one thing to do next. */
import type { Entry, KeyPoint } from '../corpus/entry.ts';
import type { Grade, Lang, Verdict, VerdictValue } from '../protocol.ts';
import { cutAt } from './cut-at.ts';

interface Phrases {
  readonly right: string;
  readonly wrong: string;
  readonly half: string;
  readonly missing: string;
  readonly next: string;
  quoted(text: string): string;
  corrected(quote: string, truth: string): string;
  completed(quote: string, truth: string): string;
  readonly nothingMet: string;
  readonly everythingMet: string;
  readonly provisional: string;
  ungraded(reason: string): string;
  /** So many more points were missing, none heavier than those spelt out. */
  more(count: number): string;
  retryWrong(claim: string): string;
  retryMissing(claim: string): string;
  retryHalf(claim: string): string;
  deeper(question: string): string;
  readonly anotherAngle: string;
}

const phrases: Record<Lang, Phrases> = {
  zh: {
    right: '**讲对的**',
    wrong: '**讲错的**',
    half: '**只讲到一半的**',
    missing: '**没讲到的**',
    next: '**下一步**',
    quoted: (text) => `“${text}”`,
    corrected: (quote, truth) => `${quote}不对。${truth}`,
    completed: (quote, truth) => `${quote}方向对，没说完整：${truth}`,
    nothingMet: '还没有答到要点。',
    everythingMet: '要点都讲到了，没有说错的地方。',
    provisional: '（这是本地评分；聊天模型读过之后会更新。）',
    ungraded: (reason) => `回答已保存，还没有评分：${reason}`,
    more: (count) => `另有 ${count} 点，见参考答案。`,
    retryWrong: (claim) => `先把这一点弄对：${claim}。找个最小的例子推一遍，再用一句话讲出来。`,
    retryMissing: (claim) => `下次答这道题，先讲这一点：${claim}。`,
    retryHalf: (claim) => `把这一点讲完整，说出原因或具体数值：${claim}。`,
    deeper: (question) => `可以再往深想一层：${question}`,
    anotherAngle: '换一个具体例子，把同样的内容再讲一遍。',
  },
  en: {
    right: '**What you got right**',
    wrong: '**What is wrong**',
    half: '**Halfway there**',
    missing: '**What was missing**',
    next: '**Next**',
    quoted: (text) => `“${text}”`,
    corrected: (quote, truth) => `${quote} is not right. ${truth}`,
    completed: (quote, truth) => `${quote} points the right way but stops short: ${truth}`,
    nothingMet: 'None of the key points has been made yet.',
    everythingMet: 'You made every point, and nothing you said was wrong.',
    provisional: '(This grade is local for now; it is updated once the chat model has read the reply.)',
    ungraded: (reason) => `Your answer is saved and not graded yet: ${reason}`,
    more: (count) => `${count} more points are in the reference answer.`,
    retryWrong: (claim) =>
      `Put this right first: ${claim}. Work through the smallest example you can, then say it in one sentence.`,
    retryMissing: (claim) => `Next time, open with this: ${claim}.`,
    retryHalf: (claim) => `Finish this point with the reason or the number behind it: ${claim}.`,
    deeper: (question) => `Something to think about: ${question}`,
    anotherAngle: 'Tell it again with one concrete example.',
  },
};

/** Longest quotation of the candidate, in characters. */
const quoteChars = 80;
/** Most missing points that are spelt out, the heaviest first. */
const missingLines = 5;

export interface FeedbackInput {
  readonly entry: Entry;
  readonly grade: Grade;
  readonly lang: Lang;
  /** Key points whose follow-up was asked: it is no news as a deeper question. */
  readonly followedUp?: readonly string[];
}

/**
 * Markdown in `lang`. Quotations of the candidate are escaped, so that they show as typed.
 * Says nothing that the verdicts do not say.
 */
export function composeFeedback({ entry, grade, lang, followedUp = [] }: FeedbackInput): string {
  const say = phrases[lang];
  if (grade.state === 'ungraded') return say.ungraded(grade.reason ?? '');

  const points = new Map(entry.keyPoints.map((point) => [point.id, point]));
  const of = (value: VerdictValue) =>
    grade.verdicts
      .filter((verdict) => verdict.value === value)
      .sort((a, b) => b.weight - a.weight)
      .flatMap((verdict) => {
        const point = points.get(verdict.keyPointId);
        return point ? [{ verdict, point }] : [];
      });
  const found = {
    covered: of('covered'),
    partial: of('partial'),
    contradicted: of('contradicted'),
    missing: of('missing'),
  };
  const { covered, partial, contradicted, missing } = found;
  const believed = grade.misconceptions.filter((one) => one.cost > 0);
  const blamed = new Set([
    ...contradicted.map(({ verdict }) => verdict.replySpan?.text),
    ...believed.map((one) => one.replySpan.text),
  ]);

  const wrong = [
    ...contradicted.map(({ verdict, point }) =>
      withQuote(verdict, reference(point, lang), say.corrected, say),
    ),
    ...believed.map((one) => say.corrected(quote(one.replySpan.text, say), one.correction)),
  ];
  const right = covered.map(({ verdict, point }) =>
    // The same words cannot stand under right and wrong: the point itself says what was right about them.
    verdict.replySpan === null || blamed.has(verdict.replySpan.text)
      ? sentence(point[lang], lang)
      : quote(verdict.replySpan.text, say),
  );
  // One line that says “one more” would take the place of the point itself.
  const shown = missing.slice(0, missing.length > missingLines + 1 ? missingLines : undefined);
  const left = missing.length - shown.length;

  const blocks: string[] = [];
  if (covered.length === 0 && partial.length === 0) blocks.push(say.nothingMet);
  else if (covered.length === grade.verdicts.length && wrong.length === 0) blocks.push(say.everythingMet);
  section(blocks, say.right, right);
  section(blocks, say.wrong, wrong);
  section(
    blocks,
    say.half,
    partial.map(({ verdict, point }) => withQuote(verdict, reference(point, lang), say.completed, say)),
  );
  section(blocks, say.missing, [
    ...shown.map(({ point }) => (point.weight === 1 ? sentence(point[lang], lang) : reference(point, lang))),
    ...(left > 0 ? [say.more(left)] : []),
  ]);
  blocks.push(`${say.next}\n\n${nextStep(entry, { ...found, believed, followedUp }, lang)}`);
  if (grade.state === 'provisional') blocks.push(say.provisional);
  return blocks.join('\n\n');
}

type Judged = { verdict: Verdict; point: KeyPoint };

interface Found {
  readonly covered: readonly Judged[];
  readonly partial: readonly Judged[];
  readonly contradicted: readonly Judged[];
  readonly missing: readonly Judged[];
  readonly believed: Grade['misconceptions'];
  readonly followedUp: readonly string[];
}

/** One thing to do: the heaviest error, then the heaviest gap, then the heaviest half; else a deeper question. */
function nextStep(entry: Entry, found: Found, lang: Lang): string {
  const say = phrases[lang];
  const claim = (one: Judged) => withoutStop(one.point[lang]);
  const [error] = found.contradicted;
  const [belief] = found.believed;
  const gap = found.missing.find((one) => one.point.weight >= 2);
  const [half] = found.partial;
  if (error && error.point.weight >= (gap?.point.weight ?? 0)) return say.retryWrong(claim(error));
  if (gap) return say.retryMissing(claim(gap));
  if (belief) return say.retryWrong(withoutStop(belief.correction));
  if (error) return say.retryWrong(claim(error));
  if (half) return say.retryHalf(claim(half));
  const deeper = found.covered.flatMap(
    ({ point }) =>
      entry.followUps.find((one) => one.on === point.id && !found.followedUp.includes(one.on)) ?? [],
  )[0];
  return deeper ? say.deeper(deeper[lang]) : say.anotherAngle;
}

function section(blocks: string[], title: string, lines: readonly string[]): void {
  if (lines.length > 0)
    blocks.push(
      `${title}\n\n${unique(lines)
        .map((line) => `- ${line}`)
        .join('\n')}`,
    );
}

/** The truth about what was said; alone when the verdict quotes nothing. */
function withQuote(
  verdict: Verdict,
  truth: string,
  phrase: (quote: string, truth: string) => string,
  say: Phrases,
): string {
  return verdict.replySpan === null ? truth : phrase(quote(verdict.replySpan.text, say), truth);
}

function quote(text: string, say: Phrases): string {
  const short = cutAt(text.replace(/\s+/g, ' ').trim(), quoteChars);
  return say.quoted(short.replace(/[\\`*_[\]<>#|~$&]/g, '\\$&'));
}

/** The reference span as a sentence of its own. */
function reference(point: KeyPoint, lang: Lang): string {
  return sentence(point.reference[lang].text.replace(/^(?:[-*]\s+|\d+\.\s+)/u, ''), lang);
}

function sentence(text: string, lang: Lang): string {
  const ended = /[。！？.!?:：]$/u.test(text)
    ? text
    : `${text.replace(/[，,；;]$/u, '')}${lang === 'zh' ? '。' : '.'}`;
  return lang === 'en' ? ended.replace(/^[a-z]/, (first) => first.toUpperCase()) : ended;
}

function withoutStop(text: string): string {
  return text.replace(/[。.；;]\s*$/u, '');
}

function unique(lines: readonly string[]): string[] {
  return [...new Set(lines)];
}
