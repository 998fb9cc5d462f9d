/**
 * Feedback to real replies, as the candidate reads it: to be read when feedback or the coach's texts change.
 *
 *   npm run eval:feedback -- [--lang zh|en] [--out feedback.md]
 *
 * The coach itself with the local judge: questions in study mode with their follow-ups, and mock interviews with their
 * reports. Replies are those of eval/grading with split train or dev. The same files and judge print the same text.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openGrading } from '../../src/cli/graders-and-answerers.ts';
import { loadConfig, packageRoot } from '../../src/config.ts';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';
import { gradingCaseSchema, type GradingCase } from '../../src/eval/grading-eval.ts';
import { readJsonl } from '../../src/eval/jsonl.ts';
import { langSchema } from '../../src/protocol.ts';
import { chooseInterviews } from './choose.ts';
import { interview } from './interview.ts';

const { values } = parseArgs({ options: { lang: { type: 'string' }, out: { type: 'string' } } });
const counts = { study: 14, mock: 2, perMock: 3 };

async function readReplies(): Promise<GradingCase[]> {
  const folder = join(packageRoot, 'eval/grading');
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort();
  const lines = await Promise.all(files.map((name) => readJsonl(join(folder, name), gradingCaseSchema)));
  return lines.flat().map(({ value }) => value);
}

const config = loadConfig();
const { entries } = await loadCorpus(config.folders.corpus);
const byId = new Map(entries.map((entry) => [entry.id, entry]));
const { grader, close } = await openGrading(config);
const replies = (await readReplies()).filter(({ id }) => byId.has(id));
const pages = ['# Feedback to real replies', `Judge: ${grader.id}.`];
for (const lang of values.lang === undefined ? langSchema.options : [langSchema.parse(values.lang)]) {
  const chosen = chooseInterviews(replies, lang, counts);
  const all = [
    ...chosen.study.map((question) => ({ mode: 'study' as const, questions: [question] })),
    ...chosen.mock.map((questions) => ({ mode: 'mock' as const, questions })),
  ];
  for (const [index, { mode, questions }] of all.entries()) {
    // oxlint-disable-next-line no-await-in-loop -- one judge, one interview after the other
    const lines = await interview({ grader, entries: byId, lang, mode, questions, seed: index });
    const ids = questions.map(({ entryId }) => entryId).join(', ');
    pages.push(`## ${lang} ${index + 1} · ${mode} · ${ids}`, ...lines);
  }
}
await close();
const text = `${pages.join('\n\n')}\n`;
if (values.out === undefined) process.stdout.write(text);
else writeFileSync(values.out, text);
