/** What stands around the key points: misconceptions, hints, follow-ups, other wordings of the question. */
import { z } from 'zod';
import { containment } from '../corpus/content-tokens.ts';
import { langs } from '../corpus/entry.ts';
import { hintLeakShare } from '../corpus/lint-entry.ts';
import {
  askedAsPrompt,
  followUpsPrompt,
  hintsPrompt,
  misconceptionsPrompt,
} from '../llm/prompts/draft-v1.ts';
import type { Lang } from '../protocol.ts';
import { ask, type Checked, type LeftOut } from './ask.ts';
import { bare, shown, slugOf, textFault } from './check-text.ts';
import type { Proposal } from './draft-file.ts';
import type { Drafting, Point } from './drafting.ts';

type Misconception = NonNullable<Proposal['misconceptions']>[number];
type Hint = NonNullable<Proposal['hints']>[number];
type FollowUp = NonNullable<Proposal['followUps']>[number];

/** Runs a check over every proposal; a text is the reason to leave one out. */
function sift<Raw, T>(
  raws: readonly Raw[],
  name: (raw: Raw, index: number) => string,
  check: (raw: Raw, kept: readonly T[]) => T | string,
): Checked<T> {
  const kept: T[] = [];
  const leftOut: LeftOut[] = [];
  for (const [index, raw] of raws.entries()) {
    const checked = check(raw, kept);
    if (typeof checked === 'string') leftOut.push({ what: name(raw, index), reason: checked });
    else kept.push(checked);
  }
  return { kept, leftOut };
}

/** The linter's rule, for both languages. */
function givenAway(text: Readonly<Record<Lang, string>>, points: readonly Point[]): string | null {
  for (const lang of langs) {
    const point = points.find((one) => containment(one[lang], text[lang]) >= hintLeakShare);
    if (point) return `the ${lang} text gives key point '${point.id}' away`;
  }
  return null;
}

function faultOfBoth(text: Readonly<Record<Lang, string>>, material: string): string | null {
  for (const lang of langs) {
    const fault = textFault(text[lang], lang, material);
    if (fault !== null) return `the ${lang} text ${fault}`;
  }
  return null;
}

const misconceptionsSchema = z.object({
  misconceptions: z.array(
    z.object({
      id: z.string(),
      weight: z.number(),
      zh: z.string(),
      en: z.string(),
      correctionZh: z.string(),
      correctionEn: z.string(),
    }),
  ),
});

export async function proposeMisconceptions(drafting: Drafting): Promise<Checked<Misconception>> {
  const { model, entry, material, signal } = drafting;
  return ask<z.infer<typeof misconceptionsSchema>, Misconception>({
    model,
    schema: misconceptionsSchema,
    name: 'misconceptions',
    prompt: (code, refused) => misconceptionsPrompt(entry, code, refused),
    check: ({ misconceptions }, before) =>
      sift(
        misconceptions,
        (raw) => `misconception "${shown(raw.en || raw.zh)}"`,
        (raw, kept): Misconception | string => {
          const correction = { zh: raw.correctionZh.trim(), en: raw.correctionEn.trim() };
          const fault = faultOfBoth(raw, material) ?? faultOfBoth(correction, material);
          if (fault !== null) return fault;
          if (!Number.isInteger(raw.weight) || raw.weight < 1 || raw.weight > 3)
            return `weight ${raw.weight}; 1, 2 or 3 is allowed`;
          const others = [...before, ...kept];
          if (others.length >= 8) return '8 are there already';
          const id = slugOf(raw.id) ?? slugOf(raw.en);
          if (id === null) return `id "${shown(raw.id)}" holds no English word`;
          if (others.some((other) => other.id === id)) return `id ${id} is taken by another`;
          for (const lang of langs) {
            if (bare(raw[lang]) === bare(correction[lang]))
              return 'the correction says the same as the belief';
            if (others.some((other) => bare(other[lang]) === bare(raw[lang]))) return 'stands twice';
            const right = entry.keyPoints.find((one) => bare(one[lang]) === bare(raw[lang]));
            if (right) return `it is key point '${right.id}'`;
          }
          return { id, zh: raw.zh.trim(), en: raw.en.trim(), correction, weight: raw.weight };
        },
      ),
    wanting: (kept) => (kept.length > 0 ? null : 'none could be used'),
    maxTokens: 2_000,
    signal,
  });
}

