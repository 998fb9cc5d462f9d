/** Labelled statements of one key point in one language. */
import { z } from 'zod';
import { statementLabelSchema, type StatementLabel } from '../corpus/entry.ts';
import { statementsPrompt } from '../llm/prompts/draft-v1.ts';
import type { Lang } from '../protocol.ts';
import { ask, type Checked, type LeftOut } from './ask.ts';
import { bare, shown, textFault } from './check-text.ts';
import type { Drafting, Point } from './drafting.ts';

const schema = z.object({
  covered: z.array(z.string()),
  partial: z.array(z.string()),
  contradicted: z.array(z.string()),
});
type Raw = z.infer<typeof schema>;

export interface Said {
  readonly label: StatementLabel;
  readonly text: string;
}

/** With both languages together, what the linter asks for. */
const least: Readonly<Record<StatementLabel, number>> = { covered: 2, partial: 1, contradicted: 2 };
const most = 5;

export async function proposeStatements(
  { model, entry, material, signal }: Drafting,
  point: Point,
  lang: Lang,
): Promise<Checked<Said>> {
  const labels = statementLabelSchema.options;
  return ask<Raw, Said>({
    model,
    schema,
    name: `statements of ${point.id} (${lang})`,
    prompt: (code, refused) => statementsPrompt(entry, point.id, lang, code, refused),
    check: (raw, before) => checkAll(raw, before, point, lang, material),
    wanting: (kept) => {
      const few = labels.filter((label) => kept.filter((one) => one.label === label).length < least[label]);
      return few.length === 0 ? null : `too few that are ${few.join(' and ')}`;
    },
    maxTokens: 1_000,
    signal,
  });
}

function checkAll(
  raw: Raw,
  before: readonly Said[],
  point: Point,
  lang: Lang,
  material: string,
): Checked<Said> {
  const labels = statementLabelSchema.options;
  const all = labels.flatMap((label) => raw[label].map((text): Said => ({ label, text: text.trim() })));
  const kept: Said[] = [];
  const leftOut: LeftOut[] = [];
  for (const one of all) {
    const others = [...before, ...kept];
    const rival = [...before, ...all].find(
      (other) => other.label !== one.label && bare(other.text) === bare(one.text),
    );
    const reason = rival
      ? `stands under ${one.label} and ${rival.label}`
      : (textFault(one.text, lang, material) ?? faultOf(one, others, point, lang));
    if (reason === null) kept.push(one);
    else leftOut.push({ what: `${one.label} statement of ${point.id} "${shown(one.text)}"`, reason });
  }
  return { kept, leftOut };
}

function faultOf(one: Said, others: readonly Said[], point: Point, lang: Lang): string | null {
  if (bare(one.text) === bare(point[lang])) return 'repeats the key point';
  if (others.some((other) => bare(other.text) === bare(one.text))) return 'stands twice';
  if (others.filter((other) => other.label === one.label).length >= most) return `${most} are there already`;
  // A style that gives the label away would teach the judge the style.
  if (/^\W*(?:covered|partial|contradicted|wrong|correct|incorrect|错误|正确)\s*[:：]/iu.test(one.text))
    return 'names its label';
  return null;
}
