/** Feedback in words, composed from verdicts alone: what was right, what is wrong or missing and why, one thing to do next. */
import type { Entry, KeyPoint } from '../corpus/entry.ts';
import type { Grade, Lang, Verdict, VerdictValue } from '../protocol.ts';

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
    quoted: (text) => `「${text}」`,
    corrected: (quote, truth) => `${quote}不对。${truth}`,
    completed: (quote, truth) => `${quote}方向对，但没说完整：${truth}`,
    nothingMet: '这段回答里没有能对上要点的内容。',
    everythingMet: '要点都讲到了，没有说错的地方。',
    provisional: '（模型暂时不可用，这次由本地评分给出，恢复后会重评。）',
    ungraded: (reason) => `回答已保存，还没有评分：${reason}`,
    retryWrong: (claim) => `先改正这一点：${claim}。找个最小的例子自己推一遍，再用一句话讲出来。`,
    retryMissing: (claim) => `重讲一遍，开头一句就把它说清楚：${claim}。`,
    retryHalf: (claim) => `把这一点补完整，说出原因或具体数值：${claim}。`,
    deeper: (question) => `往深一层想：${question}`,
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
    nothingMet: 'Nothing in this answer matches a point the question is after.',
    everythingMet: 'You made every point, and nothing you said was wrong.',
    provisional: '(The model is away, so this grade is local; it will be redone when the model is back.)',
    ungraded: (reason) => `Your answer is saved and not graded yet: ${reason}`,
    retryWrong: (claim) =>
      `Put this right first: ${claim}. Work through the smallest example you can, then say it in one sentence.`,
    retryMissing: (claim) => `Answer again and open with this: ${claim}.`,
    retryHalf: (claim) => `Finish this point with the reason or the number behind it: ${claim}.`,
    deeper: (question) => `One level deeper: ${question}`,
    anotherAngle: 'Tell it again with one concrete example.',
  },
};

/** Longest quotation of the candidate, in characters. */
const quoteChars = 80;

/**
 * Markdown in `lang`. Quotations of the candidate are escaped, so that they show as typed.
 * Says nothing that the verdicts do not say.
 */
export function composeFeedback(input: { entry: Entry; grade: Grade; lang: Lang }): string {
  const { entry, grade, lang } = input;
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
  const covered = of('covered');
  const partial = of('partial');
  const contradicted = of('contradicted');
  const missing = of('missing');

  const wrong = [
    ...contradicted.map(({ verdict, point }) => say.corrected(quote(verdict, say), reference(point, lang))),
    ...grade.misconceptions
      .filter((one) => one.cost > 0)
      .map((one) => say.corrected(say.quoted(shorten(one.replySpan.text)), one.correction)),
  ];
  const blocks: string[] = [];
  if (covered.length === 0 && partial.length === 0) blocks.push(say.nothingMet);
  else if (covered.length === grade.verdicts.length && wrong.length === 0) blocks.push(say.everythingMet);
  section(blocks, say.right, unique(covered.map(({ verdict }) => quote(verdict, say))));
  section(blocks, say.wrong, unique(wrong));
  section(
    blocks,
    say.half,
    partial.map(({ verdict, point }) => say.completed(quote(verdict, say), reference(point, lang))),
  );
  section(
    blocks,
    say.missing,
    missing.map(({ point }) => (point.weight === 1 ? sentence(point[lang], lang) : reference(point, lang))),
  );
  blocks.push(`${say.next}\n\n${nextStep(entry, { contradicted, missing, partial, covered }, lang)}`);
  if (grade.state === 'provisional') blocks.push(say.provisional);
  return blocks.join('\n\n');
}

type Judged = { verdict: Verdict; point: KeyPoint };

/** One thing to do: the heaviest error, then the heaviest gap, then the heaviest half; else a deeper question. */
function nextStep(
  entry: Entry,
  found: { contradicted: Judged[]; missing: Judged[]; partial: Judged[]; covered: Judged[] },
  lang: Lang,
): string {
  const say = phrases[lang];
  const claim = (one: Judged) => one.point[lang].replace(/[。.；;]\s*$/u, '');
  const [error] = found.contradicted;
  const gap = found.missing.find((one) => one.point.weight >= 2);
  const [half] = found.partial;
  if (error && error.point.weight >= (gap?.point.weight ?? 0)) return say.retryWrong(claim(error));
  if (gap) return say.retryMissing(claim(gap));
  if (half) return say.retryHalf(claim(half));
  const heaviest = found.covered[0]?.point.id;
  const deeper = entry.followUps.find((followUp) => followUp.on === heaviest);
  return deeper ? say.deeper(deeper[lang]) : say.anotherAngle;
}

function section(blocks: string[], title: string, lines: readonly string[]): void {
  if (lines.length > 0) blocks.push(`${title}\n\n${lines.map((line) => `- ${line}`).join('\n')}`);
}

function quote(verdict: Verdict, say: Phrases): string {
  return say.quoted(shorten(verdict.replySpan?.text ?? ''));
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

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const characters = Array.from(line);
  const short = characters.length > quoteChars ? `${characters.slice(0, quoteChars).join('')}…` : line;
  return short.replace(/[\\`*_[\]<>#|~$&]/g, '\\$&');
}

function unique(lines: readonly string[]): string[] {
  return [...new Set(lines)];
}
