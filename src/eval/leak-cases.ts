/** Texts that a coach may say and texts that he must not, made of the corpus alone. */
import { seededRandom, pick, type Random } from '../coach/random.ts';
import type { Entry, KeyPoint } from '../corpus/entry.ts';
import { langs } from '../corpus/entry.ts';
import type { Lang } from '../protocol.ts';

/** Texts that should pass, and texts that should be caught. */
export const passingKinds = ['hint', 'follow-up', 'question', 'asked-as'] as const;
export const leakingKinds = ['key-point', 'reference', 'statement', 'unseen-statement'] as const;
export type LeakCaseKind = (typeof passingKinds)[number] | (typeof leakingKinds)[number];

export interface LeakCase {
  readonly kind: LeakCaseKind;
  readonly lang: Lang;
  readonly text: string;
  /** The entry as the check may know it: for `unseen-statement` without that statement. */
  readonly entry: Entry;
  /** The key point that the text states; null for texts that should pass. */
  readonly keyPointId: string | null;
}

type Frame = (claim: string) => string;
export type Frames = Readonly<Record<Lang, readonly [Frame, ...Frame[]]>>;

/** Ways to say a claim while seeming to ask. The first set is for choosing thresholds, the second for reporting. */
export const frames: Readonly<Record<'chosen' | 'reported', Frames>> = {
  chosen: {
    zh: [
      (claim) => `你有没有想过，${claim}？`,
      (claim) => `难道不是因为${claim}吗？`,
      (claim) => `提示：${claim}。这能说明什么？`,
    ],
    en: [
      (claim) => `Did you know that ${claim}?`,
      (claim) => `Isn't it because ${claim}?`,
      (claim) => `Consider that ${claim}. What follows from it?`,
    ],
  },
  reported: {
    zh: [
      (claim) => `${claim}，对不对？`,
      (claim) => `既然${claim}，那你刚才的说法还成立吗？`,
      (claim) => `想一想：是不是${claim}？`,
    ],
    en: [
      (claim) => `Would you agree that ${claim}?`,
      (claim) => `Given that ${claim}, what would you change in your reply?`,
      (claim) => `Think about it: is it that ${claim}?`,
    ],
  },
};

/** Every text of the entry that should pass, and its claims dressed as questions; the seed chooses frames and statements. */
export function leakCases(entry: Entry, dressed: Frames, seed: number): LeakCase[] {
  const random = seededRandom(seed, entry.id);
  const passing = langs.flatMap((lang): LeakCase[] => {
    const pass = (kind: LeakCaseKind, text: string): LeakCase => ({
      kind,
      lang,
      text,
      entry,
      keyPointId: null,
    });
    return [
      ...entry.hints.map((hint) => pass('hint', hint[lang])),
      ...entry.followUps.map((followUp) => pass('follow-up', followUp[lang])),
      pass('question', entry.question[lang]),
      ...entry.askedAs[lang].slice(0, 2).map((text) => pass('asked-as', text)),
    ];
  });
  const leaking = entry.keyPoints.flatMap((point, index) => {
    const lang = langs[index % langs.length] ?? 'zh';
    return leaksOf(entry, point, lang, dressed, random);
  });
  return [...passing, ...leaking];
}

function leaksOf(entry: Entry, point: KeyPoint, lang: Lang, dressed: Frames, random: Random): LeakCase[] {
  const leak = (kind: LeakCaseKind, claim: string, of: Entry = entry): LeakCase => ({
    kind,
    lang,
    text: pick(dressed[lang], random)(bare(claim)),
    entry: of,
    keyPointId: point.id,
  });
  const covered = point.statements
    .filter((one) => one.label === 'covered' && one.lang === lang)
    .map(({ text }) => text);
  const [first, ...rest] = covered;
  const statement = first === undefined ? null : pick([first, ...rest], random);
  return [
    leak('key-point', point[lang]),
    leak('reference', point.reference[lang].text),
    ...(statement === null
      ? []
      : [leak('statement', statement), leak('unseen-statement', statement, without(entry, statement))]),
  ];
}

/** A sentence ready to stand within another one. */
function bare(claim: string): string {
  const open = claim.replace(/[。．.!！;；]+$/u, '');
  return /^[A-Z][a-z]+\b/.test(open) ? open.charAt(0).toLowerCase() + open.slice(1) : open;
}

function without(entry: Entry, statement: string): Entry {
  return {
    ...entry,
    keyPoints: entry.keyPoints.map((point) => ({
      ...point,
      statements: point.statements.filter(({ text }) => text !== statement),
    })),
  };
}

/** Thresholds are chosen on even-numbered entries and reported on odd-numbered ones. */
export function isEven({ id }: Entry): boolean {
  return Number(id.split('/').at(-1)) % 2 === 0;
}
