/**
 * Hints, clarifications and follow-ups by the chat model of the settings, with what the check says of each: to be read.
 *
 *   OPENAI_BASE_URL=… VIVA_MODEL=… npx tsx eval/talk/run.ts [--n 30] [--skip 0] [--patience 4000] [--out talk.jsonl]
 *
 * Half the turns are hints, a third clarifications. Hints go up the ladder and follow a shallow reply as often as none;
 * clarifications answer messages of eval/intent. What a model says in vain because it is too slow is no measure of its
 * words: give a slow one more patience. Development data alone; everything stands beside its key points in the file.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openChatModel, openGrading } from '../../src/cli/graders-and-answerers.ts';
import { loadConfig, packageRoot } from '../../src/config.ts';
import type { Entry } from '../../src/corpus/entry.ts';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';
import { gradingCaseSchema } from '../../src/eval/grading-eval.ts';
import { intentCaseSchema } from '../../src/eval/intent-eval.ts';
import { readJsonl } from '../../src/eval/jsonl.ts';
import { createLeakCheck } from '../../src/grading/create-local-grader.ts';
import type { Lang } from '../../src/protocol.ts';
import { ModelPhraser } from '../../src/talk/model-phraser.ts';
import { TalkCounts } from '../../src/talk/outcomes.ts';
import type { PhraseRequest } from '../../src/talk/phraser.ts';
import { TalkCheck, type TalkCheckRequest } from '../../src/talk/talk-check.ts';

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '30' },
    skip: { type: 'string', default: '0' },
    patience: { type: 'string', default: '4000' },
    out: { type: 'string', default: 'talk.jsonl' },
  },
});

type Turn = Omit<PhraseRequest, 'signal'>;

async function turns(entries: readonly Entry[]): Promise<Turn[]> {
  const replies = (await readJsonl(join(packageRoot, 'eval/grading/llm.jsonl'), gradingCaseSchema))
    .map(({ value }) => value)
    .filter(({ split, kind }) => split === 'dev' && kind === 'shallow');
  const messages = (await readJsonl(join(packageRoot, 'eval/intent/intent.jsonl'), intentCaseSchema))
    .map(({ value }) => value)
    .filter(({ intent, entry, split }) => intent === 'clarify' && entry && split === 'dev');
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const turn = (kind: Turn['kind'], entry: Entry, lang: Lang, change: Partial<Turn>): Turn => ({
    kind,
    entry,
    lang,
    question: entry.question[lang],
    main: null,
    message: lang === 'zh' ? '给个提示' : 'a hint, please',
    said: [],
    level: 0,
    unmet: entry.keyPoints.map(({ id }) => id),
    ...change,
  });
  const hints = entries.flatMap((entry, index) => {
    if (index % 4 !== 0) return [];
    const lang = index % 8 === 0 ? 'zh' : 'en';
    return [turn('hint', entry, lang, { level: 1 + ((index / 4) % 3) })];
  });
  const after = replies.flatMap(({ id, lang, answer }, index) => {
    const entry = byId.get(id);
    return entry ? [turn('hint', entry, lang, { level: 1 + (index % 3), said: [answer] })] : [];
  });
  const asked = messages.flatMap(({ entry: id, lang, message }) => {
    const entry = byId.get(id ?? '');
    return entry ? [turn('clarify', entry, lang, { message })] : [];
  });
  // A hint without a reply, one after a reply, a question about the question, and so on.
  return hints.flatMap((hint, index) =>
    [hint, after[index], asked[index]].filter((one) => one !== undefined),
  );
}

const config = loadConfig();
const model = await openChatModel(config);
if (!model) throw new Error('Set VIVA_MODEL and OPENAI_BASE_URL: there is nobody to ask.');
const { entries } = await loadCorpus(config.folders.corpus);
const opened = await openGrading(config);
const check = new TalkCheck({ leaks: createLeakCheck(opened.embeddings), embeddings: opened.embeddings });
let said = '';
const watched = {
  objection: async (request: TalkCheckRequest) => {
    said = request.text;
    return check.objection(request);
  },
};
const all = new TalkCounts();
writeFileSync(values.out, '');
const chosen = (await turns(entries)).slice(Number(values.skip), Number(values.skip) + Number(values.n));
for (const turn of chosen) {
  said = '';
  const counts = new TalkCounts();
  const phraser = new ModelPhraser({
    model,
    check: watched,
    patienceMs: Number(values.patience),
    onOutcome: (deed, outcome) => {
      counts.count(deed, outcome);
      all.count(deed, outcome);
    },
  });
  const begun = performance.now();
  // oxlint-disable-next-line no-await-in-loop -- one model, one turn after the other
  await phraser.phrase(turn);
  const [outcome] = counts.list();
  const line = {
    kind: turn.kind,
    outcome: outcome?.outcome,
    ms: Math.round(performance.now() - begun),
    id: turn.entry.id,
    lang: turn.lang,
    level: turn.level,
    question: turn.question,
    ...(turn.kind === 'hint' ? { written: turn.entry.hints[turn.level - 1]?.[turn.lang] } : {}),
    message: turn.message,
    said: turn.said,
    text: said,
    keyPoints: turn.entry.keyPoints.map((point) => point[turn.lang]),
  };
  appendFileSync(values.out, `${JSON.stringify(line)}\n`);
  process.stderr.write(`${turn.kind} ${outcome?.outcome ?? ''} ${line.ms} ms: ${said}\n`);
}
for (const { deed, outcome, count } of all.list()) {
  const of = all.list().filter((one) => one.deed === deed);
  const sum = of.reduce((total, one) => total + one.count, 0);
  console.log(`${deed.padEnd(10)} ${outcome.padEnd(18)} ${count} of ${sum}`);
}
await opened.close();
