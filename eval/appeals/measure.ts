/**
 * What a second look at disputed verdicts changes, without a chat model.
 *
 *   npx tsx eval/appeals/measure.ts [--part 0 --parts 3]
 *
 * Nobody labelled verdicts one by one, so replies speak for them: what a full reply did not get covered was mostly judged
 * too low, and what a wrong reply did not get was mostly judged rightly. Every such verdict of the training and development
 * replies is disputed; the share that changes should be high in the first and low in the second.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openGrading } from '../../src/cli/graders-and-answerers.ts';
import { sureEnough } from '../../src/coach/disputes.ts';
import { loadConfig, packageRoot } from '../../src/config.ts';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';
import { gradingCaseSchema } from '../../src/eval/grading-eval.ts';
import { readJsonl } from '../../src/eval/jsonl.ts';
import { verdictWorth } from '../../src/grading/arithmetic.ts';
import { createLocalAppeals } from '../../src/grading/create-local-grader.ts';

const { values } = parseArgs({
  options: { part: { type: 'string', default: '0' }, parts: { type: 'string', default: '1' } },
});
const config = loadConfig();
const { entries } = await loadCorpus(config.folders.corpus);
const byId = new Map(entries.map((entry) => [entry.id, entry]));
const folder = join(packageRoot, 'eval', 'grading');
const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
const lines = await Promise.all(files.map((name) => readJsonl(join(folder, name), gradingCaseSchema)));
const replies = lines
  .flat()
  .map(({ value }) => value)
  .filter(({ split, kind }) => split !== 'test' && (kind === 'full' || kind === 'wrong'))
  .filter((_, index) => index % Number(values.parts) === Number(values.part));

const opened = await openGrading(config);
const appeals = createLocalAppeals(opened.embeddings);
const counts = new Map<string, { disputed: number; changed: number }>();
const count = (name: string, changed: boolean) => {
  const known = counts.get(name) ?? { disputed: 0, changed: 0 };
  counts.set(name, { disputed: known.disputed + 1, changed: known.changed + Number(changed) });
};
for (const { id, lang, kind, answer } of replies) {
  const entry = byId.get(id);
  if (!entry) continue;
  // oxlint-disable-next-line no-await-in-loop -- one after the other keeps memory level
  const grade = await opened.grader.grade({ entry, reply: answer, lang });
  for (const before of grade.verdicts.filter(({ value }) => value !== 'covered')) {
    // oxlint-disable-next-line no-await-in-loop
    const { verdicts } = await appeals.judge({
      entry,
      keyPointId: before.keyPointId,
      before: before.value,
      replies: [{ text: answer, question: entry.question[lang] }],
      argument: '',
      lang,
    });
    const [after] = verdicts;
    const changed =
      after !== undefined &&
      after.replySpan !== null &&
      after.confidence >= sureEnough &&
      verdictWorth[after.value] > verdictWorth[before.value];
    count(`${kind} ${before.value}`, changed);
    count(`${kind} all`, changed);
  }
}
for (const [name, { disputed, changed }] of [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
  console.log(
    `${name.padEnd(20)} ${String(disputed).padStart(4)} disputed, ${changed} changed (${((100 * changed) / disputed).toFixed(0)} %)`,
  );
}
await opened.close();
