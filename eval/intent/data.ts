/** Labelled messages to train the intent model with, and those to measure it on. */
import { join } from 'node:path';
import { z } from 'zod';
import { seededRandom, shuffled, type Random } from '../../src/coach/random.ts';
import type { Entry } from '../../src/corpus/entry.ts';
import { readJsonl } from '../../src/eval/jsonl.ts';
import {
  intentSchema,
  langSchema,
  phaseSchema,
  type Intent,
  type Lang,
  type Phase,
} from '../../src/protocol.ts';
import { anywhere, fromFrames, nonsense, oneOf, roughened, type Labelled } from './made.ts';

const evalLine = z.object({
  lang: langSchema,
  state: phaseSchema,
  message: z.string(),
  intent: intentSchema,
  split: z.enum(['dev', 'test']),
  entry: z.string().nullish(),
});

const exemplarLine = z.strictObject({
  lang: langSchema,
  intent: intentSchema,
  message: z.string(),
  /** The question that a reply answers. */
  question: z.string().optional(),
});

async function lines<T>(file: string, schema: z.ZodType<T>): Promise<T[]> {
  return (await readJsonl(join(import.meta.dirname, file), schema)).map(({ value }) => value);
}

/** One half of the evaluation set. */
export async function readEval(
  split: 'dev' | 'test',
  entries: ReadonlyMap<string, Entry>,
): Promise<Labelled[]> {
  const rows = await lines('intent.jsonl', evalLine);
  return rows
    .filter((row) => row.split === split)
    .map((row) => ({
      message: row.message,
      intent: row.intent,
      lang: row.lang,
      phase: row.state,
      openQuestion: openQuestionOf(row.state, row.entry ?? null, row.lang, entries),
      weight: 1,
    }));
}

/** The question as a candidate in that state would have it before them. */
function openQuestionOf(
  phase: Phase,
  entryId: string | null,
  lang: Lang,
  entries: ReadonlyMap<string, Entry>,
): string | null {
  if (phase !== 'question' && phase !== 'follow-up') return null;
  const entry = entryId === null ? undefined : entries.get(entryId);
  if (entryId !== null && !entry)
    throw new Error(`the evaluation names entry ${entryId}, which the corpus does not have`);
  const any = [...entries.values()][0];
  return (entry ?? any)?.question[lang] ?? null;
}

/** Training messages: written exemplars in random states, and what the corpus itself teaches. */
export async function trainingMessages(
  entries: ReadonlyMap<string, Entry>,
  seed: number,
): Promise<Labelled[]> {
  const random = seededRandom(seed, 'intent training');
  const all = [...entries.values()];
  const exemplars = await lines('exemplars.jsonl', exemplarLine);
  return [
    ...exemplars.flatMap((row) => placed(row, all, random)),
    ...fromCorpus(all, random),
    ...fromFrames(all, random),
    ...nonsense(all, random),
    ...(await fromEvaluations(entries, random)),
  ];
}

function placed(row: z.infer<typeof exemplarLine>, all: readonly Entry[], random: Random): Labelled[] {
  const { message, intent, lang } = row;
  const base = { message, intent, lang };
  const open = (): Labelled => ({
    ...base,
    phase: random() < 0.6 ? 'question' : 'follow-up',
    openQuestion: row.question ?? oneOf(all, random).question[lang],
    weight: 1,
  });
  const elsewhere: Labelled = {
    ...base,
    phase: random() < 0.6 ? 'lobby' : 'finished',
    openQuestion: null,
    weight: intent === 'change-topic' || intent === 'question' ? 0.7 : 0.4,
  };
  const rough: Labelled = {
    ...open(),
    message: roughened(message, lang, random),
    copyOf: message,
    weight: 0.4,
  };
  if (intent === 'dispute')
    return [{ ...open(), phase: 'follow-up' }, { ...elsewhere, phase: 'finished' }, rough];
  return anywhere.has(intent) ? [open(), elsewhere, rough] : [open(), rough];
}

