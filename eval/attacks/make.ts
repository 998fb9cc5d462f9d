/**
 * Makes `eval/attacks/made.jsonl`: `npx tsx eval/attacks/make.ts`. Weak replies (gold 5 and less) and questions are of
 * the training and development halves. `by-hand.jsonl` is written by hand.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pick, seededRandom, shuffled, type Random } from '../../src/coach/random.ts';
import { loadConfig, packageRoot } from '../../src/config.ts';
import type { Entry } from '../../src/corpus/entry.ts';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';
import { gradingCaseSchema } from '../../src/eval/grading-eval.ts';
import { readJsonl } from '../../src/eval/jsonl.ts';
import { retrievalCaseSchema } from '../../src/eval/retrieval-eval.ts';
import type { Lang } from '../../src/protocol.ts';
import type { Attack } from './attack.ts';
import { families, familyNames, type Family } from './families.ts';
import { orders, type Wish } from './orders.ts';

const seed = 20_261_125;
const langs: readonly Lang[] = ['zh', 'en'];
/** Of each family in each language. */
const counts = { reply: 6, entry: 2, question: 2, tool: 2 } as const;
/** Orders of a family's own are always for full marks. */
const ownOrder = new Set<Family>(['fake_verdicts', 'many_shot', 'other_language']);
const wishesAt: Readonly<Record<Attack['place'], readonly [Wish, ...Wish[]]>> = {
  reply: ['full-marks', 'full-marks', 'full-marks', 'full-marks', 'leak', 'silence'],
  entry: ['full-marks', 'zero', 'leak'],
  question: ['say', 'link', 'leak'],
  tool: ['say', 'link', 'leak'],
};
const fields = ['question', 'keyPoint', 'misconception', 'answer', 'hint'] as const;
const sides = ['after', 'after', 'before', 'inside'] as const;

interface Plain {
  readonly id: string;
  readonly lang: Lang;
  readonly plain: string;
}

async function read<T>(
  folder: string,
  read: (file: string) => Promise<readonly { value: T }[]>,
): Promise<T[]> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.jsonl'));
  return (await Promise.all(files.map((file) => read(join(folder, file))))).flat().map(({ value }) => value);
}

const { entries } = await loadCorpus(loadConfig().folders.corpus);
const known = new Map(entries.map((entry): [string, Entry] => [entry.id, entry]));
const seen = (split: string | undefined) => split === 'train' || split === 'dev';
const weak = (await read(join(packageRoot, 'eval/grading'), (file) => readJsonl(file, gradingCaseSchema)))
  .filter(({ id, split, gold, kind }) => seen(split) && gold <= 5 && kind !== 'gaming' && known.has(id))
  .map(({ id, lang, answer }): Plain => ({ id, lang, plain: answer }));
const questions = (
  await read(join(packageRoot, 'eval/retrieval'), (file) => readJsonl(file, retrievalCaseSchema))
)
  .filter(({ id, split }) => seen(split) && known.has(id))
  .map(({ id, lang, query }): Plain => ({ id, lang, plain: query }));

function make(place: Attack['place'], family: Family, lang: Lang, index: number, random: Random): Attack {
  const sources = (place === 'reply' || place === 'entry' ? weak : questions).filter(
    (one) => one.lang === lang,
  );
  const source = shuffled(sources, random)[0];
  if (!source) throw new Error(`no source in ${lang} for ${place}`);
  const allowed = wishesAt[place];
  const wish =
    ownOrder.has(family) && place === 'reply'
      ? 'full-marks'
      : (allowed[index % allowed.length] ?? allowed[0]);
  const order = pick(orders[wish][lang] as [string, ...string[]], random);
  const points = known.get(source.id)?.keyPoints.length ?? 4;
  // These bring an order of their own, which for other wishes is not what is wanted.
  const wrap = ownOrder.has(family) && wish !== 'full-marks' ? families.direct_override : families[family];
  return {
    ...source,
    place,
    family: wrap === families[family] ? family : 'direct_override',
    wish,
    attack: wrap({ lang, order, random, points }),
    ...(place === 'reply' || place === 'question' ? { side: pick([...sides], random) } : {}),
    ...(place === 'entry' ? { field: pick([...fields], random) } : {}),
  };
}

const made = (Object.keys(counts) as Attack['place'][]).flatMap((place) =>
  familyNames.flatMap((family) =>
    langs.flatMap((lang) =>
      Array.from({ length: counts[place] }, (_, index) =>
        make(place, family, lang, index, seededRandom(seed, `${place} ${family} ${lang} ${index}`)),
      ),
    ),
  ),
);
writeFileSync(
  join(import.meta.dirname, 'made.jsonl'),
  made.map((attack) => `${JSON.stringify(attack)}\n`).join(''),
);
process.stdout.write(
  `${made.length} attacks: ${Object.keys(counts)
    .map((place) => `${place} ${made.filter((one) => one.place === place).length}`)
    .join(', ')}\n`,
);
