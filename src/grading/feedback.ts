/** Feedback in words, composed from verdicts alone: how far the reply got, what is right, wrong or missing, one thing to do next. */
import type { Entry, KeyPoint } from '../corpus/entry.ts';
import { unsureBelow, type Grade, type Lang, type Verdict, type VerdictValue } from '../protocol.ts';
import { phrases, type Phrases, type Standing, type Turns } from './feedback-phrases.ts';
import { isCode, quotable, quoteMarkdown, repeats, standsAlone } from './quotation.ts';

/** Longest quotation of the candidate, in Han characters. */
const quoteChars = 60;
/** Most missing points that are spelt out, the heaviest first. */
const missingLines = 4;

export interface FeedbackInput {
  readonly entry: Entry;
  readonly grade: Grade;
  readonly lang: Lang;
  /** Key points whose follow-up was asked: it is no news as a deeper question. */
  readonly followedUp?: readonly string[];
}

type Judged = { readonly verdict: Verdict; readonly point: KeyPoint };
/** The verdicts that the judge stands by, and every missing one, by value; the others are `unsure`. */
type Found = Readonly<Record<VerdictValue | 'unsure', readonly Judged[]>>;

/**
 * Markdown in `lang`. Quotations of the candidate are escaped, so that they show as typed.
 * Says nothing that the verdicts do not say, and every point once.
 */
export function composeFeedback({ entry, grade, lang, followedUp = [] }: FeedbackInput): string {
  const say = phrases[lang];
  if (grade.state === 'ungraded') return say.ungraded(grade.reason ?? '');

  const found = sortOut(entry, grade);
  const believed = grade.misconceptions.filter((one) => one.cost > 0);
  // What is wrong has the first claim on the candidate's words, then what is half there.
  const quotes = new Quotes();
  const wrong = unique([
    ...found.contradicted.map(({ verdict, point }, index) =>
      turnOf(say.corrected, index, quotes.of(verdict.replySpan?.text), claimOf(point, lang)),
    ),
    ...believed.map((one, index) =>
      turnOf(
        say.corrected,
        found.contradicted.length + index,
        quotes.of(one.replySpan.text),
        sentence(one.correction, lang),
      ),
    ),
  ]);
  const half = found.partial.map(({ verdict, point }, index) =>
    turnOf(say.completed, index, quotes.tellingOf(verdict.replySpan?.text), claimOf(point, lang)),
  );
  // The point itself and not the words alone: they may be a fragment, and the judge may have heard more than was said.
  const right = found.covered.map(({ verdict, point }) => {
    const quote = quotes.whole(verdict.replySpan?.text);
    return [claimOf(point, lang), ...(quote === null ? [] : [quote])].join(lang === 'zh' ? '' : ' ');
  });
  // Last, as nothing else may lose its quotation to it.
  const unsure = found.unsure.map(({ verdict, point }, index) => {
    const truth = claimOf(point, lang);
    if (verdict.value === 'missing') return truth;
    const before = found.unsure.slice(0, index).filter((one) => one.verdict.value === verdict.value).length;
    return turnOf(say.taken[verdict.value], before, quotes.tellingOf(verdict.replySpan?.text), truth);
  });
  const open = found.missing.length + found.partial.length + found.unsure.length;
  const standing = standingOf(found, entry);
  const finished = standing === 'everything' && wrong.length + unsure.length === 0;

  const blocks = [say.standing(standing, open, wrong.length > 0)];
  // Whoever made every point need not read all of them again.
  if (!finished) section(blocks, say.right, right);
  section(blocks, say.wrong, wrong);
  section(blocks, say.half, half);
  section(blocks, say.unsure, unsure);
  section(blocks, say.missing, missingOf(found.missing, lang, say));
  const next = nextStep({ entry, found, wrong: wrong.length, standing, followedUp }, lang);
  blocks.push(`${say.next}\n\n${next}`);
  if (grade.state === 'provisional') blocks.push(say.provisional);
  return blocks.join('\n\n');
}

/** The verdicts by value, each with its key point, the heaviest first. */
function sortOut(entry: Entry, grade: Grade): Found {
  const points = new Map(entry.keyPoints.map((point) => [point.id, point]));
  const isUnsure = ({ value, confidence }: Verdict) => value !== 'missing' && confidence < unsureBelow;
  const of = (value: VerdictValue | 'unsure'): Judged[] =>
    grade.verdicts
      .filter((verdict) => (isUnsure(verdict) ? 'unsure' : verdict.value) === value)
      .sort((a, b) => b.weight - a.weight)
      .flatMap((verdict) => {
        const point = points.get(verdict.keyPointId);
        return point ? [{ verdict, point }] : [];
      });
  return {
    covered: of('covered'),
    partial: of('partial'),
    contradicted: of('contradicted'),
    missing: of('missing'),
    unsure: of('unsure'),
  };
}

