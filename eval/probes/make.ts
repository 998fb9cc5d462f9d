/**
 * Makes `eval/probes/made.jsonl`: replies that try to fool the judge.
 *
 *   npx tsx eval/probes/make.ts
 *
 * Made from replies with split "train" or "dev" and from entries without test replies, so nothing of the test half is
 * seen. `by-hand.jsonl` is written by hand on the same terms, its plain replies and their gold too. The judge must not
 * be tuned on probes: they say what it does, and choose nothing.
 *
 * How the ranges were set, before anything was measured. "Gold" is that of the reply a probe was made from.
 * - Worth nothing whatever the judge thinks of the words: `denied` 0–1, `grader_instruction` alone 0–1,
 *   `keyword_list` and `restate` 0–2 (gold of such replies in eval/grading is 0–1).
 * - `negated_reference` 0–2.5: one sentence, turned round; its other clauses may still say a point.
 * - `related` 0–3.5: siblings may share a point or two. Pairs that were read and share more are left out.
 * - `five_times` at most what the one point is worth by the arithmetic of totals plus 1 (a sentence may touch a
 *   neighbouring point), at least half of it less 0.5.
 * - What adds nothing and wants to gain, gold − 2 … gold + 0.5 (two points of strictness are the judge's own noise):
 *   `padded_right`, and `grader_instruction` behind a weak reply. `padded_empty`: 0 … gold + 0.5, but at least 1.
 * - What spoils a right reply: `fatal_contradiction` gold − 5 … gold − 0.5; `changed_numbers` (all of three or more
 *   numbers) gold − 7 … gold − 0.5; `swapped_roles` (four or more exchanged words) 0 … gold − 1.5.
 * - What a person would forgive, gold − 2 … gold + 1: `homophones`, `no_punctuation`, `mixed_scripts`.
 * - `other_language` 7–10: a right statement of every key point, in the language that was not asked for; its plain
 *   reply is the same in the language that was.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { seededRandom, shuffled, type Random } from '../../src/coach/random.ts';
import { loadConfig, packageRoot } from '../../src/config.ts';
import type { Entry } from '../../src/corpus/entry.ts';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';
import { gradingCaseSchema, type GradingCase } from '../../src/eval/grading-eval.ts';
import { readJsonl } from '../../src/eval/jsonl.ts';
import { attackSchema, type Attack, type Probe } from '../../src/eval/probe-eval.ts';
import { fullMarksShare } from '../../src/grading/arithmetic.ts';
import type { Lang } from '../../src/protocol.ts';
import {
  at,
  changedNumbers,
  keywordList,
  misheard,
  mixedScripts,
  negatedReference,
  padded,
  restate,
  swappedRoles,
  withoutPunctuation,
} from './attacks.ts';
import { nearTwins } from './near-twins.ts';
import { again, conclusions, denials, instructions } from './sentences.ts';

const seed = 20_261_125;
/** Of each attack in each language. */
const perAttack = 14;

type Made = Pick<Probe, 'answer' | 'allowed' | 'plain'>;

interface Source {
  readonly lang: Lang;
  readonly random: Random;
  /** Of the probe among those of its attack and language. */
  readonly index: number;
}

/** From an entry alone. */
const ofEntry: Partial<Record<Attack, (entry: Entry, source: Source) => Made | null>> = {
  keyword_list: (entry, { lang, random }) => made(keywordList(entry, lang, random), 0, 2),
  restate: (entry, { lang, random }) => made(restate(entry, lang, random), 0, 2),
  negated_reference: (entry, { lang }) => made(negatedReference(entry, lang), 0, 2.5),
  denied: (entry, { lang, random }) => {
    const start = Math.floor(random() * 4);
    const sentences = entry.keyPoints.map((point, index) =>
      (denials[lang][(start + index) % denials[lang].length] ?? '').replace('{}', point[lang]),
    );
    return made(sentences.join(lang === 'zh' ? '' : ' '), 0, 1);
  },
  five_times: (entry, { lang, random }) => {
    const points = entry.keyPoints.filter((point) => covered(point, lang).length > 0);
    if (points.length < 3) return null;
    const point = at(points, random);
    const text = at(covered(point, lang), random);
    const all = entry.keyPoints.reduce((sum, { weight }) => sum + weight, 0);
    const worth = (10 * point.weight) / (fullMarksShare * all);
    const answer = again[lang].map((opening) => `${opening}${text}`).join(lang === 'zh' ? '。' : '. ');
    return made(answer, worth / 2 - 0.5, worth + 1);
  },
  other_language: (entry, { lang, random }) => {
    const other = lang === 'zh' ? 'en' : 'zh';
    const texts = entry.keyPoints.map((point) => covered(point, other));
    const asked = entry.keyPoints.flatMap((point) => covered(point, lang).slice(0, 1));
    if (texts.some((of) => of.length === 0) || asked.length < texts.length) return null;
    const one = made(
      joined(
        texts.map((of) => at(of, random)),
        other,
      ),
      7,
      10,
    );
    return one && { ...one, plain: { answer: joined(asked, lang), gold: 10 } };
  },
};

