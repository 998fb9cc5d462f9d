/**
 * Writes what the verifier learns from, as the product reads it: the corpus's statements and the replies of the training and
 * development halves, cut into stretches, tokenised and embedded by the product's own code.
 * `npx tsx models/make/verifier/data.ts FOLDER [--with-test]`: data.json (texts as token ids, who says what), vectors.f32.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openGrading } from '../../../src/cli/graders-and-answerers.ts';
import { mulberry32 } from '../../../src/coach/random.ts';
import { loadConfig, packageRoot } from '../../../src/config.ts';
import type { Entry } from '../../../src/corpus/entry.ts';
import { loadCorpus } from '../../../src/corpus/load-corpus.ts';
import { gradingCaseSchema } from '../../../src/eval/grading-eval.ts';
import { readJsonl } from '../../../src/eval/jsonl.ts';
import { replyWindows } from '../../../src/grading/reply-windows.ts';
import { TextEncoder } from '../../../src/inference/text-encoder.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'with-test': { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('give the folder to write into');

const config = loadConfig();
const { entries } = await loadCorpus(config.folders.corpus);
const gradingFolder = join(packageRoot, 'eval', 'grading');
const files = readdirSync(gradingFolder)
  .filter((name) => name.endsWith('.jsonl'))
  .sort();
const replies = (
  await Promise.all(files.map(async (name) => readJsonl(join(gradingFolder, name), gradingCaseSchema)))
)
  .flat()
  .map(({ value }) => value);
const splits = new Map(replies.map(({ id, split }) => [id, split]));

const model = join(packageRoot, 'models', 'embedding');
const manifest = JSON.parse(await readFile(join(model, 'manifest.json'), 'utf8')) as {
  maxTokens: number;
  longestPiece: number;
  prefixes: { query: string };
};
const encoder = new TextEncoder(
  JSON.parse(await readFile(join(model, 'tokenizer.json'), 'utf8')) as object,
  manifest,
);

const numbers = new Map<string, number>();
function text(words: string): number {
  const known = numbers.get(words) ?? numbers.size;
  numbers.set(words, known);
  return known;
}

const random = mulberry32(Number(values.seed));
function any<T>(of: readonly T[]): T | undefined {
  return of[Math.floor(random() * of.length)];
}

/** A statement in a stretch with one about something else, before it or after it, as in a reply. */
function composed(entry: Entry, keyPointId: string, lang: string, words: string): number | null {
  const other = any(entry.keyPoints.filter(({ id }) => id !== keyPointId));
  const neighbour = any(
    (other?.statements ?? []).filter((one) => one.lang === lang && one.label === 'covered'),
  );
  if (!neighbour) return null;
  const both = random() < 0.5 ? [words, neighbour.text] : [neighbour.text, words];
  return text(both.join(lang === 'zh' ? '，' : '. '));
}

const bank = entries.map((entry) => ({
  id: entry.id,
  split: splits.get(entry.id) ?? 'train',
  question: { zh: text(entry.question.zh), en: text(entry.question.en) },
  misconceptions: entry.misconceptions.map(({ id, zh, en }) => ({ id, zh: text(zh), en: text(en) })),
  keyPoints: entry.keyPoints.map((point) => ({
    id: point.id,
    weight: point.weight,
    zh: text(point.zh),
    en: text(point.en),
    statements: point.statements.map((one) => ({
      label: one.label,
      lang: one.lang,
      text: text(one.text),
      composed: composed(entry, point.id, one.lang, one.text),
    })),
  })),
}));
const byId = new Map(entries.map((entry) => [entry.id, entry]));
const read = replies.flatMap((reply) => {
  const entry = byId.get(reply.id);
  if (!entry || (reply.split === 'test' && !values['with-test'])) return [];
  const { id, lang, kind, gold, split, variant } = reply;
  const windows = replyWindows(entry, reply.answer).map(({ start, end, text: words, hedged }) => ({
    start,
    end,
    hedged,
    text: text(words),
  }));
  return [{ id, lang, kind, variant, gold, split, windows }];
});

const texts = [...numbers.keys()];
const opened = await openGrading(config);
const vectors = new Float32Array(texts.length * opened.embeddings.dims);
for (let from = 0; from < texts.length; from += 500) {
  const rows = await opened.embeddings.embed(texts.slice(from, from + 500), { kind: 'query' });
  for (const [index, row] of rows.entries()) vectors.set(row, (from + index) * opened.embeddings.dims);
}
await opened.close();
writeFileSync(join(folder, 'vectors.f32'), vectors);
writeFileSync(
  join(folder, 'data.json'),
  JSON.stringify({
    texts: texts.map((words) => ({
      tokens: encoder.encode(manifest.prefixes.query + words),
      han: /\p{Script=Han}/u.test(words),
      words,
    })),
    entries: bank,
    replies: read,
  }),
);
console.log(`${entries.length} entries, ${texts.length} texts, ${read.length} replies`);