const queryLine = z.object({
  lang: langSchema,
  query: z.string(),
  split: z.string(),
  id: z.string().nullish(),
});
const answerLine = z.object({ lang: langSchema, answer: z.string(), split: z.string(), id: z.string() });

/** Free questions and graded replies out of the development halves of the other evaluations. */
async function fromEvaluations(entries: ReadonlyMap<string, Entry>, random: Random): Promise<Labelled[]> {
  const all = [...entries.values()];
  const made: Labelled[] = [];
  const parts = ['code', 'foundations', 'industry', 'llm', 'resources', 'vision'];
  const queries = await Promise.all(
    [...parts.map((part) => `../retrieval/${part}.jsonl`), '../scope/scope.jsonl'].map(async (file) =>
      lines(file, queryLine),
    ),
  );
  for (const row of queries.flat().filter((one) => one.split === 'dev')) {
    const near = all.filter((entry) => row.id?.startsWith(entry.module) && entry.id !== row.id);
    const open = random() < 0.7 ? oneOf(near.length > 0 && random() < 0.7 ? near : all, random) : null;
    const phase: Phase = open
      ? random() < 0.5
        ? 'question'
        : 'follow-up'
      : random() < 0.6
        ? 'lobby'
        : 'finished';
    made.push({
      message: row.query,
      intent: 'question',
      lang: row.lang,
      phase,
      openQuestion: open?.question[row.lang] ?? null,
      weight: 0.7,
    });
  }
  const answers = await Promise.all(
    [...parts, 'train'].map(async (part) => lines(`../grading/${part}.jsonl`, answerLine)),
  );
  for (const row of answers.flat().filter((one) => one.split !== 'test')) {
    const openQuestion = entries.get(row.id)?.question[row.lang];
    if (openQuestion === undefined) continue;
    const sentences = row.answer
      .split(/(?<=[。!?！？;；]|\.\s)/u)
      .map((one) => one.trim())
      .filter((one) => one.length > 3);
    const base = { intent: 'reply', lang: row.lang, openQuestion } as const;
    made.push({ ...base, message: row.answer, phase: 'question', weight: 0.8 });
    for (const sentence of shuffled(sentences, random).slice(0, 2))
      made.push({ ...base, message: sentence, phase: 'follow-up', weight: 0.8 });
  }
  return made;
}

/** Statements are replies; wordings of other entries are free questions; frames give the rest its terms. */
function fromCorpus(all: readonly Entry[], random: Random): Labelled[] {
  const made: Labelled[] = [];
  const phase = (): Phase => (random() < 0.6 ? 'question' : 'follow-up');
  for (const entry of all) {
    for (const lang of langSchema.options) {
      const openQuestion = entry.question[lang];
      const add = (intent: Intent, message: string, weight: number, open: string | null = openQuestion) =>
        made.push({
          message,
          intent,
          lang,
          weight,
          phase: open === null ? 'lobby' : phase(),
          openQuestion: open,
        });
      const statements = entry.keyPoints.flatMap((point) =>
        point.statements.filter((one) => one.lang === lang),
      );
      const chosen = shuffled(statements, random).slice(0, 8);
      for (const statement of chosen) add('reply', statement.text, 0.8);
      const [one, two, three] = shuffled(statements, random);
      if (one && two && three)
        add('reply', [one.text, two.text, three.text].join(lang === 'zh' ? '。' : '. '), 0.5);
      // A free question is hardest to tell from a reply when it is near the open question.
      const near = all.filter((candidate) => candidate.module === entry.module && candidate !== entry);
      const other = random() < 0.5 && near.length > 0 ? oneOf(near, random) : oneOf(all, random);
      if (other !== entry) {
        for (const wording of shuffled(other.askedAs[lang], random).slice(0, 2))
          add('question', wording, 0.5);
        add('question', oneOf(other.askedAs[lang], random), 0.5, null);
      }
    }
  }
  return made;
}