const hintsSchema = z.object({ hints: z.array(z.object({ zh: z.string(), en: z.string() })) });

export async function proposeHints({ model, entry, material, signal }: Drafting): Promise<Checked<Hint>> {
  return ask<z.infer<typeof hintsSchema>, Hint>({
    model,
    schema: hintsSchema,
    name: 'hints',
    prompt: (code, refused) => hintsPrompt(entry, code, refused),
    check: ({ hints }, before) =>
      sift(
        hints,
        (raw) => `hint "${shown(raw.en || raw.zh)}"`,
        (raw, kept): Hint | string => {
          const others = [...before, ...kept];
          if (others.length >= 3) return 'three are there already';
          const fault = faultOfBoth(raw, material) ?? givenAway(raw, entry.keyPoints);
          if (fault !== null) return fault;
          if (others.some((other) => langs.some((lang) => bare(other[lang]) === bare(raw[lang]))))
            return 'stands twice';
          return { zh: raw.zh.trim(), en: raw.en.trim() };
        },
      ),
    wanting: (kept) => (kept.length >= 3 ? null : `${kept.length} of 3 hints`),
    maxTokens: 1_000,
    signal,
  });
}

const followUpsSchema = z.object({
  followUps: z.array(z.object({ on: z.string(), zh: z.string(), en: z.string() })),
});

/** One for each key point of weight 3; without any, one for the first key point. */
export async function proposeFollowUps({
  model,
  entry,
  material,
  signal,
}: Drafting): Promise<Checked<FollowUp>> {
  const hearts = entry.keyPoints.filter((point) => point.weight === 3);
  const wanted = (hearts.length > 0 ? hearts : entry.keyPoints.slice(0, 1)).map(({ id }) => id);
  return ask<z.infer<typeof followUpsSchema>, FollowUp>({
    model,
    schema: followUpsSchema,
    name: 'follow-ups',
    prompt: (code, refused) => followUpsPrompt(entry, wanted, code, refused),
    check: ({ followUps }, before) =>
      sift(
        followUps,
        (raw) => `follow-up "${shown(raw.en || raw.zh)}"`,
        (raw, kept): FollowUp | string => {
          const on = raw.on.trim();
          if (!entry.keyPoints.some(({ id }) => id === on)) return `there is no key point '${shown(on)}'`;
          if ([...before, ...kept].some((other) => other.on === on)) return `'${on}' has one already`;
          const fault = faultOfBoth(raw, material) ?? givenAway(raw, entry.keyPoints);
          if (fault !== null) return fault;
          return { zh: raw.zh.trim(), en: raw.en.trim(), on };
        },
      ),
    wanting: (kept) => {
      const open = wanted.filter((id) => !kept.some(({ on }) => on === id));
      return open.length === 0 ? null : `no follow-up on ${open.join(', ')}`;
    },
    maxTokens: 1_500,
    signal,
  });
}

const askedAsSchema = z.object({ zh: z.array(z.string()), en: z.array(z.string()) });
interface Wording {
  readonly lang: Lang;
  readonly text: string;
}

export async function proposeAskedAs({
  model,
  entry,
  material,
  signal,
}: Drafting): Promise<Checked<Wording>> {
  return ask<z.infer<typeof askedAsSchema>, Wording>({
    model,
    schema: askedAsSchema,
    name: 'other wordings of the question',
    prompt: (code, refused) => askedAsPrompt(entry, code, refused),
    check: (raw, before) =>
      sift(
        langs.flatMap((lang) => raw[lang].map((text): Wording => ({ lang, text }))),
        ({ text }) => `wording "${shown(text)}"`,
        ({ lang, text }, kept): Wording | string => {
          const fault = textFault(text, lang, material, 160);
          if (fault !== null) return fault;
          const others = [...before, ...kept];
          if (others.filter((other) => other.lang === lang).length >= 6) return '6 are there already';
          const same = (other: string | undefined) => other !== undefined && bare(other) === bare(text);
          if (same(entry.question[lang])) return 'is the question itself';
          if (others.some((other) => same(other.text))) return 'stands twice';
          return { lang, text: text.trim() };
        },
      ),
    wanting: (kept) => {
      const few = langs.filter((lang) => kept.filter((one) => one.lang === lang).length < 2);
      return few.length === 0 ? null : `fewer than two wordings in ${few.join(' and ')}`;
    },
    maxTokens: 800,
    signal,
  });
}
