/** Key points of an entry that has none, each with the sentence of both answers that states it. */
import { z } from 'zod';
import { containment, contentTokens } from '../corpus/content-tokens.ts';
import { langs } from '../corpus/entry.ts';
import { keyPointsPrompt, sentenceLetters } from '../llm/prompts/draft-v1.ts';
import type { Lang } from '../protocol.ts';
import { ask, type Checked, type LeftOut } from './ask.ts';
import { bare, shown, slugOf, textFault } from './check-text.ts';
import type { Proposal } from './draft-file.ts';
import type { Drafting } from './drafting.ts';

type KeyPoint = NonNullable<Proposal['keyPoints']>[number];

const schema = z.object({
  keyPoints: z.array(
    z.object({
      id: z.string(),
      weight: z.number(),
      zh: z.string(),
      en: z.string(),
      zhSentence: z.string(),
      enSentence: z.string(),
    }),
  ),
});
type Raw = z.infer<typeof schema>['keyPoints'][number];

/** Share of a claim's words that the sentence a model named must hold, and that one it did not name must. */
const overlap = { named: 0.2, found: 0.4 };
const [least, most] = [4, 8];

export async function proposeKeyPoints(
  drafting: Drafting,
  kind: string | undefined,
): Promise<Checked<KeyPoint>> {
  const fewest = kind === 'resource' ? 2 : least;
  return ask<z.infer<typeof schema>, KeyPoint>({
    model: drafting.model,
    schema,
    name: 'key points',
    prompt: (code, refused) => keyPointsPrompt(drafting.entry, code, refused),
    check: (raw, before) => checkAll(raw.keyPoints, before, drafting),
    wanting: (kept) => {
      if (kept.length < fewest) return `${kept.length} key points; ${fewest} or more are wanted`;
      const hearts = kept.filter(({ weight }) => weight === 3).length;
      return hearts >= 1 && hearts <= 3
        ? null
        : `${hearts} key points of weight 3; one to three are the heart of a question`;
    },
    maxTokens: 3_000,
    signal: drafting.signal,
  });
}

function checkAll(raws: readonly Raw[], before: readonly KeyPoint[], drafting: Drafting): Checked<KeyPoint> {
  const kept: KeyPoint[] = [];
  const leftOut: LeftOut[] = [];
  for (const raw of raws) {
    const others = [...before, ...kept];
    const checked = others.length < most ? checkOne(raw, others, drafting) : `${most} are there already`;
    if (typeof checked !== 'string') kept.push(checked);
    else leftOut.push({ what: `key point "${shown(raw.en || raw.zh)}"`, reason: checked });
  }
  return { kept, leftOut };
}

/** The key point, or why it cannot be one. */
function checkOne(raw: Raw, others: readonly KeyPoint[], { entry, material }: Drafting): KeyPoint | string {
  if (!Number.isInteger(raw.weight) || raw.weight < 1 || raw.weight > 3)
    return `weight ${raw.weight}; 1, 2 or 3 is allowed`;
  for (const lang of langs) {
    const fault = textFault(raw[lang], lang, material);
    if (fault !== null) return `the ${lang} claim ${fault}`;
    if (others.some((other) => bare(other[lang]) === bare(raw[lang]))) return 'stands twice';
    if (/[?？]\s*$/u.test(raw[lang])) return 'asks and claims nothing';
  }
  // Some models name a point by the number of its sentence.
  const named = /^[ze]?\d+$/iu.test(raw.id.trim()) ? null : slugOf(raw.id);
  const id = named ?? slugOf(contentTokens(raw.en).slice(0, 4).join(' '));
  if (id === null) return `id "${shown(raw.id)}" holds no English word`;
  if (others.some((other) => other.id === id)) return `id ${id} is taken by another`;
  const reference: Partial<Record<Lang, string>> = {};
  for (const lang of langs) {
    const named = lang === 'zh' ? raw.zhSentence : raw.enSentence;
    const text = sentenceFor(raw[lang], named, lang, entry.sentences[lang] ?? []);
    if (text === null) return `no sentence of the ${lang} answer states it`;
    reference[lang] = text;
  }
  const { zh = '', en = '' } = reference;
  return { id, weight: raw.weight, zh: raw.zh.trim(), en: raw.en.trim(), reference: { zh, en } };
}

/** The sentence that the model named, when it shares words with the claim; else the one that shares most, if many. */
function sentenceFor(claim: string, named: string, lang: Lang, sentences: readonly string[]): string | null {
  const number = Number(new RegExp(`^\\s*${sentenceLetters[lang]}?\\s*(\\d+)`, 'iu').exec(named)?.[1] ?? 0);
  const meant = sentences[number - 1];
  if (meant !== undefined && containment(claim, meant) >= overlap.named) return meant;
  let best: { text: string; share: number } | null = null;
  for (const text of sentences) {
    const share = containment(claim, text);
    if (share >= overlap.found && share > (best?.share ?? 0)) best = { text, share };
  }
  return best?.text ?? null;
}