/** The core of a question are its heaviest points. */
function standingOf(found: Found, entry: Entry): Standing {
  const { contradicted } = found;
  // What the judge is not sure of counts as the arithmetic counts it.
  const unsure = (...values: VerdictValue[]) =>
    found.unsure.filter(({ verdict }) => values.includes(verdict.value));
  const covered = [...found.covered, ...unsure('covered')];
  const partial = [...found.partial, ...unsure('partial')];
  const missing = [...found.missing, ...unsure('contradicted')];
  if (covered.length === 0 && partial.length === 0) return 'nothing';
  if (partial.length + missing.length + contradicted.length === 0) return 'everything';
  const heaviest = heaviestOf(entry);
  const core = (some: readonly Judged[]) => some.filter(({ point }) => point.weight === heaviest).length;
  if (core(covered) > core(partial) && core(missing) + core(contradicted) === 0) {
    return partial.length + missing.length === 1 && contradicted.length === 0 ? 'nearly' : 'core';
  }
  return core(covered) + core(partial) > 0 ? 'some-core' : 'edges';
}

function heaviestOf(entry: Entry): number {
  return Math.max(...entry.keyPoints.map(({ weight }) => weight));
}

function missingOf(missing: readonly Judged[], lang: Lang, say: Phrases): string[] {
  // One line that says “one more” would take the place of the point itself.
  const shown = missing.slice(0, missing.length > missingLines + 1 ? missingLines : undefined);
  const left = missing.length - shown.length;
  return [
    ...shown.map(({ point }) => claimOf(point, lang)),
    ...(left > 0 ? [say.more(left)] : []),
    ...(shown.some(({ verdict }) => verdict.confidence < unsureBelow) ? [say.maybeMade] : []),
  ];
}

interface Outcome {
  readonly entry: Entry;
  readonly found: Found;
  /** Lines about mistakes. */
  readonly wrong: number;
  readonly standing: Standing;
  readonly followedUp: readonly string[];
}

/** One thing to do: the heaviest error, then the heaviest gap, then the heaviest half; else a deeper question. */
function nextStep({ entry, found, wrong, standing, followedUp }: Outcome, lang: Lang): string {
  const say = phrases[lang];
  const [error] = found.contradicted;
  const [half] = found.partial;
  const gap = found.missing.find((one) => one.point.weight >= 2);
  const fresh = (one: Judged) =>
    entry.followUps.find(({ on }) => on === one.point.id && !followedUp.includes(on))?.[lang];
  const step = (text: string, about: Judged | undefined) => {
    const question = about && fresh(about);
    return question === undefined ? text : say.afterwards(text, question);
  };
  if (error && error.point.weight >= (gap?.point.weight ?? 0)) {
    return step(say.retryWrong(wrong, entry.kind), error);
  }
  if (gap) {
    if (standing === 'nothing') return say.readFirst;
    return step(say.retryMissing(found.missing.length, gap.point.weight === heaviestOf(entry)), gap);
  }
  if (wrong > 0) return say.retryWrong(wrong, entry.kind);
  if (found.unsure.length > 0 && !half) return say.compare;
  if (half) return step(say.retryHalf(found.partial.length), half);
  const deeper = found.covered.flatMap((one) => fresh(one) ?? [])[0];
  return deeper === undefined ? say.anotherAngle : say.deeper(deeper);
}

/** The candidate's words for the lines of one feedback: none of them is quoted twice. */
class Quotes {
  readonly #used: string[] = [];

  /** The words as Markdown; null when there are none, or they were quoted before. */
  of(text: string | undefined): string | null {
    const words = text === undefined ? '' : quotable(text);
    if (words === '' || this.#used.some((other) => repeats(words, other))) return null;
    this.#used.push(words);
    return quoteMarkdown(words, quoteChars);
  }

  /** The same, for words that say something, and lines of a program. */
  tellingOf(text: string | undefined): string | null {
    return text !== undefined && isCode(quotable(text)) ? this.of(text) : this.whole(text);
  }

  /** The same, for words that mean something by themselves alone. */
  whole(text: string | undefined): string | null {
    return text !== undefined && standsAlone(quotable(text)) ? this.of(text) : null;
  }
}

/** The wording whose turn it is; the truth alone when nothing can be quoted. */
function turnOf(wordings: Turns, index: number, quote: string | null, truth: string): string {
  const wording = wordings[index % wordings.length] ?? wordings[0];
  return quote === null ? truth : wording(quote, truth);
}

function section(blocks: string[], title: string, lines: readonly string[]): void {
  if (lines.length > 0)
    blocks.push(
      `${title}\n\n${unique(lines)
        .map((line) => `- ${line}`)
        .join('\n')}`,
    );
}

/** The point as a sentence of its own; unlike its place in the reference it leans on no sentence before it. */
function claimOf(point: KeyPoint, lang: Lang): string {
  return sentence(point[lang], lang);
}

function sentence(text: string, lang: Lang): string {
  const ended = /[。！？.!?:：]$/u.test(text)
    ? text
    : `${text.replace(/[，,；;]$/u, '')}${lang === 'zh' ? '。' : '.'}`;
  // Neither the name of a variable nor one with a capital inside is a word to begin with a capital.
  const word = /^[a-z]+(?![\w(^=])/.exec(ended)?.[0] ?? '';
  return lang === 'en' && (word.length > 2 || shortWords.has(word))
    ? ended.charAt(0).toUpperCase() + ended.slice(1)
    : ended;
}

const shortWords = new Set('a an as at by do he if in is it no of on or so to up we'.split(' '));

function unique(lines: readonly string[]): string[] {
  return [...new Set(lines)];
}