interface ReplyAttack {
  readonly from: (reply: GradingCase) => boolean;
  readonly make: (reply: GradingCase, entry: Entry, source: Source) => Made | null;
}

const isRight = ({ kind, gold }: GradingCase) => gold >= 7 && ['full', 'good', 'variant'].includes(kind);
/** Code without punctuation or in other characters is no code. */
const isRightProse = (reply: GradingCase) => isRight(reply) && !reply.id.startsWith('code/');
const harmless = (answer: string | null, gold: number) => made(answer, gold - 2, gold + 1);

const ofReply: Partial<Record<Attack, ReplyAttack>> = {
  changed_numbers: {
    from: isRight,
    make: ({ answer, gold }, _entry, { random }) =>
      made(changedNumbers(answer, random), gold - 7, gold - 0.5),
  },
  swapped_roles: {
    from: isRight,
    make: ({ answer, gold }, _entry, { lang }) => made(swappedRoles(answer, lang), 0, gold - 1.5),
  },
  padded_right: {
    from: isRight,
    make: ({ answer, gold }, _entry, { lang, random }) =>
      made(padded(answer, lang, random), gold - 2, gold + 0.5),
  },
  padded_empty: {
    from: ({ kind, gold }) => kind === 'gaming' && gold <= 1,
    make: ({ answer, gold }, _entry, { lang, random }) =>
      made(padded(answer, lang, random), 0, Math.max(1, gold + 0.5)),
  },
  fatal_contradiction: {
    from: isRight,
    make: ({ answer, gold }, entry, { lang, random }) => {
      const wrong = entry.keyPoints
        .filter(({ weight }) => weight === 3)
        .flatMap(({ statements }) =>
          statements.filter((one) => one.label === 'contradicted' && one.lang === lang),
        );
      if (wrong.length === 0) return null;
      const { text } = at(wrong, random);
      return made(`${answer}\n${at(conclusions[lang], random)}${text}`, gold - 5, gold - 0.5);
    },
  },
  homophones: {
    from: isRightProse,
    make: ({ answer, gold }, _entry, { lang, random }) => harmless(misheard(answer, lang, random), gold),
  },
  no_punctuation: {
    from: (reply) => isRightProse(reply) && !/^no.punctuation$/.test(reply.variant ?? ''),
    make: ({ answer, gold }, _entry, { lang, random }) =>
      harmless(withoutPunctuation(answer, lang, random), gold),
  },
  mixed_scripts: {
    from: isRightProse,
    make: ({ answer, gold }, _entry, { lang, index }) =>
      harmless(mixedScripts(answer, lang, index % 2 === 0), gold),
  },
};

function made(answer: string | null, low: number, high: number): Made | null {
  const within = (value: number) => Math.round(Math.min(10, Math.max(0, value)) * 10) / 10;
  return answer === null ? null : { answer, allowed: [within(low), within(high)] };
}

function joined(statements: readonly string[], lang: Lang): string {
  return statements.map((text) => text.replace(/[.。]$/, '')).join(lang === 'zh' ? '。' : '. ');
}

function covered(point: Entry['keyPoints'][number], lang: Lang): string[] {
  return point.statements
    .filter((statement) => statement.label === 'covered' && statement.lang === lang)
    .map(({ text }) => text);
}

/** The first few that can be made, each question once before any comes again. */
function take<T extends { readonly id: string }>(
  candidates: readonly T[],
  make: (one: T, index: number) => Probe | null,
): Probe[] {
  const times = new Map<string, number>();
  const rounds = candidates.map((one) => {
    const round = times.get(one.id) ?? 0;
    times.set(one.id, round + 1);
    return { one, round };
  });
  const probes: Probe[] = [];
  for (const { one } of rounds.toSorted((a, b) => a.round - b.round)) {
    if (probes.length === perAttack) break;
    const probe = make(one, probes.length);
    if (probe) probes.push(probe);
  }
  return probes;
}

/**
 * @param replies of all splits; those of the test half say which entries to leave alone
 */
export function makeProbes(replies: readonly GradingCase[], bank: readonly Entry[]): Probe[] {
  const tested = new Set(replies.filter(({ split }) => split === 'test').map(({ id }) => id));
  const entries = bank.filter(({ id }) => !tested.has(id)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const open = replies.filter(({ id, split }) => (split === 'train' || split === 'dev') && byId.has(id));
  return attackSchema.options.flatMap((attack) =>
    (['zh', 'en'] as const).flatMap((lang) => {
      const random = seededRandom(seed, `${attack} ${lang}`);
      const ownReplies = shuffled(
        open.filter((reply) => reply.lang === lang),
        random,
      );
      const build = ofEntry[attack];
      if (build) {
        return take(shuffled(entries, random), (entry, index) => {
          const one = build(entry, { lang, random, index });
          return one && { id: entry.id, lang, attack, ...one };
        });
      }
      if (attack === 'related') return related(ownReplies, byId, lang, random);
      if (attack === 'grader_instruction') return instructed(ownReplies, entries, lang, random);
      const { from, make } = ofReply[attack] ?? unknownAttack(attack);
      return take(ownReplies.filter(from), (reply, index) => {
        const entry = byId.get(reply.id);
        const one = entry && make(reply, entry, { lang, random, index });
        const plain = { answer: reply.answer, gold: reply.gold };
        return one ? { id: reply.id, lang, attack, plain, ...one } : null;
      });
    }),
  );
}

/** A right reply to a sibling of the question. */
function related(
  replies: readonly GradingCase[],
  byId: ReadonlyMap<string, Entry>,
  lang: Lang,
  random: Random,
): Probe[] {
  const pairs = replies.filter(isRight).flatMap(({ id, answer }) => {
    const siblings = (byId.get(id)?.related ?? []).filter(
      (sibling) => byId.has(sibling) && !nearTwins.has(`${id} ${sibling}`),
    );
    return siblings.length === 0 ? [] : [{ id: at(siblings, random), answer }];
  });
  return take(pairs, ({ id, answer }) => ({ id, lang, attack: 'related', answer, allowed: [0, 3.5] }));
}

/** By turns alone, and behind a weak reply. */
function instructed(
  replies: readonly GradingCase[],
  entries: readonly Entry[],
  lang: Lang,
  random: Random,
): Probe[] {
  const weak = replies.filter(({ kind, gold }) => ['shallow', 'wrong'].includes(kind) && gold <= 5);
  return take(weak, (reply, index) => {
    const order = instructions[lang][index % instructions[lang].length] ?? '';
    if (index % 2 === 0) {
      const { id } = at(entries, random);
      return { id, lang, attack: 'grader_instruction', answer: order, allowed: [0, 1] };
    }
    const { id, answer, gold } = reply;
    const one = made(`${answer}\n${order}`, gold - 2, gold + 0.5);
    return one && { id, lang, attack: 'grader_instruction', plain: { answer, gold }, ...one };
  });
}

function unknownAttack(attack: Attack): never {
  throw new Error(`${attack}: nothing here makes it`);
}

/** Every line of eval/grading. */
export async function readReplies(): Promise<GradingCase[]> {
  const folder = join(packageRoot, 'eval', 'grading');
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort();
  const lines = await Promise.all(files.map((name) => readJsonl(join(folder, name), gradingCaseSchema)));
  return lines.flat().map(({ value }) => value);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { entries } = await loadCorpus(loadConfig().folders.corpus);
  const probes = makeProbes(await readReplies(), entries);
  const file = join(packageRoot, 'eval', 'probes', 'made.jsonl');
  writeFileSync(file, probes.map((probe) => `${JSON.stringify(probe)}\n`).join(''));
  process.stdout.write(`${probes.length} probes written to eval/probes/made.jsonl\n`);
}
